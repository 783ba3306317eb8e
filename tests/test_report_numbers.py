"""Every number of a report leads to what it counts."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from sessions.models import SessionFact
from sessions.reports import figures, narrowing
from sessions.reports.listing import Listing
from sessions.reports.metrics import METRICS
from sessions.reports.narrowing import Narrowing
from sessions.reports.pages import REPORTS
from sessions.reports.reading import Reading
from tests.factories import make_customer, make_ended_session
from tests.report_site import COUNT, YEAR, page_of, reading

pytest_plugins = ["tests.report_site"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
LINK = re.compile(r'<a [^>]*href="(/reports/rows/[^"]+)"[^>]*>(?:<data value="([^"]*)">)?([^<]+)<')
FIRST = re.compile(r'facts__first"><data value="([^"]*)">([^<]+)<')


@pytest.mark.parametrize("name", REPORTS)
def test_every_number_of_a_page_leads_to_a_list_that_says_the_same(client, lead, name):
    links = LINK.findall(page_of(client, f"/reports/{name}/"))
    assert links
    for href, value, words in set(links):
        page = client.get(unescape(href)).content.decode()
        first, said = FIRST.search(page).groups()
        count = COUNT.search(page)[1].replace(",", "")
        if value:
            assert value in (first, count), href
        else:
            assert words in (said, count), href


@pytest.mark.parametrize("query", [YEAR, f"{YEAR}&time=business", f"{YEAR}&entrance=menu"])
@pytest.mark.parametrize("name", METRICS)
def test_the_list_behind_a_number_has_the_rows_that_it_counts(lead, name, query):
    one = reading(lead, query)
    whole = one.figures(name)[name]
    agrees(Listing(one, name, Narrowing.parse(QueryDict())), whole)
    for by in ("agent", "account", "tag", "entrance", "closed_by", "muted_after"):
        found = figures.breakdown(lead, [name], one.selection, by)
        for key, some in found.items():
            agrees(listing(one, name, narrowing.of(by, key)), some[name])
    table, _found = one.over_time([name], "Over time")
    assert table.rows
    for place, some in figures.heatmap(lead, [name], one.selection).items():
        agrees(listing(one, name, narrowing.at(*place)), some[name])


def listing(one: Reading, name: str, pairs) -> Listing:
    query = QueryDict(mutable=True)
    query.update({key: str(value) for key, value in pairs.items()})
    return Listing(one, name, Narrowing.parse(query))


def agrees(listed: Listing, figure) -> None:
    metric, rows = listed.metric, list(listed.rows)
    found = listed.figure
    assert (found.value, found.n, found.count) == (figure.value, figure.n, figure.count)
    if metric.distinct:
        assert len({getattr(row, f"{metric.distinct}_id") for row in rows}) == figure.count
    elif metric.total:
        assert sum(getattr(row, metric.total) for row in rows) == figure.count
    else:
        assert len(rows) == figure.count
    if metric.is_divided:
        listed = Listing(
            listed.reading, metric.name, Narrowing(**vars(listed.narrowing) | {"is_whole": True})
        )
        assert listed.rows.values(metric.distinct or "pk").distinct().count() == figure.n


def test_rows_lead_to_their_sessions_and_erased_ones_still_count(client, lead):
    fact = SessionFact.objects.first()
    before = COUNT.search(page_of(client, "/reports/rows/sessions/"))[1]
    assert f'href="/sessions/{fact.session_id}/"' in page_of(client, "/reports/rows/sessions/")
    fact.session.delete()
    page = page_of(client, "/reports/rows/sessions/")
    assert COUNT.search(page)[1] == before
    assert "(erased)" in page


def test_a_long_list_has_pages(client, lead):
    page = page_of(client, "/reports/rows/replies/", f"{YEAR}&page=1")
    assert 'rel="next"' not in page
    fact = SessionFact.objects.first()
    for _ in range(60):
        session = make_ended_session(make_customer())
        SessionFact.objects.create(
            session=session,
            customer_id=session.customer_id,
            account_id=session.account_id,
            opened_at=fact.opened_at,
        )
    page = page_of(client, "/reports/rows/sessions/", YEAR)
    assert 'rel="next"' in page
    assert "page=2" in page


def test_every_reason_of_failures_leads_to_as_many_failures(client, lead):
    page = page_of(client, "/reports/failures/")
    links = re.findall(r'href="(/reports/failed/[^"]+)"><data value="(\d+)">', page)
    assert sum(int(value) for _href, value in links) == 3
    reasons = REPORTS["failures"].draw(reading(lead)).table("reasons")
    figure = reading(lead).figures("messages_out", "failed")
    sent = figure["messages_out"].value + figure["failed"].value
    assert [row[4].value for row in reasons.rows] == [row[3].value / sent for row in reasons.rows]
    narrowed = REPORTS["failures"].draw(reading(lead, f"{YEAR}&entrance=menu")).table("reasons")
    assert [row[4].value for row in narrowed.rows] == [row[4].value for row in reasons.rows]
    for href, value in links:
        assert COUNT.search(client.get(unescape(href)).content.decode())[1] == value
    assert client.get("/reports/failed/?type=x&code=--1").status_code == 200
