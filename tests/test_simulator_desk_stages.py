"""The stages of a session of the simulated Desk, its events in order, and each refusal."""

import pytest

from messaging.simulator.errors import Impossible, Refused
from tests.simulated_desk import ALICE, ANN, BEN, BOB, HELP, OUT, SALES, SHOP, Caller

ROBOT = "ChatBot.RobotSendMsg"


@pytest.fixture
def caller():
    return Caller()


def state(caller, session):
    return caller.call("get_session_state", SessionId=session)["CurrentState"]


def test_a_whole_session_in_the_order_of_its_events(caller):
    world = caller.world
    world.say(ALICE, "退款")
    session = caller.with_agent()
    world.say(ALICE, "在吗")
    world.agent_say(session, "在的")
    caller.code("end_session", SessionId=session)
    world.rate(session, 4)
    assert caller.events() == [
        *("SessionBegin", ROBOT, ROBOT, "ChatBot.UserSendMsg", ROBOT),
        *("TransferringToHuman", ROBOT, "TransferToHumanSuccess"),
        *("Human.UserSendMsg", "Human.AgentSendMsg"),
        *("SessionAgentEnd", "SessionEnd", "SatisfactionSelected"),
    ]
    assert world.events[-1]["SatisfactionSelected"] == 4


def test_the_words_for_a_human_call_one(caller):
    caller.world.say(ALICE, "转人工")
    assert caller.world.stage(ALICE, SHOP) == "Agent"


def test_every_stage_can_be_asked_for(caller):
    names = {"ClientUserId": ALICE, "CustomerServiceId": SHOP}
    assert caller.call("get_session_state", **names)["CurrentState"] == "NotInSession"
    session = caller.with_bot()
    assert state(caller, session) == "Chatbot"
    caller.in_queue()
    assert state(caller, session) == "Queueing"
    caller.world.set_service(SHOP, is_manual=True)
    caller.world.set_status(ANN, "STATUS_FREE")
    assert state(caller, session) == "WaitingForAgentAnswering"
    caller.world.accept(session)
    answer = caller.call("get_session_state", **names)
    assert (answer["SessionId"], answer["CurrentState"], answer["AgentId"]) == (
        session,
        "Agent",
        ANN,
    )
    caller.world.leave(ALICE)
    assert state(caller, session) == "NotInSession"
    assert caller.code("get_session_state", SessionId="x") == 141005


def test_who_waits_is_served_as_soon_as_somebody_is_free(caller):
    session = caller.in_queue()
    assert caller.events()[-1] == "TransferringToHumanWait"
    caller.world.set_status(BEN, "STATUS_FREE")
    assert caller.events()[-1] == "TransferToHumanSuccess"
    assert caller.world.session(session).agent_id == BEN


def test_the_limit_of_an_agent_makes_a_queue(caller):
    for mail in (ANN, BEN):
        caller.world.members[mail].limit = 0
    session = caller.with_agent()
    assert state(caller, session) == "Queueing"


def test_with_nobody_online_the_bot_goes_on(caller):
    for mail in (ANN, BEN):
        caller.world.set_status(mail, "STATUS_OFFLINE")
    session = caller.with_agent()
    assert "NoAgentOnline" in caller.events()
    assert state(caller, session) == "Chatbot"


def test_without_a_bot_the_first_words_go_to_a_human(caller):
    caller.world.say(ALICE, "hi", service=HELP)
    assert caller.events()[-1] == "TransferToHumanSuccess"


def test_the_server_moves_a_session_to_a_human(caller):
    session = caller.with_bot()
    answer = caller.call("transfer_to_human", SessionId=session, AgentIdList=[BEN])
    assert (answer["AgentId"], answer["IsInQueue"]) == (BEN, 0)
    assert caller.code("transfer_to_human", SessionId=session) == 141003


def test_the_server_may_queue_a_session_or_refuse_to(caller):
    session = caller.with_bot()
    for mail in (ANN, BEN):
        caller.world.set_status(mail, "STATUS_NOT_READY")
    ask = {"SessionId": session}
    assert caller.code("transfer_to_human", **ask, DisableQueuing=1) == 141025
    assert state(caller, session) == "Chatbot"
    assert caller.call("transfer_to_human", **ask)["IsInQueue"] == 1
    other = caller.with_bot(BOB)
    answer = caller.call("transfer_to_human", SessionId=other, AllowAssignBusyMember=1)
    assert (answer["AgentId"] in (ANN, BEN), answer["IsInQueue"]) == (True, 0)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"AgentIdList": ["x"]}, 141010),
        ({"AgentIdList": "x"}, 141004),
        ({"AgentIdList": [OUT]}, 141001),
        ({"AgentGroupId": 99}, 141020),
        ({"DisableQueuing": 2}, 141004),
        ({"Priority": 10}, 141004),
    ],
)
def test_a_transfer_to_a_human_that_cannot_be_is_refused(caller, body, code):
    assert caller.code("transfer_to_human", SessionId=caller.with_bot(), **body) == code


