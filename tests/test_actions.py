"""Every situation has an answer to every action, and every refusal says why."""

from dataclasses import replace
from itertools import product

import pytest

from sessions.actions import (
    ASSISTANT,
    ENDED,
    NEW,
    POOL,
    SERVICER,
    Action,
    Situation,
    allowed,
)

STATES = (NEW, ASSISTANT, POOL, SERVICER, ENDED)
FLAGS = (False, True)
ALL = [
    Situation(
        state=state,
        is_ended=is_ended,
        heading_to=heading_to,
        is_assigned=is_assigned,
        window_is_open=window,
        budget_left=left,
        has_pool_code=pool_code,
        has_pickup_code=pickup_code,
        has_servicers=servicers,
        is_managed=managed,
        is_reserved=reserved,
        is_mine=not reserved,
        assignee="Lin",
    )
    for state, is_ended, heading_to, is_assigned, window, left, pool_code, pickup_code, servicers, managed, reserved in product(
        STATES, FLAGS, (None, POOL), FLAGS, FLAGS, (0, 1, 5), FLAGS, FLAGS, FLAGS, FLAGS, FLAGS
    )
]

# What may be done in each state while the session is open, unassigned and has all it needs
# (protocol/wecom_kf.md §4.3, §4.4): accept, reply, agent, pool, servicer, end.
TABLE = {
    NEW: "accept reply transfer_agent transfer_pool transfer_servicer end",
    ASSISTANT: "accept reply transfer_agent transfer_pool transfer_servicer end",
    POOL: "transfer_servicer",
    SERVICER: "transfer_servicer end",
    ENDED: "end",
}


OURS = {"tag", "priority", "snooze", "mark"}  # what sorts our lists: no platform is asked


def offered(situation):
    return {str(action) for action, verdict in allowed(situation).items() if verdict} - OURS


@pytest.mark.parametrize("state", STATES)
def test_each_state_offers_what_the_platform_allows(state):
    assert offered(Situation(state=state)) == set(TABLE[state].split())


@pytest.mark.parametrize("state", STATES)
def test_our_own_marks_may_be_set_in_every_state_and_tags_also_afterwards(state):
    assert all(allowed(Situation(state=state))[Action(name)] for name in OURS)
    over = allowed(Situation(state=state, is_ended=True))
    assert {name for name in OURS if over[Action(name)]} == {"tag"}


def test_every_refusal_has_its_reason():
    for situation in ALL:
        for action, verdict in allowed(situation).items():
            assert bool(verdict) != bool(str(verdict.reason)), (situation, action)


def test_nothing_is_offered_that_the_state_forbids():
    for situation in ALL:
        extra = {"reply"} if situation.has_pool_code or situation.has_pickup_code else set()
        assert offered(situation) <= set(TABLE[situation.state].split()) | extra


def test_a_reply_always_has_a_carrier_that_is_there():
    for situation in ALL:
        carrier = allowed(situation)[Action.REPLY].carrier
        if carrier == "budget":
            assert situation.budget_left
            assert situation.window_is_open
            assert situation.state in (NEW, ASSISTANT)
        elif carrier == "pool":
            assert situation.has_pool_code
            assert situation.state == POOL
        elif carrier == "pickup":
            assert situation.has_pickup_code
            assert situation.state == SERVICER


@pytest.mark.parametrize(
    "change", [{"is_ended": True}, {"heading_to": POOL}, {"is_managed": False}]
)
def test_over_under_way_or_not_ours_offers_nothing(change):
    for state in STATES:
        assert offered(Situation(state=state, has_pool_code=True, **change)) == set()


def test_who_is_assigned_cannot_be_accepted_again():
    assert "accept" not in offered(Situation(state=NEW, is_assigned=True))


def test_without_budget_only_replies_are_refused():
    assert offered(Situation(state=NEW, budget_left=0)) == set(TABLE[NEW].split()) - {"reply"}


def test_after_the_window_only_our_own_side_is_left():
    assert offered(Situation(state=ASSISTANT, window_is_open=False)) == {
        "accept",
        "transfer_agent",
        "end",
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_assigned": True, "is_mine": False}, "Only Lin may reply here."),
        ({"is_assigned": True}, ""),
        ({"is_mine": False}, ""),  # in the queue: who answers becomes the assignee
        ({"is_assigned": True, "is_mine": False, "is_reserved": False}, ""),
        ({"is_assigned": True, "is_mine": False, "is_ended": True}, "ended"),
        ({"is_assigned": True, "is_mine": False, "state": SERVICER}, "answering in WeCom"),
    ],
)
def test_where_only_the_assignee_replies_others_are_told_who_it_is(change, reason):
    situation = Situation(**{"state": NEW, "is_reserved": True, "assignee": "Lin", **change})
    verdict = allowed(situation)[Action.REPLY]
    assert bool(verdict) == (not reason)
    assert reason in str(verdict.reason)


@pytest.mark.parametrize(("state", "code"), [(POOL, "pool"), (SERVICER, "pickup")])
def test_a_code_is_the_assignees_as_well(state, code):
    theirs = Situation(state, is_reserved=True, is_assigned=True, **{f"has_{code}_code": True})
    assert "reply" in offered(theirs)
    assert "reply" not in offered(replace(theirs, is_mine=False))


def test_who_may_not_reply_may_take_it_over():
    situation = Situation(NEW, is_reserved=True, is_assigned=True, is_mine=False)
    assert offered(situation) == {"transfer_agent", "transfer_pool", "transfer_servicer", "end"}
