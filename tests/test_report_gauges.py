"""The longest wait at any moment, worked out by hand; and by force, turn for turn and step for step."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sessions.models import Agent, ReplyFact, SessionEvent, SessionFact
from sessions.reports import folding
from sessions.reports.oldest import Wait, oldest
from sessions.reports.pages import REPORTS
from sessions.reports.periods import Period
from sessions.reports.selection import Selection
from tests.factories import make_account, make_agent, make_customer, make_session
from tests.report_site import reading
from tests.report_stories import ZONE
from tests.report_teller import Teller, moment

pytestmark = [pytest.mark.django_db, pytest.mark.both]
STORIES = (
    "10:00 in  10:30 take:lin  10:40 out:lin  10:41 close:lin",
    "10:50 in  10:55 in  12:10 take:wang out:wang  12:11 close:wang",
    "12:05 in  12:20 out:lin  12:21 close:lin",
    "13:30 in  15:15 end",
    "03-03 23:30 in  03-04 00:45 out:lin  00:50 close:lin",
)


@pytest.fixture
def lead():
    return make_agent("wang", role=Agent.Role.LEAD)


@pytest.fixture
def told(lead):
    account, agents = make_account("Shop"), {"lin": make_agent("lin").pk, "wang": lead.pk}
    for story in STORIES:
        session = make_session(make_customer(account), ended_at=moment("03-05", "00:00"))
        teller = Teller(session.pk, session.customer_id, account.pk, agents)
        SessionEvent.keep(teller.tell(story))
    while folding.step():
        pass


def days(first: int, last: int, **more) -> Selection:
    return Selection(Period(date(2026, 3, first), date(2026, 3, last), ZONE), **more)


def minutes(wait: Wait) -> float:
    return wait.seconds / 60


def test_a_turn_counts_in_every_hour_that_it_touches(told, lead):
    found = [(minutes(one.of_all), minutes(one.answered)) for one in oldest(lead, days(2, 2))]
    assert found[9:17] == [
        (0, 0), (40, 40), (70, 70), (80, 80), (30, 0), (90, 0), (105, 0), (0, 0),
    ]  # fmt: skip


def test_a_day_has_the_longest_of_its_hours_and_what_goes_on_the_day_after(told, lead):
    found = oldest(lead, days(1, 5), "day")
    assert [minutes(one.of_all) for one in found] == [0, 105, 30, 75, 0]
    assert [minutes(one.answered) for one in found] == [0, 80, 30, 75, 0]
    assert minutes(oldest(lead, days(3, 3), "day")[0].answered) == 30  # answered after the period


def test_the_session_of_the_longest_is_known(told, lead):
    first, second, third, fourth, fifth = SessionFact.objects.order_by("pk").values_list(
        "pk", flat=True
    )
    found = [one.of_all.session for one in oldest(lead, days(2, 2))[10:16]]
    assert found == [first, second, second, fourth, fourth, fourth]
    assert oldest(lead, days(3, 3), "day")[0].of_all.session == fifth


def test_agents_chosen_have_the_waits_that_they_ended(told, lead):
    lin = Agent.objects.get(username="lin")
    for reader, selection in ((lin, days(2, 2)), (lead, days(2, 2, agents=(lin.pk,)))):
        found = [minutes(one.of_all) for one in oldest(reader, selection)]
        assert found[10:16] == [40, 0, 15, 0, 0, 0]


def test_who_waits_now_counts_until_now_and_what_comes_is_not_known(lead):
    asked = timezone.now() - timedelta(minutes=2)
    session = make_session(opened_at=asked)
    SessionEvent.keep([SessionEvent.opening(session), SessionEvent.about(session, "in", asked)])
    while folding.step():
        pass
    today = timezone.localdate(timezone=ZONE)
    period = Period(today - timedelta(days=1), today + timedelta(days=1), ZONE)
    found = oldest(lead, Selection(period), "day")
    assert 120 <= max(one.of_all.seconds for one in found[:2]) < 130
    assert found[2].of_all.seconds is None


def test_the_report_shows_it_and_leads_to_the_sessions(told, lead):
    table = REPORTS["waiting"].draw(
        reading(lead, "period=custom&since=2026-03-02&until=2026-03-02")
    )
    cells = {row[0].value: row[1] for row in table.table("oldest").rows}
    second = SessionFact.objects.order_by("pk")[1].pk
    assert (cells["03-02 11:00"].value, cells["03-02 11:00"].href) == (
        70 * 60,
        f"/sessions/{second}/",
    )
    assert cells["03-02 16:00"].href == ""


@pytest.mark.parametrize("step", ["hour", "day", "week"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata"])
def test_it_is_what_counting_by_force_finds(lead, zone, step):
    """Also where clocks change, on the 29th."""
    dice, account = random.Random(3), make_account("Shop")
    period = Period(date(2026, 3, 25), date(2026, 4, 1), ZoneInfo(zone))
    begin = datetime(2026, 3, 24, tzinfo=UTC)
    turns = []
    for number in range(120):
        asked = begin + timedelta(seconds=dice.randrange(9 * 86400))
        seconds = int(dice.lognormvariate(6, 2)) + 1
        turns.append((asked, asked + timedelta(seconds=seconds)))
        ReplyFact.objects.create(
            session_id=number, account=account, message=number, asked_at=asked,
            at=turns[-1][1], seconds=seconds,
        )  # fmt: skip
    for one in oldest(lead, Selection(period), step):
        ages = [
            (min(at, one.end) - asked).total_seconds()
            for asked, at in turns
            if asked < one.end and at > one.start
        ]
        assert one.answered.seconds == int(max(ages, default=0)), one.start