def test_a_session_may_end_where_nobody_is_online(caller):
    session = caller.with_bot()
    body = {"SessionId": session, "AgentIdList": [OUT], "EndSessionWhenNoMemberOnline": 1}
    assert caller.code("transfer_to_human", **body) == 141001
    assert caller.events()[-2:] == ["NoAgentOnline", "SessionEnd"]


def test_a_session_is_forwarded(caller):
    session = caller.with_agent()
    assert caller.code("transfer_session", SessionId=session, MemberId=BEN) == 0
    event = caller.world.events[-1]
    assert (event["Event"], event["AgentId"], event["ForwardFromAgentId"]) == (
        "AgentForward",
        BEN,
        ANN,
    )
    assert caller.code("transfer_session", SessionId=session, GroupId=SALES) == 0
    assert caller.world.session(session).agent_id == ANN


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, "STATUS_FREE", 141004),
        ({"MemberId": ANN}, "STATUS_FREE", 141024),
        ({"MemberId": "x"}, "STATUS_FREE", 141010),
        ({"MemberId": OUT}, "STATUS_FREE", 141011),
        ({"MemberId": BEN}, "STATUS_REST", 141013),
        ({"MemberId": BEN}, "STATUS_NOT_READY", 141025),
        ({"GroupId": 99}, "STATUS_FREE", 141020),
        ({"GroupId": SALES}, "STATUS_FREE", 141001),  # Ann alone is in it
    ],
)
def test_a_forward_that_cannot_be_is_refused(caller, body, status, code):
    session = caller.with_agent()
    caller.world.set_status(BEN, status)
    assert caller.code("transfer_session", SessionId=session, **body) == code
    assert caller.world.session(session).agent_id == ANN


def test_a_forward_to_an_agent_with_full_hands_is_refused(caller):
    session = caller.with_agent()
    caller.world.members[BEN].limit = 0
    assert caller.code("transfer_session", SessionId=session, MemberId=BEN) == 141012


def test_only_what_a_human_has_is_forwarded_or_ended(caller):
    session = caller.with_bot()
    assert caller.code("transfer_session", SessionId=session, MemberId=BEN) == 141026
    assert caller.code("end_session", SessionId=session) == 141004
    assert caller.code("end_session", SessionId="x") == 141005


def test_the_queue_can_be_left_only_by_its_own_spelling(caller):
    session = caller.in_queue()
    assert caller.code("end_queuing", SessionId=session) == 141004
    assert caller.code("end_queuing", SessionID=session) == 0
    assert caller.events()[-1] == "SessionEnd"
    assert caller.code("end_queuing", SessionID=caller.with_bot(BOB)) == 141027


def test_the_user_ends_a_session(caller):
    caller.with_agent()
    caller.world.leave(ALICE)
    assert caller.events()[-2:] == ["SessionUserEnd", "SessionEnd"]
    with pytest.raises(Impossible):
        caller.world.leave(ALICE)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["end", "reason"], ["SessionEnd", "SessionUserEnd"]),
        (["end"], ["SessionEnd"]),
        (["reason"], ["SessionUserEnd"]),
    ],
)
def test_the_end_and_its_reason_come_as_they_are_set(caller, order, expected):
    caller.with_agent()
    caller.forget()
    caller.world.options.set(ends=order)
    caller.world.leave(ALICE)
    assert caller.events() == expected


def test_a_silent_user_and_a_silent_agent_end_a_session(caller):
    world = caller.world
    world.set_service(SHOP, user_timeout=60.0, agent_timeout=30.0)
    session = caller.with_agent()
    world.agent_say(session, "still there?")
    world.advance(59)
    assert world.session(session).is_live
    world.advance(1)
    assert caller.events()[-2:] == ["SessionUserTimeoutEnd", "SessionEnd"]
    caller.with_agent()
    world.say(ALICE, "hello?")
    world.advance(30)
    assert caller.events()[-2:] == ["SessionAgentTimeoutEnd", "SessionEnd"]


def test_a_user_who_left_the_app_loses_the_place_in_the_queue(caller):
    caller.in_queue()
    caller.world.close_app(ALICE)
    caller.world.advance(61)
    assert caller.events()[-2:] == ["SessionPendingAutoFinishEnd", "SessionEnd"]


def test_who_does_not_accept_in_time_loses_the_session(caller):
    caller.world.set_service(SHOP, is_manual=True)
    session = caller.world.session(caller.with_agent())
    first = session.agent_id
    caller.world.advance(30)
    assert (session.stage, session.agent_id != first) == ("WaitingForAgentAnswering", True)


def test_a_rating_is_given_once_and_in_time(caller):
    world = caller.world
    session = caller.with_agent()
    world.agent_end(session)
    world.rate(session, 5)
    with pytest.raises(Refused, match="10152"):
        world.rate(session, 1)
    session = caller.with_agent()
    world.agent_end(session)
    world.advance(25 * 3600)
    with pytest.raises(Refused, match="10150"):
        world.rate(session, 1)
    with pytest.raises(Refused, match="10154"):
        world.rate(caller.with_bot(), 1)
    assert caller.events().count("SatisfactionSelected") == 1
