"""Pages of reports: who sees what, what filters do, and that every number leads to what it counts."""

import re
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from sessions.models import SessionFact, Tag
from sessions.reports import figures, narrowing, raw
from sessions.reports.asking import Asked
from sessions.reports.listing import Listing
from sessions.reports.metric import Unit
from sessions.reports.metrics import METRICS
from sessions.reports.narrowing import Narrowing
from sessions.reports.pages import REPORTS
from sessions.reports.reading import Reading
from tests.factories import make_agent, make_customer, make_ended_session
from tests.report_site import YEAR, tell
from tests.test_report_tables import csv_rows, xlsx_rows

pytest_plugins = ["tests.report_site"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
MOST_QUERIES = 60
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
LINK = re.compile(r'<a [^>]*href="(/reports/rows/[^"]+)"[^>]*>(?:<data value="([^"]*)">)?([^<]+)<')
FIRST = re.compile(r'facts__first"><data value="([^"]*)">([^<]+)<')
COUNT = re.compile(r'id="rows-count">([\d,]+)<')


def page_of(client, address: str, query: str = YEAR) -> str:
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def reading(reader, query: str = YEAR) -> Reading:
    return Reading(reader, Asked.parse(QueryDict(query)))


# --- every number leads to what it counts --------------------------------------------------------


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
    for by in ("agent", "account", "tag", "entrance", "closed_by"):
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
        assert listed.count == figure.n


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


# --- who sees what -------------------------------------------------------------------------------


def test_a_lead_sees_the_accounts_they_serve(client, lead, store):
    lead.serves_all = False
    lead.save()
    lead.accounts.set([store])
    page = page_of(client, "/reports/accounts/")
    assert "Shop" in page
    assert "Other" not in page


def test_an_agent_sees_their_own_figures_and_is_told_so(client, lead):
    lin = type(lead).objects.get(username="lin")
    client.force_login(lin)
    page = page_of(client, "/reports/agents/")
    assert "These are your own figures" in page
    assert "Wang" not in page
    replies = figures.figures(lin, ["replies"], reading(lin).selection)["replies"].value
    assert (
        0 < replies < figures.figures(lead, ["replies"], reading(lead).selection)["replies"].value
    )
    assert f'<data value="{replies}">' in page


@pytest.mark.parametrize("name", REPORTS)
def test_every_page_is_there_for_agents_and_for_an_empty_house(client, store, name):
    client.force_login(make_agent("lin"))
    page = page_of(client, f"/reports/{name}/", "")
    assert "Nothing in this period." in page or name == "heatmap"


def test_strangers_sign_in_first(client, lead):
    client.logout()
    for address in ("/reports/", "/reports/definitions/", "/reports/rows/sessions/"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/reports/nothing/",
        "/reports/rows/nothing/",
        "/reports/overview/nothing.csv",
        "/reports/overview/by-account.pdf",
        "/reports/rows/sessions.pdf",
    ],
)
def test_what_is_not_there_is_not_found(client, lead, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "period=never&since=x&until=2026-99-99&account=x&agent=-1&tag=%C2%B2&step=second",
        "period=custom&since=1000-01-01&until=9999-12-31",
        "by=agent&key=x&from=x&to=99999999999999&weekday=9&hour=77&over=-1&page=x",
        "by=nothing&key=1&layer=nothing&account=99999999999999999&from=99999999999",
    ],
)
def test_nonsense_in_an_address_does_no_harm(client, lead, query):
    for address in ("/reports/", "/reports/heatmap/", "/reports/rows/first_reply/"):
        assert client.get(f"{address}?{query}").status_code == 200


# --- what is asked -------------------------------------------------------------------------------


def test_what_is_asked_stands_in_the_address_and_what_is_usual_does_not():
    query = "period=custom&since=2026-01-01&until=2026-02-01&account=1&account=2&time=business"
    assert str(Asked.parse(QueryDict(query))) == query
    assert str(Asked.parse(QueryDict("period=four_weeks&compare=&step=&time="))) == ""
    assert str(Asked.parse(QueryDict(query)).without("account", "1")) == query.replace(
        "account=1&", ""
    )


def test_filters_narrow_together(client, lead, store):
    def sessions(query: str) -> int:
        one = reading(lead, f"{YEAR}&{query}")
        return one.figures("sessions")["sessions"].value

    ours = f"account={store.pk}"
    assert 0 < sessions(f"{ours}&entrance=menu") < sessions(ours) < sessions("")
    assert sessions(f"{ours}&backend=wecom") == sessions(ours)
    assert sessions("backend=staffservice") == 0
    chip = "Remove the filter menu"
    assert chip in page_of(client, "/reports/", f"{YEAR}&entrance=menu")


def test_the_period_before_stands_beside_a_number(client, lead):
    day = "period=custom&since=2026-03-03&until=2026-03-03"
    page = page_of(client, "/reports/", day)
    assert "Compared with 2026-03-02 to 2026-03-02." in page
    assert "in the period before" in page
    assert "in the period before" not in page_of(client, "/reports/", f"{day}&compare=off")


def test_few_rows_are_grey_and_say_so(client, lead):
    assert "few" in page_of(client, "/reports/satisfaction/")


