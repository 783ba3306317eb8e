"""The steps of a line: the last that has begun still goes on, and of those to come nothing is known."""

from datetime import date, datetime

import pytest

from sessions.models import Agent, SessionFact
from sessions.reports.pages import REPORTS
from sessions.reports.periods import Period
from sessions.reports.steps import Steps
from tests.factories import make_account, make_agent
from tests.report_site import reading
from tests.report_stories import ZONE

NOW = datetime(2026, 3, 5, 14, 5, tzinfo=ZONE)
TODAY = Period(date(2026, 3, 5), date(2026, 3, 5), ZONE)
WEEKS = Period(date(2026, 2, 1), date(2026, 3, 5), ZONE)


def test_an_hour_that_goes_on_says_until_when():
    steps = Steps(TODAY, "hour", NOW)
    assert steps.begun == 15
    assert (steps.unfinished.place, steps.unfinished.words) == (14, "until 14:05")
    assert steps.rows[-2:] == ["03-05 13:00", "03-05 14:00 (until 14:05)"]
    assert len(steps.names) == 24


def test_a_week_says_the_day_as_well():
    steps = Steps(WEEKS, "week", NOW)
    assert steps.unfinished.words == "until 03-05 14:05"
    assert steps.rows[-1] == "2026-03-02 (until 03-05 14:05)"


@pytest.mark.parametrize("day", [date(2026, 3, 4), date(2026, 3, 6)])
def test_what_is_over_or_has_yet_to_come_does_not_go_on(day):
    steps = Steps(Period(day, day, ZONE), "hour", NOW)
    assert steps.unfinished is None
    assert steps.begun == (24 if day < NOW.date() else 0)
    assert len(steps.rows) == steps.begun


@pytest.mark.django_db
@pytest.mark.both
class TestPage:
    @pytest.fixture
    def page(self, monkeypatch):
        """Of a day on which it is five past two: one session at noon, one at two."""
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
        lead, account = make_agent("wang", role=Agent.Role.LEAD), make_account("Shop")
        for number, hour in enumerate((12, 14)):
            opened = NOW.replace(hour=hour, minute=1)
            SessionFact.objects.create(
                session_id=number, customer_id=number, account=account, opened_at=opened,
                queue_left_at=opened, queued=60,
            )  # fmt: skip
        return lambda name: REPORTS[name].draw(reading(lead, "period=today"))

    def parts(self, page) -> dict:
        return {part.name: part for part in page.parts}

    def test_a_line_ends_now_and_says_so(self, page):
        part = self.parts(page("overview"))["over-time"]
        assert part.chart.unfinished.words == "until 14:05"
        assert list(part.chart.series[0].values) == [0] * 12 + [1, 0, 1] + [None] * 9
        assert part.table.rows[-1][0].value == "03-05 14:00 (until 14:05)"
        tile = page("overview").tiles[0]
        assert tile.spark.unfinished.place == 14
        assert tile.spark.values[15:] == [None] * 9

    def test_points_of_few_are_known(self, page):
        parts = self.parts(page("waiting"))
        median, p90 = parts["over-time"].chart.series
        assert list(median.thin) == list(p90.thin) == [12, 14]
        assert not self.parts(page("overview"))["over-time"].chart.series[0].thin

    def test_nobody_knows_who_will_wait(self, page):
        parts = self.parts(page("waiting"))
        for name in ("open", "oldest"):
            assert list(parts[name].chart.series[0].values)[15:] == [None] * 9
            assert len(parts[name].table.rows) == 15
        assert parts["oldest"].table.rows[-1][0].value.endswith("(until 14:05)")
