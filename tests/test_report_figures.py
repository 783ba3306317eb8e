"""The figures over the sessions worked out by hand, and the lists behind them."""

from datetime import date, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum

from sessions.models import Agent, Hours, ReplyFact, SessionEvent, SessionFact
from sessions.reports import failing, folding
from sessions.reports.backlog import backlog
from sessions.reports.figures import breakdown, distribution, figures, heatmap, rows, series
from sessions.reports.metric import Unit
from sessions.reports.metrics import METRICS
from sessions.reports.periods import Period
from sessions.reports.selection import Selection
from tests.factories import make_account, make_agent, make_customer
from tests.report_stories import STORIES, ZONE
from tests.report_teller import Teller

pytestmark = [pytest.mark.django_db, pytest.mark.both]
YEAR = Selection(Period(date(2026, 1, 1), date(2026, 12, 31), ZONE))
MONDAY = Selection(Period(date(2026, 3, 2), date(2026, 3, 2), ZONE))
MINUTE = 60

# Worked out from the stories by hand; durations are medians, in minutes.
COUNTS = {
    "sessions": 21,
    "customers": 20,
    "messages_in": 27,
    "messages_out": 26,
    "replies": 25,
    "closed": 20,
    "lost": 2,
    "taken": 20,
    "failed": 3,
    "muted": 1,
}
MEDIANS = {
    "first_reply": (17, 6),
    "first_answer": (17, 6),
    "next_reply": (19, 6),
    "slowest_reply": (17, 6),
    "assignment": (18, 1),
    "queue_wait": (20, 2),
    "resolution": (20, 16),
    "handle_time": (20, 6.5),
    "waited_for_us": (20, 9.5),
    "waited_for_customer": (20, 2.5),
}
SHARES = {
    "messages_per_session": (27, 21),
    "within_1": (1, 17),
    "within_3": (5, 17),
    "within_5": (8, 17),
    "within_15": (14, 17),
    "within_60": (15, 17),
    "reply_rate": (17, 21),
    "abandoned": (1, 20),
    "one_touch": (12, 20),
    "unanswered": (4, 20),
    "reopened_day": (1, 20),
    "reopened_week": (1, 20),
    "transfers": (3, 21),
    "transferred_twice": (0, 21),
    "csat": (1, 2),
    "csat_average": (7, 2),
    "csat_response": (2, 2),
    "handed_on": (3, 19),
    "budget_pressed": (1, 21),
    "budget_spent": (1, 21),
    "mute_rate": (1, 20),
    "native": (2, 21),
}


@pytest.fixture
def shop():
    account = make_account("Shop")
    hours = {str(day): [["09:00", "18:00"]] for day in range(5)}
    days = {f"2026-10-{day:02}": [] for day in range(1, 8)} | {"2026-10-10": [["09:00", "18:00"]]}
    Hours.objects.create(account=account, since=date(2026, 1, 1), weekly=hours, days=days)
    return account


@pytest.fixture
def wang(shop):
    """A lead, who sees all; the stories are told."""
    wang = make_agent("wang", role=Agent.Role.LEAD)
    agents = {"lin": make_agent("lin").pk, "wang": wang.pk}
    tell(shop, agents)
    while folding.step():
        pass
    return wang


def tell(account, agents):
    customers = {}
    for number, story in enumerate(STORIES, start=1):
        name = story.customer or story.name
        customer = customers.setdefault(name, make_customer(account).pk)
        SessionEvent.keep(Teller(number, customer, account.pk, agents).tell(story.told))


def test_every_metric_has_been_worked_out():
    assert {*COUNTS, *MEDIANS, *SHARES, "time_handled", "native_time"} == set(METRICS)


def test_all_figures_are_those_worked_out_by_hand(wang):
    found = figures(wang, METRICS, YEAR, compare=False)
    assert {name: found[name].value for name in COUNTS} == COUNTS
    assert {name: (found[name].n, found[name].value / MINUTE) for name in MEDIANS} == MEDIANS
    assert {name: (found[name].count, found[name].n) for name in SHARES} == SHARES
    assert found["time_handled"].value == 4791 * MINUTE
    assert found["native_time"].value == (17 + 7) * MINUTE
    assert found["csat_average"].value == 3.5
    assert found["within_5"].value == pytest.approx(8 / 17)


