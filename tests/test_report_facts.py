"""Each of the sessions worked out by hand has the facts that it must have, all of them."""

from datetime import timedelta

import pytest

from sessions.models import SessionFact
from sessions.reports.fold import fold
from tests.report_stories import CALENDAR, STORIES
from tests.report_teller import Teller, expected, moment

LIN, WANG = 7, 8
AGENTS = {"lin": LIN, "wang": WANG}
NAMES = [
    f.attname
    for f in SessionFact._meta.concrete_fields
    if not f.attname.endswith("_at")
    and f.attname not in ("session_id", "customer_id", "account_id")
]


def folded(told, next_opened_at=None):
    return fold(Teller(1, 1, 1, AGENTS).tell(told), CALENDAR, next_opened_at)


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_a_session_has_the_facts_worked_out_by_hand(story):
    again = moment("03-02", "15:00") if "reopened" in story.facts else None
    fact = folded(story.told, again).fact
    nothing = SessionFact()
    wanted = {name: getattr(nothing, name) for name in NAMES} | expected(story, AGENTS)
    lost, muted = wanted.pop("lost"), wanted.pop("muted")
    assert {name: getattr(fact, name) for name in NAMES} == wanted
    assert (fact.lost_at is not None, fact.muted_at is not None) == (lost, muted)


def test_a_value_belongs_to_the_moment_at_which_it_ended():
    fact = folded("17:58 in  18:30 take:lin  03-03 00:10 out:lin  09:30 close:lin").fact
    assert fact.opened_at == moment("03-02", "17:58")
    assert fact.queue_left_at == fact.assigned_at == moment("03-02", "18:30")
    assert fact.first_reply_at == fact.slowest_at == moment("03-03", "00:10")
    assert fact.closed_at == moment("03-03", "09:30")


def test_a_window_is_lost_at_its_end():
    fact = folded("10:00 in  11:00 in  03-04 11:01 lapse").fact
    assert fact.lost_at == moment("03-04", "11:00")


@pytest.mark.parametrize(
    ("told", "clock"),
    [
        ("10:00 in 10:05 out:lin", None),
        ("10:00 in 10:05 out:lin 10:07 in 10:08 in", "10:07"),
        ("10:00 in 10:05 out:lin fail 10:06 auto 10:30 end", "10:00"),
    ],
)
def test_since_when_a_message_has_stood_without_an_answer(told, clock):
    assert folded(told).fact.unanswered_at == (clock and moment("03-02", clock))


def test_where_nothing_closes_no_window_is_lost():
    events = Teller(1, 1, 1, AGENTS).tell("10:00 in  03-04 11:01 close:lin")
    events[0].facts["has_window"] = False
    assert fold(events, CALENDAR).fact.lost_at is None


@pytest.mark.parametrize(
    ("told", "after", "agent"),
    [
        ("10:02 out:lin mute", "", None),
        ("10:02 phrase:wang 10:03 out:lin mute", "7", WANG),
        ("10:02 phrase:wang 10:03 out:lin 10:04 out:lin mute", "words", LIN),
        ("10:02 phrase:wang fail 10:03 out:lin mute", "", None),  # that one had not arrived
        ("10:02 out:lin 10:03 auto 10:04 out:lin mute", "automatic", None),
        ("10:02 out:lin 10:03 close:lin ask:end 11:00 auto mute", "survey", None),
        ("10:02 out:lin 10:03 phrase:lin 10:04 out:lin fail", "", None),  # for another reason
    ],
)
def test_who_mutes_us_had_heard_something_last(told, after, agent):
    fact = folded(f"10:00 in 10:01 take:lin {told}").fact
    assert (fact.muted_after, fact.muted_agent_id) == (after, agent)
    assert (fact.muted_at is not None) == ("mute" in told)


def test_a_mute_is_told_once_and_by_its_first_failure():
    fact = folded("10:00 in 10:02 phrase:lin 10:03 out:lin mute 10:09 out:lin mute").fact
    assert (fact.muted_at, fact.muted_after) == (moment("03-02", "10:03"), "7")
    assert fact.failed == 2


def test_each_turn_has_its_reply_and_what_is_added_has_no_time():
    replies = folded("10:00 in 10:04 out:lin 10:05 out:lin 10:10 in 10:16 out:wang").replies
    assert [(reply.agent_id, reply.seconds) for reply in replies] == [
        (LIN, 240),
        (LIN, None),
        (WANG, 360),
    ]


def test_each_agent_has_the_stretch_in_which_they_had_it():
    told = "10:00 in 10:02 take:lin 10:05 give:wang 10:09 out:wang 10:10 close:wang"
    stints = folded(told).stints
    assert [(stint.agent_id, stint.came_by, stint.left_by, stint.handled) for stint in stints] == [
        (LIN, "accept", "handed", 180),
        (WANG, "agent", "closed", 300),
    ]


