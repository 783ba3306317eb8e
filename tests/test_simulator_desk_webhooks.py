"""Callbacks of the simulated Desk: addressed, signed, retried, doubled, held back and lost."""

import asyncio
import time

import httpx
import pytest

from messaging.backends.desk.crypto import signature
from tests.simulated_desk import ALICE, ANN, APP, BEN, OK, SHOP, TOKEN, Console, play

BEGIN = ["SessionBegin", "ChatBot.RobotSendMsg", "ChatBot.RobotSendMsg"]


async def enter(caller):
    caller.world.enter(ALICE)


def test_a_callback_is_addressed_and_signed_as_documented():
    console = Console()
    play(enter, console)
    query, body = console.queries[0], console.got[0]
    assert query.pop("RequestID")
    moment = query.pop("RequestTime")
    assert abs(time.time() - int(moment)) < 60
    assert query.pop("Sign") == signature(TOKEN, moment)
    assert query == {
        "SdkAppid": str(APP),
        "CallbackCommand": "Desk.SessionEventNotify",
        "contenttype": "json",
        "ClientIP": "127.0.0.1",
        "OptPlatform": "Android",
    }
    assert body["Event"] == "SessionBegin"
    assert (body["ClientUserId"], body["CustomerServiceId"]) == (ALICE, SHOP)
    assert console.events == BEGIN


def test_without_a_token_nothing_is_signed():
    console = Console()
    play(enter, console, token="")
    assert "Sign" not in console.queries[0]
    assert "RequestTime" not in console.queries[0]


def test_an_event_carries_what_it_is_about_or_everything():
    console = Console()

    async def scene(caller):
        caller.world.say(ALICE, "hi")
        caller.world.options.set(all_fields=True)
        caller.world.say(ALICE, "again")

    play(scene, console)
    assert "MsgKey" not in console.got[0]
    said = next(body for body in console.got if body["Event"] == "ChatBot.UserSendMsg")
    assert said["MsgBody"] == [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]
    assert said["EventTime"] > 10**12
    assert console.got[-1]["SatisfactionSelected"] == 0


@pytest.mark.parametrize(
    "answer",
    [
        500,
        302,
        httpx.ConnectError,
        httpx.ReadTimeout,
        {},
        {"ActionStatus": "OK"},
        {**OK, "ActionStatus": "FAIL"},
        {**OK, "ErrorCode": "0"},
    ],
)
def test_what_is_not_answered_as_documented_is_repeated_under_the_same_id(answer):
    console = Console(answer, answer)
    caller = play(enter, console)
    assert console.events == ["SessionBegin"] * 3 + BEGIN[1:]
    assert len({query["RequestID"] for query in console.queries[:3]}) == 1
    assert len({query["RequestID"] for query in console.queries}) == 3
    assert [entry["attempt"] for entry in caller.world.callbacks] == [1, 2, 3, 1, 1]


def faulty(kind, api="*", **options):
    async def scene(caller):
        caller.world.faults.add(kind, api=api, **options)
        caller.world.enter(ALICE)

    console = Console()
    return console, play(scene, console)


def test_a_callback_is_doubled_with_the_same_id_or_another():
    console, _ = faulty("duplicate_callback", "SessionBegin")
    assert console.events == ["SessionBegin", *BEGIN]
    assert console.queries[0]["RequestID"] == console.queries[1]["RequestID"]
    console, _ = faulty("repeat_callback", "SessionBegin")
    assert console.events == ["SessionBegin", *BEGIN]
    assert console.queries[0]["RequestID"] != console.queries[1]["RequestID"]
    assert console.got[0] == console.got[1]


def test_a_callback_is_lost_late_or_out_of_order():
    console, caller = faulty("drop_callback", "SessionBegin")
    assert console.events == BEGIN[1:]
    assert caller.world.callbacks[0]["outcome"] == "dropped"
    console, _ = faulty("reorder_callback", "SessionBegin")
    assert console.events == [BEGIN[1], "SessionBegin", BEGIN[2]]
    console, _ = faulty("delay_callback", "SessionBegin", seconds=0.05)
    assert console.events == [*BEGIN[1:], "SessionBegin"]


def test_a_reordered_callback_that_nothing_follows_leaves_on_release():
    console, _ = faulty("reorder_callback", "ChatBot.*", count=2)
    assert console.events == BEGIN


def test_a_callback_can_be_forged():
    console, _ = faulty("bad_sign")
    query = console.queries[0]
    assert query["Sign"] != signature(TOKEN, query["RequestTime"])
    console, _ = faulty("old_sign", seconds=120)
    assert int(console.queries[0]["RequestTime"]) < time.time() - 60
    console, _ = faulty("foreign_app")
    assert console.queries[0]["SdkAppid"] == str(APP + 1)


def test_callbacks_are_held_back_and_released():
    console = Console()

    async def scene(caller):
        caller.world.options.callbacks_paused = True
        caller.world.enter(ALICE)
        assert not console.got

    play(scene, console)
    assert console.events == BEGIN


@pytest.mark.parametrize(
    ("answer", "agent"),
    [
        ({**OK, "AgentIdList": [BEN]}, BEN),
        ({**OK, "AgentGroupId": 7}, ANN),
        (OK, ANN),
        (500, ANN),
        ({**OK, "AgentIdList": "ben", "AgentGroupId": "7"}, ANN),
        ({**OK, "AgentIdList": ["nobody"]}, ANN),
    ],
)
def test_the_business_server_is_asked_whom_to_take(answer, agent):
    console = Console(*[OK] * 3, answer)  # SessionBegin, two greetings, the question

    async def scene(caller):
        caller.world.set_service(SHOP, policy="Business Server")
        caller.world.enter(ALICE)
        while len(console.got) < 3:
            await asyncio.sleep(0)
        caller.world.options.callbacks_paused = True  # the question alone
        caller.world.ask_human(ALICE)

    caller = play(scene, console)
    assert console.events[3] == "ChatBot.OnAssignHuman"
    assert set(console.got[3]) == {"CallbackCommand", "SessionId", "ClientUserId", "EventTime"}
    assert caller.world.last_session(ALICE, SHOP).agent_id == agent