def test_percentiles_are_those_of_the_rows(wang):
    figure = figures(wang, ["first_reply"], YEAR)["first_reply"]
    assert figure.p90 == pytest.approx((30 + 0.4 * (372 - 30)) * MINUTE)
    seconds = SessionFact.objects.filter(first_reply__gt=0).values_list("first_reply", flat=True)
    assert figure.value == median(seconds)
    assert figure.mean == pytest.approx(sum(seconds) / 17)


def test_business_time_leaves_out_when_nobody_serves(wang):
    selection = Selection(YEAR.period, is_business=True)
    found = figures(wang, ["first_reply", "handle_time"], selection)
    assert found["first_reply"].value == 5 * MINUTE
    assert found["handle_time"].value == 6.5 * MINUTE  # it has no other


@pytest.mark.parametrize("name", METRICS)
def test_the_list_behind_a_number_is_as_long_as_the_number(wang, name):
    metric, figure = METRICS[name], figures(wang, [name], YEAR)[name]
    listed = rows(wang, name, YEAR)
    if metric.distinct:
        assert listed.values(metric.distinct).distinct().count() == figure.count
    elif metric.total:
        assert listed.aggregate(all=Sum(metric.total))["all"] == figure.count
    else:
        assert listed.count() == figure.count


def test_a_day_is_that_of_the_report(wang):
    """17:58 in Shanghai is the same day in London, 00:10 is the day before."""
    name = ["replies"]
    assert figures(wang, name, MONDAY)["replies"].value == 22
    london = Selection(Period(date(2026, 3, 2), date(2026, 3, 2), ZoneInfo("Europe/London")))
    assert figures(wang, name, london)["replies"].value == 23


def test_the_period_before_stands_beside(wang):
    tuesday = Selection(Period(date(2026, 3, 3), date(2026, 3, 3), ZONE))
    figure = figures(wang, ["replies"], tuesday)["replies"]
    assert (figure.value, figure.previous.value) == (1, 22)
    assert figure.change == pytest.approx(1 / 22 - 1)


def test_few_rows_are_thin(wang):
    found = figures(wang, ["csat", "first_reply"], YEAR)
    assert found["csat"].is_thin
    assert not found["first_reply"].is_thin


def test_the_replies_of_all_are_those_of_each(wang):
    of_each = breakdown(wang, ["replies", "next_reply"], YEAR, "agent")
    assert sum(found["replies"].value for found in of_each.values()) == 25
    assert sum(found["next_reply"].n for found in of_each.values()) == 19
    assert of_each[None]["replies"].value == 3  # of servicers


def test_days_add_up(wang):
    by_day = series(wang, ["sessions", "customers", "first_reply"], MONDAY, "hour")
    assert len(by_day) == 24
    assert sum(found["sessions"].value for _, found in by_day) == 19
    at = {start.hour: found for start, found in by_day}
    assert (at[10]["sessions"].value, at[15]["sessions"].value, at[17]["sessions"].value) == (
        17,
        1,
        1,
    )
    assert at[10]["first_reply"].n == 13
    assert at[3]["first_reply"].value is None


def test_weeks_and_months_begin_where_the_zone_has_them(wang):
    months = series(wang, ["sessions"], YEAR, "month")
    assert [start.month for start, _ in months] == list(range(1, 13))
    assert {start.month: found["sessions"].value for start, found in months}[9] == 1
    weeks = series(wang, ["customers"], YEAR, "week")
    assert sum(found["customers"].value for _, found in weeks) == 20


def test_a_zone_of_half_hours_has_its_own_days(wang):
    kolkata = Selection(Period(date(2026, 3, 2), date(2026, 3, 2), ZoneInfo("Asia/Kolkata")))
    hours = {start.hour: found for start, found in series(wang, ["sessions"], kolkata, "hour")}
    assert hours[7]["sessions"].value == 17  # 10:00 in Shanghai is 7:30


def test_the_map_of_a_week(wang):
    found = heatmap(wang, ["sessions", "first_reply"], YEAR)
    assert found[0, 10]["sessions"].value == 17
    assert found[2, 17]["sessions"].value == 1
    assert (5, 9) not in found


def test_a_distribution_has_every_row_once(wang):
    limits = [minutes * MINUTE for minutes in (1, 3, 5, 15, 60)]
    found = distribution(wang, "first_reply", YEAR, limits)
    assert [many for _, many in found] == [1, 4, 3, 6, 1, 2]
    assert [limit for limit, _ in found] == [*limits, None]