def test_a_form_that_changes_is_answered_with_what_changes(client, lead):
    headers = {"HX-Request": "true", "HX-Target": "div#report"}
    answer = client.get(f"/reports/agents/?{YEAR}&time=&layer=", headers=headers)
    assert answer["HX-Push-Url"] == f"/reports/agents/?{Asked.parse(QueryDict(YEAR))}"
    text = answer.content.decode()
    assert text.lstrip().startswith('<div id="report"')
    assert '<hx-partial hx-target="#reports-nav"' in text


def test_every_number_is_explained(client, lead):
    page = page_of(client, "/reports/definitions/", "")
    for metric in METRICS.values():
        assert f'id="{metric.name}"' in page
        assert str(metric.formula).replace("'", "&#x27;") in page


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REPORTS)
def test_files_say_what_the_page_says(client, lead, name):
    drawn = REPORTS[name].draw(reading(lead))
    for part in drawn.parts:
        address = f"/reports/{name}/{part.name}"
        plain = csv_rows(client.get(f"{address}.csv?{YEAR}").content.decode())
        sheet = xlsx_rows(client.get(f"{address}.xlsx?{YEAR}").content, part.table.columns)
        assert sheet == plain
        assert len(plain) == 1 + len(part.table.all_rows)
        shown = {one.written for row in part.table.drawn for field in row for one in [field.head]}
        assert shown <= {cell for row in plain for cell in row}


def test_a_list_is_taken_out_whole(client, lead):
    count = COUNT.search(page_of(client, "/reports/rows/replies/"))[1]
    answer = client.get(f"/reports/rows/replies.csv?{YEAR}")
    assert "replies-2026-01-01-2026-12-31.csv" in answer["Content-Disposition"]
    plain = csv_rows(answer.getvalue().decode())
    assert len(plain) == 1 + int(count)
    answer = client.get(f"/reports/rows/replies.xlsx?{YEAR}")
    columns = Listing(reading(lead), "replies", Narrowing.parse(QueryDict())).columns
    assert xlsx_rows(answer.getvalue(), columns) == plain


def test_a_lead_takes_out_a_row_for_each_session_and_for_each_message(client, lead):
    session = SessionFact.objects.latest("opened_at").session
    session.customer.record("text", {}, session=session, direction="in", text="=1+1", sent_at=NOW)
    session.customer.record("note", {}, session=session, direction="note", text="hm", sent_at=NOW)
    plain = csv_rows(client.get(f"/reports/raw/sessions.csv?{YEAR}").getvalue().decode())
    assert len(plain) == 1 + reading(lead).figures("sessions")["sessions"].value
    sheet = client.get(f"/reports/raw/sessions.xlsx?{YEAR}").getvalue()
    assert xlsx_rows(sheet, raw.columns_of("sessions")) == plain
    (_head, row) = csv_rows(client.get(f"/reports/raw/messages.csv?{YEAR}").getvalue().decode())
    assert row[1] == str(session.pk)
    assert row[-1] == "'=1+1"


def test_a_lead_takes_out_what_they_may_see_and_an_agent_nothing(client, lead, store):
    lead.serves_all = False
    lead.save()
    lead.accounts.set([store])
    text = client.get(f"/reports/raw/sessions.csv?{YEAR}").getvalue().decode()
    assert "Shop" in text
    assert "Other" not in text
    client.force_login(type(lead).objects.get(username="lin"))
    assert client.get(f"/reports/raw/sessions.csv?{YEAR}").url == "/reports/"
    assert "/reports/raw/" not in page_of(client, "/reports/")


def test_a_file_is_in_the_language_and_the_zone_of_who_takes_it(client, lead):
    lead.language, lead.time_zone = "zh-hans", "America/New_York"
    lead.save()
    answer = client.get(f"/reports/raw/sessions.csv?{YEAR}")
    with translation.override("en"), timezone.override("UTC"):
        head, first = csv_rows(answer.getvalue().decode())[:2]
    assert "客服账号" in head
    opened = SessionFact.objects.get(pk=first[0]).opened_at
    there = opened.astimezone(ZoneInfo("America/New_York"))
    assert f"{there:%Y-%m-%d %H:%M:%S}" in first


def test_a_long_file_is_read_in_pieces(client, lead, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(raw, "CHUNK", 10)
    with django_assert_max_num_queries(20):
        text = client.get(f"/reports/raw/sessions.csv?{YEAR}").getvalue().decode()
    pks = [row[0] for row in csv_rows(text)[1:]]
    assert len(set(pks)) == len(pks) == SessionFact.objects.count()


# --- what it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*REPORTS, "rows/first_reply", "definitions"])
def test_a_page_costs_the_same_for_few_and_for_many(client, lead, store, name):
    few = cost(client, name)
    agents = {"lin": make_agent("lin2").pk, "wang": make_agent("wang2").pk}
    Tag.objects.all().delete()
    tell(store, store, agents)
    assert cost(client, name) == few <= MOST_QUERIES


def cost(client, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page_of(client, f"/reports/{name}/", YEAR.replace("&compare=off", ""))
    return len(queries)


def test_units_are_all_drawn():
    assert {metric.unit for metric in METRICS.values()} == set(Unit)
