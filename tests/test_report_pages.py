"""Pages of reports: who sees what, what filters do, and what a page costs."""

import re
from html import escape, unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from sessions.models import Tag
from sessions.reports import figures
from sessions.reports.asking import Asked
from sessions.reports.metric import Unit
from sessions.reports.metrics import METRICS
from sessions.reports.pages import REPORTS
from tests.factories import make_account, make_agent
from tests.report_site import YEAR, page_of, reading, tell

pytest_plugins = ["tests.report_site"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
MOST_QUERIES = 42  # two of them ask which days are kept, of this period and of the one before


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


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "platform"])
def test_every_report_is_compared_with_the_period_before(client, lead, name):
    query = "period=custom&since=2026-03-01&until=2026-03-31"
    assert "Compared with 2026-02-01 to 2026-02-28." in page_of(client, f"/reports/{name}/", query)


def test_a_number_of_nothing_leads_nowhere(client, lead):
    page = page_of(client, "/reports/failures/", f"{YEAR}&tag=99")
    assert "/rows/failed/" not in page


def test_the_rows_behind_a_number_lead_back_to_its_report(client, lead):
    links = re.findall(r'href="(/reports/rows/[^"]+)"', page_of(client, "/reports/waiting/"))
    assert links
    for href in set(links):
        asked = escape(str(Asked.parse(QueryDict(YEAR))))
        back = f'class="reports__back" href="/reports/waiting/?{asked}"'
        assert back in client.get(unescape(href)).content.decode()


@pytest.mark.parametrize("name", ["", "nothing", "https://example.com", "//example.com"])
def test_what_is_no_report_leads_back_to_the_overview(client, lead, name):
    page = page_of(client, "/reports/rows/sessions/", f"report={name}")
    assert 'class="reports__back" href="/reports/overview/"' in page
    assert "example.com" not in re.search(r"reports__back.*", page)[0]


def test_a_heatmap_is_come_back_to_with_what_it_showed(client, lead):
    page = page_of(client, "/reports/heatmap/", f"{YEAR}&layer=replies")
    href = unescape(re.search(r'href="(/reports/rows/[^"]+weekday[^"]+)"', page)[1])
    back = re.search(r'reports__back" href="([^"]+)"', client.get(href).content.decode())[1]
    asked = Asked.parse(QueryDict(f"{YEAR}&layer=replies"))
    assert unescape(back) == f"/reports/heatmap/?{asked}"


def test_times_in_a_heatmap_fit_their_places(client, lead):
    page = page_of(client, "/reports/heatmap/", f"{YEAR}&layer=first_reply")
    assert 'title="6 h 12 min">6 h 12</a>' in page
    assert "heat--wide" in page
    assert "heat--wide" not in page_of(client, "/reports/heatmap/")


@pytest.mark.parametrize("name", REPORTS)
def test_steps_are_offered_where_something_goes_over_time(client, lead, name):
    def drawn(step: str) -> list:
        parts = REPORTS[name].draw(reading(lead, YEAR.replace("month", step))).parts
        return [(part.chart.names if part.chart else (), len(part.table.rows)) for part in parts]

    has_steps = drawn("month") != drawn("week")
    page = page_of(client, f"/reports/{name}/")
    assert ('<select class="field__input asking__select" name="step">' in page) == has_steps
    assert ('<input type="hidden" name="step" value="month">' in page) != has_steps


def test_a_lead_chooses_among_those_who_serve_their_accounts_or_did(client, lead, store):
    lead.serves_all = False
    lead.save()
    lead.accounts.set([store])
    make_agent("zhao", make_account("Elsewhere"))
    make_agent("sun", store)
    moved = type(lead).objects.get(username="lin")
    moved.accounts.clear()
    names = [str(agent) for agent in reading(lead).agents]
    assert names == ["Lin", "Sun", "Wang"]
    later = "period=custom&since=2027-01-01&until=2027-01-02"
    assert str(moved) not in map(str, reading(lead, later).agents)
    assert str(moved) in map(str, reading(lead, f"{later}&agent={moved.pk}").agents)


def test_an_address_tells_no_name_of_an_agent_elsewhere(client, lead, store):
    lead.serves_all = False
    lead.save()
    lead.accounts.set([store])
    zhao = make_agent("zhao", make_account("Elsewhere"))
    for address in ("/reports/", "/reports/rows/sessions/"):
        page = page_of(client, address, f"{YEAR}&agent={zhao.pk}&by=agent&key={zhao.pk}")
        assert "zhao" not in page.lower()


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
        "by=score&key=4",
        "by=account&key=99999999999999999999999999",
        "by=entrance&key=%00&entrance=%00&type=%00&code=99999999999999",
        "type=fail_type&code=-99999999999",
        "by=nothing&key=1&layer=nothing&account=99999999999999999&from=99999999999",
    ],
)
def test_nonsense_in_an_address_does_no_harm(client, lead, query):
    rows = (f"/reports/rows/{name}/" for name in ("first_reply", "replies", "taken", "csat"))
    for address in ("/reports/", "/reports/heatmap/", "/reports/failed/", *rows):
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
    assert "Compared with 2026-03-02." in page
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
