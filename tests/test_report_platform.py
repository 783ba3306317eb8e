"""The platform's own figures beside ours: who sees them, which days, and what is not told."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging.models import Connection
from sessions.models import SessionFact
from sessions.reports import platform
from sessions.reports.metrics import METRICS
from sessions.reports.pages import REPORTS
from tests.factories import make_account, make_agent, make_connection, make_servicer
from tests.report_site import COUNT, YEAR, page_of, reading, tell_platform

pytest_plugins = ["tests.report_site"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAGE = "/reports/platform/"
OFFERED = f'class="reports__link" href="{PAGE}'
DAY = date(2026, 3, 2)


def rows_of(reader, table: str, query: str = YEAR) -> dict[str, dict[str, object]]:
    """By what stands first in a row: its values by the names of columns."""
    found = REPORTS["platform"].draw(reading(reader, query)).table(table)
    names = [str(column.label) for column in found.columns]
    rows = [[cell.value for cell in row] for row in found.all_rows]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def test_ours_of_the_same_days_stand_beside_with_the_difference(lead, store):
    row = rows_of(lead, "by-account")["Shop"]
    facts = SessionFact.objects.filter(account=store, opened_at__date__gte=DAY)
    assert row["New sessions"] == facts.count() > 3
    assert row["New sessions (platform)"] == 3
    assert row["New sessions (difference)"] == facts.count() - 3
    by_day = rows_of(lead, "by-day")
    assert by_day["2026-03-02"]["New sessions (platform)"] == 3
    assert sum(one["New sessions"] for one in by_day.values()) == rows_of(lead, "by-account")["All"]["New sessions"]  # fmt: skip


def test_what_the_platform_does_not_tell_is_no_zero(client, lead):
    row = rows_of(lead, "by-account")["Shop"]
    assert row["Messages in"] > 0
    assert row["Messages in (platform)"] is None
    assert row["Messages in (difference)"] is None
    assert rows_of(lead, "by-day")["2026-03-03"]["New sessions (platform)"] is None
    assert "–" in page_of(client, PAGE)


def test_shares_and_averages_weigh_as_much_as_the_sessions_behind_them(lead, store):
    tell_platform(store, "*", DAY, session_cnt=1, reply_rate=1.0, first_reply_average_sec=100)
    later = {"session_cnt": 9, "reply_rate": 0.333_333_333, "first_reply_average_sec": 20}
    tell_platform(store, "*", date(2026, 3, 3), **later)
    tell_platform(store, "*", date(2026, 3, 4), session_cnt=5)  # nothing to compute
    row = rows_of(lead, "by-account")["Shop"]
    assert row["Replied by servicers (platform)"] == pytest.approx(0.4)
    assert row["First reply of servicers (mean) (platform)"] == pytest.approx(40)


def test_a_servicer_stands_beside_the_replies_that_we_timed_ourselves(lead, store):
    make_servicer(store, "Li Si", external_id="lisi")
    known = {"session_cnt": 2, "reply_rate": 0.5, "first_reply_average_sec": 50}
    tell_platform(store, "lisi", **known)
    fact = SessionFact.objects.filter(account=store, first_reply__isnull=False).first()
    SessionFact.objects.filter(pk=fact.pk).update(first_servicer="lisi", first_reply=60)
    row = rows_of(lead, "by-servicer")["Li Si"]
    assert row["Sessions (platform)"] == 2
    assert row["First reply of servicers (mean) (ours)"] == 60
    assert row["First reply of servicers (mean) (difference)"] == pytest.approx(0.2)


def test_a_figure_that_is_no_number_does_no_harm(client, lead, store):
    tell_platform(store, "*", session_cnt="7", reply_rate=None, first_reply_average_sec=[1])
    tell_platform(store, day=date(2026, 3, 9), session_cnt={"x": 1}, customer_cnt=True)
    assert rows_of(lead, "by-account")["Shop"]["New sessions (platform)"] == 3
    assert page_of(client, PAGE)


def test_days_that_were_not_ready_count_on_neither_side(store):
    tell_platform(store, session_cnt=1)
    store.statistics.update(read_at=datetime(2026, 3, 4, 23, tzinfo=UTC))  # at 7 in China
    read = platform.read_of([store.pk], reading(make_agent("lin")).asked.days)
    assert (read.days.first, read.days.last) == (DAY, date(2026, 3, 4))


def test_an_account_that_is_not_ones_own_is_not_told(client, lead, store):
    other = make_account("Third")
    tell_platform(other, session_cnt=77)
    assert "Third" in rows_of(lead, "by-account")
    lead.serves_all = False
    lead.save()
    lead.accounts.set([store])
    assert {"Shop"} == set(rows_of(lead, "by-account"))
    assert {"Shop"} == set(rows_of(lead, "by-account", f"{YEAR}&account={store.pk}"))
    assert "Third" not in page_of(client, PAGE, f"{YEAR}&account={other.pk}")


def test_agents_are_told_why_there_is_nothing(client, lead):
    client.force_login(type(lead).objects.get(username="lin"))
    page = page_of(client, PAGE)
    assert "leads see these figures" in page
    assert OFFERED not in page
    assert "2026-03-02" not in page


def test_it_is_offered_where_the_platform_counts(client, lead):
    assert OFFERED in page_of(client, "/reports/", "")
    desk = make_connection(backend=Connection.Backend.STAFFSERVICE)
    lead.serves_all = False
    lead.save()
    lead.accounts.set([make_account("Desk", connection=desk)])
    assert OFFERED not in page_of(client, "/reports/", "")
    assert "None of these accounts" in page_of(client, PAGE, "")


def test_days_to_come_say_when_figures_come(client, lead, store):
    store.statistics.update(read_at=timezone.now())
    page = page_of(client, PAGE, "period=today")
    assert "on the next morning after six in China" in page
    assert "Read last at" in page


def test_our_numbers_lead_nowhere_when_days_of_the_reader_are_others(client, lead):
    assert "/reports/rows/sessions/" in page_of(client, PAGE)
    with timezone.override("Europe/Berlin"):
        page = REPORTS["platform"].draw(reading(lead))
    cells = [cell for part in page.parts for row in part.table.all_rows for cell in row]
    assert not any(cell.href for cell in cells)


def test_what_counts_on_no_platform_is_not_in_the_list_behind_all(client, lead, store):
    desk = make_connection(backend=Connection.Backend.STAFFSERVICE)
    SessionFact.objects.filter(account=store).update(account=make_account("Desk", connection=desk))
    tell_platform(make_account("Third"), session_cnt=1)
    table = REPORTS["platform"].draw(reading(lead)).table("by-account")
    assert "Desk" not in {row[0].value for row in table.rows}
    listed = client.get(table.total[1].href).content.decode()
    assert COUNT.search(listed)[1] == str(table.total[1].value)


def test_filters_of_ours_alone_are_not_heard_and_that_is_said(client, lead):
    query = f"{YEAR}&entrance=menu"
    assert rows_of(lead, "by-account", query) == rows_of(lead, "by-account")
    assert "only accounts and backends count here" in page_of(client, PAGE, query)


def test_more_figures_cost_no_more_queries(client, lead, store):
    few = cost(client)
    for number in range(3, 9):
        more = make_account(f"Shop {number}")
        make_servicer(more, "Li Si")
        for servicer in ("", "*", "lisi"):
            tell_platform(more, servicer, date(2026, 3, number), session_cnt=number)
    assert cost(client) == few


def cost(client) -> int:
    with CaptureQueriesContext(connection) as queries:
        page_of(client, PAGE)
    return len(queries)


def test_what_is_counted_has_metrics_of_its_name():
    assert set(platform.COUNTS) <= set(METRICS)
