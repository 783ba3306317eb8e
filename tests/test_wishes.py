"""When an agent has to be left alone: over midnight, in their own zone, over the change of clocks."""

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from sessions.models import Agent, Event, How
from sessions.wishes import USUAL, Wishes

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
USUALLY = Wishes.of(Agent())
NIGHTS = replace(USUALLY, days=frozenset(range(7)))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        ("2026-11-20T21:59", False),
        ("2026-11-20T22:00", True),
        ("2026-11-21T00:00", True),
        ("2026-11-21T07:59", True),
        ("2026-11-21T08:00", False),
        ("2026-11-21T15:00", False),
    ],
)
def test_a_night_goes_over_midnight(moment, is_quiet):
    assert NIGHTS.is_quiet(at(moment), SHANGHAI) is is_quiet


def test_it_is_the_agents_night_and_not_the_servers():
    moment = at("2026-11-20T23:00", SHANGHAI)
    assert NIGHTS.is_quiet(moment, SHANGHAI)
    assert not NIGHTS.is_quiet(moment, BERLIN)


def test_a_night_belongs_to_the_day_on_which_it_begins():
    fridays = replace(NIGHTS, days=frozenset({4}))
    assert fridays.is_quiet(at("2026-11-20T23:00"), SHANGHAI)
    assert fridays.is_quiet(at("2026-11-21T07:00"), SHANGHAI)
    assert not fridays.is_quiet(at("2026-11-21T23:00"), SHANGHAI)


def test_quiet_hours_of_one_day_end_on_it():
    lunch = replace(NIGHTS, starts=time(12), ends=time(13))
    assert lunch.is_quiet(at("2026-11-20T12:30"), SHANGHAI)
    assert not lunch.is_quiet(at("2026-11-20T13:00"), SHANGHAI)
    assert not lunch.is_quiet(at("2026-11-20T23:00"), SHANGHAI)


def test_from_and_until_the_same_hour_is_a_whole_day():
    sundays = replace(NIGHTS, starts=time(0), ends=time(0), days=frozenset({6}))
    assert sundays.is_quiet(at("2026-11-22T15:00"), SHANGHAI)
    assert not sundays.is_quiet(at("2026-11-23T00:00"), SHANGHAI)


def test_the_night_of_the_change_of_clocks_ends_when_the_clock_says_so():
    [(begins, ends)] = list(NIGHTS.quiet_periods(at("2026-10-25T00:30", BERLIN), BERLIN))[:1]
    assert (ends - begins).total_seconds() == 10 * 3600  # as clocks count
    assert ends.astimezone(UTC) - begins.astimezone(UTC) != ends - begins
    assert NIGHTS.is_quiet(at("2026-10-25T07:59", BERLIN), BERLIN)
    assert not NIGHTS.is_quiet(at("2026-10-25T08:00", BERLIN), BERLIN)


def test_who_ticked_no_day_is_never_left_alone():
    assert not USUALLY.is_quiet(at("2026-11-20T23:00"), SHANGHAI)
    assert list(USUALLY.quiet_periods(at("2026-11-20T23:00"), SHANGHAI)) == []


def test_what_is_kept_is_read_again():
    wishes = replace(NIGHTS, hides=True, volume=0, how={**NIGHTS.how, Event.QUEUE: How.NOTHING})
    assert Wishes.of(Agent(wishes=wishes.kept())) == wishes


def test_an_event_that_is_new_to_kept_wishes_is_told_as_usual():
    kept = USUALLY.kept()
    del kept["how"]["rating"]
    assert Wishes.of(Agent(wishes=kept)).how["rating"] == USUAL[Event.RATING][0]


def test_every_event_has_a_usual_way():
    assert set(USUAL) == set(Event)


def test_a_zone_that_is_none_is_the_installations(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert Agent(time_zone="Mars/Base").zone == BERLIN
