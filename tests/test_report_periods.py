"""Stretches of days, the steps in them, and medians: pure."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.reports.periods import PRESETS, STEPS, Period
from sessions.reports.slots import constant_offset
from sessions.reports.spread import Spread

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", SATURDAY, SATURDAY),
        ("yesterday", date(2026, 11, 20), date(2026, 11, 20)),
        ("week", date(2026, 11, 15), SATURDAY),
        ("month", date(2026, 10, 23), SATURDAY),
        ("four_weeks", date(2026, 10, 25), SATURDAY),
        ("this_week", date(2026, 11, 16), SATURDAY),
        ("last_week", date(2026, 11, 9), date(2026, 11, 15)),
        ("this_quarter", date(2026, 10, 1), SATURDAY),
        ("this_year", date(2026, 1, 1), SATURDAY),
        ("this_month", date(2026, 11, 1), SATURDAY),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31)),
        ("quarter", date(2026, 8, 24), SATURDAY),
        ("year", date(2025, 11, 22), SATURDAY),
    ],
)
def test_presets(name, first, last):
    period = Period.preset(name, SHANGHAI, SATURDAY)
    assert (period.first, period.last) == (first, last)


def test_every_preset_has_a_test():
    assert len(PRESETS) == 13


def test_a_day_begins_at_midnight_of_its_zone():
    begin, end = Period(SATURDAY, SATURDAY, SHANGHAI).moments
    assert begin == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert end - begin == timedelta(days=1)


def test_the_period_before_has_as_many_days():
    before = Period.preset("week", SHANGHAI, SATURDAY).previous()
    assert (before.first, before.last, before.days) == (date(2026, 11, 8), date(2026, 11, 14), 7)


@pytest.mark.parametrize(
    ("name", "first", "last", "hour"),
    [
        ("today", date(2026, 11, 20), date(2026, 11, 20), 10),
        ("yesterday", date(2026, 11, 19), date(2026, 11, 19), 0),
        ("four_weeks", date(2026, 9, 27), date(2026, 10, 24), 10),
        ("this_week", date(2026, 11, 9), date(2026, 11, 14), 10),
        ("last_week", date(2026, 11, 2), date(2026, 11, 8), 0),
        ("this_month", date(2026, 10, 1), date(2026, 10, 21), 10),
        ("last_month", date(2026, 9, 1), date(2026, 9, 30), 0),
        ("this_quarter", date(2026, 7, 1), date(2026, 8, 21), 10),
        ("this_year", date(2025, 1, 1), date(2025, 11, 21), 10),
    ],
)
def test_like_is_compared_with_like(name, first, last, hour):
    """Part of a day with the same part, a month with the month before, whatever its length."""
    now = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
    before = Period.preset(name, SHANGHAI, SATURDAY).previous(now)
    assert (before.first, before.last) == (first, last)
    assert before.moments[1].astimezone(SHANGHAI).hour == hour
    assert before.moments[1] <= datetime(2026, 11, 21, tzinfo=SHANGHAI)


def test_a_longer_month_is_not_compared_with_days_that_a_shorter_one_has_not():
    now = datetime(2026, 3, 31, 10, tzinfo=SHANGHAI)
    before = Period.preset("this_month", SHANGHAI, now.date()).previous(now)
    assert (before.first, before.last, before.until) == (date(2026, 2, 1), date(2026, 2, 28), None)


@pytest.mark.parametrize(
    ("days", "before"),
    [
        ((date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 4, 1), date(2026, 6, 30))),
        ((date(2026, 7, 2), date(2026, 7, 31)), (date(2026, 6, 2), date(2026, 7, 1))),
    ],
)
def test_whole_months_are_compared_with_whole_months(days, before):
    found = Period.of_days(*days, SHANGHAI).previous()
    assert (found.first, found.last) == before


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN], ids=str)
def test_steps_fill_a_period_without_gaps(step, zone):
    period = Period(date(2026, 2, 11), date(2026, 4, 10), zone)
    starts = period.starts(step)
    assert starts[0] == period.moments[0]
    assert starts == sorted(set(starts))
    assert period.next(starts[-1], step) >= period.moments[1]
    assert all(start.astimezone(zone).minute == 0 for start in starts)


def test_weeks_begin_on_monday_and_months_on_the_first():
    period = Period(date(2026, 2, 11), date(2026, 4, 10), SHANGHAI)
    assert {start.weekday() for start in period.starts("week")[1:]} == {0}
    assert {start.day for start in period.starts("month")[1:]} == {1}


def test_clocks_change_in_berlin_and_not_in_shanghai():
    spring = (date(2026, 3, 1), date(2026, 3, 31))
    assert constant_offset(Period(*spring, SHANGHAI)) == 8 * 3600
    assert constant_offset(Period(*spring, BERLIN)) is None
    assert constant_offset(Period(SATURDAY, SATURDAY, BERLIN)) == 3600


@given(st.lists(st.integers(0, 9999), min_size=1, max_size=60))
def test_a_spread_is_that_of_the_rows(rows):
    spread = Spread.of(Counter(rows))
    assert spread.n == len(rows)
    assert spread.median == median(rows)
    assert spread.mean == pytest.approx(sum(rows) / len(rows))
    assert sum(row <= spread.p90 for row in rows) >= 0.9 * (len(rows) - 1)


def test_of_nothing_there_is_no_spread():
    assert Spread.of({}) is None