def test_failures_have_reasons_and_each_a_list(wang):
    other = SessionEvent.objects.filter(kind="failed").first()
    SessionEvent.objects.filter(pk=other.pk).update(facts={"type": "errcode", "code": 95001})
    found = failing.reasons(wang, YEAR)
    assert [(one.type, one.code, one.count) for one in found] == [
        ("errcode", 95001, 1),
        ("fail_type", 10, 1),
        ("fail_type", 13, 1),
    ]
    assert [failing.failed(wang, YEAR, one).count() for one in found] == [1, 1, 1]
    assert all(one.failure.sentence for one in found)
    assert failing.reasons(Agent.objects.get(username="lin"), MONDAY) == []


def test_the_backlog_follows_from_openings_and_ends(wang):
    at = {start.hour: many for start, many in backlog(wang, MONDAY, "hour")}
    assert [at[hour] for hour in (0, 10, 11, 12, 16, 18, 23)] == [0, 0, 4, 3, 3, 4, 4]
    days = Selection(Period(date(2026, 3, 2), date(2026, 3, 5), ZONE))
    assert [many for _, many in backlog(wang, days, "day")] == [0, 4, 3, 1]
    assert backlog(wang, Selection(Period(date(2026, 12, 1), date(2026, 12, 1), ZONE)))[0][1] == 1
    lin = Agent.objects.get(username="lin")
    assert [many for _, many in backlog(lin, days, "day")] == [0, 3, 2, 1]


def test_filters_narrow(wang):
    lin = Agent.objects.get(username="lin")
    by_lin = figures(wang, ["first_reply", "closed"], Selection(YEAR.period, agents=(lin.pk,)))
    assert (by_lin["first_reply"].n, by_lin["closed"].value) == (10, 11)
    silent = Selection(YEAR.period, closed_by=("silence",))
    assert figures(wang, ["sessions"], silent)["sessions"].value == 2
    assert figures(wang, ["replies"], silent)["replies"].value == 0


def test_an_agent_sees_their_own_and_nobody_more_than_their_accounts(wang):
    lin = Agent.objects.get(username="lin")
    assert figures(lin, ["first_reply"], YEAR)["first_reply"].n == 10
    assert {*breakdown(lin, ["replies"], YEAR, "agent")} == {lin.pk}
    elsewhere = make_agent("zhao", make_account("Other"), role=Agent.Role.LEAD)
    assert figures(elsewhere, ["sessions"], YEAR)["sessions"].value == 0
    assert not rows(elsewhere, "sessions", YEAR).exists()


def test_counts_of_one_moment_are_one_query(wang, django_assert_num_queries):
    with django_assert_num_queries(2):  # and one for the days that are kept
        figures(wang, ["sessions", "customers", "reply_rate", "native"], YEAR, compare=False)


def test_a_day_of_the_past_does_not_change_with_the_present(wang):
    before = figures(wang, METRICS, MONDAY)
    one = SessionFact.objects.get(pk=1)
    later = one.closed_at + timedelta(days=30)
    SessionEvent.keep(
        [SessionEvent(session_id=1, customer_id=one.customer_id, account_id=one.account_id,
                      kind="assigned", at=later, placed_at=later, agent=wang)]
    )  # fmt: skip
    folding.step()
    after = figures(wang, METRICS, MONDAY)
    assert {name: after[name].value for name in METRICS} == {n: before[n].value for n in METRICS}
    assert ReplyFact.objects.get(session=1).agent.username == "lin"


def test_units_say_how_a_number_is_read():
    assert {metric.unit for metric in METRICS.values()} == set(Unit)
    assert all(metric.unit == Unit.SECONDS for metric in METRICS.values() if metric.is_duration)


def test_where_clocks_change_an_hour_is_that_of_the_wall(wang):
    """In Berlin 10:00 of Shanghai is 3:00 in winter and 4:00 in summer."""
    berlin = Selection(Period(date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("Europe/Berlin")))
    found = heatmap(wang, ["sessions"], berlin)
    assert found[0, 3]["sessions"].value == 17
    assert found[5, 4]["sessions"].value == 1
    months = series(wang, ["sessions"], berlin, "month")
    assert {start.month: found["sessions"].value for start, found in months}[3] == 19
