"""Business time between two moments: weekly hours, holidays, make-up days, and when they changed."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from sessions.models import Hours
from sessions.reports.hours import Calendar, Rules, calendars
from tests.factories import make_account
from tests.report_stories import CALENDAR, ZONE

HOUR = 3600


def at(month, day, hour, minute=0, zone=ZONE):
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (at(3, 2, 10), at(3, 2, 12), 2),
        (at(3, 2, 7), at(3, 2, 8), 0),
        (at(3, 2, 8), at(3, 2, 20), 9),
        (at(3, 2, 17), at(3, 3, 10), 2),
        (at(3, 6, 17), at(3, 9, 10), 2),  # a weekend
        (at(9, 30, 17), at(10, 8, 10), 2),  # a week of holidays
        (at(10, 10, 9), at(10, 11, 18), 9),  # a Saturday that is worked, a Sunday that is not
        (at(3, 2, 12), at(3, 2, 10), 0),  # backwards
        (at(3, 2, 2, zone=UTC), at(3, 2, 4, zone=UTC), 2),  # the same moments in another zone
    ],
)
def test_business_hours(start, end, hours):
    assert CALENDAR.seconds(start, end) == hours * HOUR


def test_without_hours_an_account_always_serves():
    assert Calendar(ZONE).seconds(at(3, 7, 3), at(3, 8, 3)) == 24 * HOUR


def test_a_day_may_have_a_break_and_end_at_midnight():
    spans = [(time(9), time(12)), (time(14), time(0))]
    calendar = Calendar(ZONE, [Rules(date(2026, 1, 1), dict.fromkeys(range(7), spans))])
    assert calendar.seconds(at(3, 2, 0), at(3, 3, 0)) == 13 * HOUR


def test_hours_hold_from_their_day_on():
    late = Rules(date(2026, 3, 3), {1: [(time(13), time(18))]})
    calendar = Calendar(ZONE, [*CALENDAR.rules, late])
    assert calendar.seconds(at(3, 2, 0), at(3, 3, 0)) == 9 * HOUR
    assert calendar.seconds(at(3, 3, 0), at(3, 4, 0)) == 5 * HOUR


def test_before_the_first_hours_an_account_always_served():
    assert CALENDAR.seconds(datetime(2025, 12, 31, tzinfo=ZONE), at(1, 1, 0)) == 24 * HOUR


def test_a_day_on_which_clocks_change_has_its_own_length():
    berlin = ZoneInfo("Europe/Berlin")
    always = Rules(date(2026, 1, 1), dict.fromkeys(range(7), [(time(0), time(0))]))
    calendar = Calendar(berlin, [always])
    start, end = (datetime(2026, 3, day, tzinfo=berlin) for day in (29, 30))
    assert calendar.seconds(start, end) == 23 * HOUR


@pytest.mark.django_db
def test_hours_of_accounts_are_read_together(django_assert_num_queries):
    shop, other = make_account("Shop"), make_account("Other")
    Hours.objects.create(
        account=shop,
        since=date(2026, 1, 1),
        weekly={"0": [["09:00", "18:00"]]},
        days={"2026-03-09": []},
    )
    with django_assert_num_queries(1):
        found = calendars([shop.pk, other.pk])
    assert found[shop.pk].seconds(at(3, 2, 0), at(3, 10, 0)) == 9 * HOUR
    assert found[other.pk].seconds(at(3, 2, 0), at(3, 3, 0)) == 24 * HOUR


@pytest.mark.django_db
@pytest.mark.both
def test_a_row_that_cannot_be_read_counts_as_none_and_is_told_once(caplog):
    shop, other = make_account("Shop"), make_account("Other")
    week = {str(day): [["09:00", "18:00"]] for day in range(5)}
    Hours.objects.create(account=shop, since=date(2026, 1, 1), weekly=week)
    Hours.objects.create(account=shop, since=date(2026, 2, 1), weekly={"0": [["9", "25"]]})
    Hours.objects.create(account=other, since=date(2026, 2, 1), time_zone="Mars/Olympus")
    for _ in range(2):
        found = calendars([shop.pk, other.pk])
    assert found[shop.pk].seconds(at(3, 2, 0), at(3, 3, 0)) == 9 * HOUR
    assert found[other.pk].seconds(at(3, 2, 0), at(3, 3, 0)) == 24 * HOUR
    assert caplog.text.count("cannot be read, and count as none") == 2


def test_the_zone_is_that_of_the_hours_that_hold():
    week = dict.fromkeys(range(7), [(time(9), time(18))])
    london = Rules(date(2026, 3, 3), week, zone=ZoneInfo("Europe/London"))
    calendar = Calendar(ZONE, [Rules(date(2026, 1, 1), week), london])
    assert calendar.seconds(at(3, 2, 9), at(3, 2, 18)) == 9 * HOUR
    assert calendar.seconds(at(3, 3, 9), at(3, 3, 17)) == 0
    assert calendar.seconds(at(3, 3, 17), at(3, 4, 2)) == 9 * HOUR
    assert calendar.seconds(at(3, 1, 0), at(3, 5, 8)) == 4 * 9 * HOUR


def test_the_first_day_on_which_hours_differ_is_found():
    before, never, until = Calendar(ZONE), date(2026, 12, 1), date(2026, 12, 31)
    week = dict.fromkeys(range(5), [(time(9), time(18))])
    rules = Rules(date(2026, 3, 7), week)
    after = Calendar(ZONE, [rules])
    assert before.differs_from(before, until) is None
    assert after.differs_from(before, until) == date(2026, 3, 7)
    assert after.differs_from(before, date(2026, 3, 6)) is None
    closed = Calendar(ZONE, [Rules(rules.since, week, {never: []})])
    assert closed.differs_from(after, until) == never
    elsewhere = Calendar(ZONE, [Rules(rules.since, week, zone=UTC)])
    assert elsewhere.differs_from(after, until) == date(2026, 3, 7)