def test_parts_of_seconds_are_not_lost_at_every_event():
    events = Teller(1, 1, 1, AGENTS).tell(
        "10:00 in 10:01 take:lin 10:02 in 10:03 in 10:04 close:lin"
    )
    for event in events[2:5]:
        event.at += timedelta(seconds=0.6 if event.kind == "in" else 0.9)
        event.placed_at = event.at
    assert fold(events, CALENDAR).stints[0].handled == 179


def test_a_reply_that_is_accepted_after_the_end_takes_no_time_after_it():
    told = "10:00 in 10:01 take:lin 10:02 out:lin>10:04 10:03 close:lin"
    assert folded(told).fact.handled == 120


def test_a_transfer_to_oneself_is_none():
    fact = folded("10:00 in 10:02 take:lin 10:05 give:lin").fact
    assert fact.transfers == 0


def test_back_from_wecom_without_an_agent_it_is_in_the_queue_again():
    fact = folded("10:00 in 10:01 native:carol 10:05 ours 10:07 take:lin").fact
    assert (fact.native, fact.queued) == (240, 60 + 120)


def test_the_order_of_arrival_does_not_matter():
    told = "10:00 in 10:02 take:lin 10:03 out:lin fail 10:04 out:lin 10:09 in 10:10 close:lin"
    events = Teller(1, 1, 1, AGENTS).tell(told)
    one, other = fold(events, CALENDAR).fact, fold(events[::-1], CALENDAR).fact
    assert [getattr(one, name) for name in NAMES] == [getattr(other, name) for name in NAMES]


def test_a_message_that_comes_late_with_an_earlier_time_adds_no_time():
    events = Teller(1, 1, 1, AGENTS).tell("10:00 in 10:05 out:lin 10:10 close:lin")
    events += Teller(2, 1, 1, AGENTS).tell("09:58 in")[1:]
    fact = fold(events, CALENDAR).fact
    assert (fact.first_reply, fact.resolution) == (7 * 60, 10 * 60)
    assert (fact.waited_for_us, fact.waited_for_customer) == (5 * 60, 5 * 60)


def test_what_is_said_to_a_bot_waits_for_no_person():
    fact = folded("10:00 bot 10:01 say 10:02 bot 10:10 leave").fact
    assert (fact.messages_in, fact.automatic, fact.first_answer) == (1, 2, 60)
    assert (fact.queued, fact.first_reply, fact.waited_for_us) == (None, None, 0)
    assert (fact.is_unanswered, fact.is_abandoned) == (False, False)


def test_the_clock_begins_when_a_bot_calls_a_person():
    fact = folded(
        "10:00 say 10:01 bot 10:03 call 10:05 take:lin 10:06 out:lin 10:07 close:lin"
    ).fact
    assert (fact.first_reply, fact.assignment, fact.queued) == (180, 120, 120)
    assert (fact.waited_for_us, fact.waited_for_customer) == (180, 240)


def test_after_a_greeting_they_wait_from_their_first_message_on():
    fact = folded("10:00 bot 10:05 in 10:07 take:lin 10:08 call out:lin 10:09 close:lin").fact
    assert (fact.first_reply, fact.queued, fact.is_unanswered) == (180, 120, False)


def test_a_call_that_is_told_late_asks_nothing():
    fact = folded(
        "10:00 say 10:01 call 10:02 take:lin 10:03 out:lin 10:04 call 10:09 close:lin"
    ).fact
    assert (fact.is_unanswered, fact.waited_for_us) == (False, 120)


def test_what_an_agent_takes_from_a_bot_is_theirs_from_then_on():
    fact = folded("10:00 say 10:01 bot 10:05 take:lin 10:06 out:lin 10:07 close:lin").fact
    assert (fact.first_reply, fact.assignment, fact.queued) == (60, 0, None)


def test_who_leaves_the_queue_has_given_up_whatever_the_platform_calls_it():
    fact = folded("10:00 say 10:03 call 10:10 leave").fact
    assert fact.is_abandoned
    assert (fact.queued, fact.is_unanswered) == (420, True)


def test_why_a_platform_ended_it_may_be_told_later():
    events = Teller(1, 1, 1, AGENTS).tell("10:00 in 10:10 leave leave")
    events[-2].facts["by"] = "desk"
    fact = fold(events, CALENDAR).fact
    assert (fact.closed_by, fact.resolution) == ("customer", 600)


def test_without_an_opening_there_are_no_facts():
    assert fold(Teller(1, 1, 1, AGENTS).tell("10:00 in")[1:], CALENDAR) is None
