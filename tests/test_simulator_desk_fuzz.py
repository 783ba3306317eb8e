"""Whatever is in a body, the simulated Desk answers with a code and does not stumble."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.simulator.control import plain
from messaging.simulator.desk.commands import COMMANDS
from messaging.simulator.desk.elements import SHAPES
from messaging.simulator.errors import Impossible, Refused
from tests.simulated_desk import ALICE, ANN, BEN, SALES, SHOP, Caller

NAMES = (
    *("SessionId", "SessionID", "MsgRandom", "MsgBody", "CloudCustomData", "FromAccount"),
    *("ToAccount", "AgentIdList", "AgentGroupId", "GroupId", "MemberId", "Limit", "Offset"),
    *("Order", "MemberMail", "Status", "RestReason", "PageSize", "PageNum", "MemberGroupID"),
    *("StartTimestamp", "EndTimestamp", "From", "To", "AgentIds", "ClientUserId", "Priority"),
    *("CustomerServiceId", "DisableQueuing", "QueueTimeout", "AllowAssignBusyMember"),
)
WITHIN = ("MsgType", "MsgContent", "Text", "Data", "Index", "ImageInfoArray", "Url", "Type")
WORDS = (ALICE, SHOP, ANN, BEN, "STATUS_FREE", "STATUS_REST", "", *SHAPES)
SCALARS = st.none() | st.booleans() | st.integers() | st.sampled_from((SALES, *WORDS))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | FLOATS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WITHIN), inner),
    max_leaves=12,
)
CARDS = st.builds(json.dumps, st.dictionaries(st.sampled_from(("src", "content", *WITHIN)), VALUES))


@pytest.mark.parametrize("command", COMMANDS)
@settings(max_examples=25, deadline=None)
@given(body=st.dictionaries(st.sampled_from(NAMES), VALUES), stage=st.integers(0, 3))
def test_no_body_makes_it_stumble(command, body, stage):
    caller = Caller()
    if stage:  # past the first checks
        session = (caller.with_bot, caller.with_agent, caller.in_queue)[stage - 1]()
        body = {**body, "SessionId": session, "SessionID": session}
    answer = caller.call(command, **body)
    assert type(answer["ErrorCode"]) is int
    assert (answer["ActionStatus"] == "OK") == (answer["ErrorCode"] == 0)


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=200), query=st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
def test_no_call_makes_the_gate_stumble(raw, query):
    caller = Caller()
    assert type(caller.request("send_msg", content=raw).json()["ErrorCode"]) is int
    assert caller.request("send_msg", params=query).json()["ErrorCode"] == 60002
    assert caller.request("send_msg", params=caller.query(**query)).status_code == 200
    odd = caller.query(usersig="".join(query))
    assert caller.request("send_msg", params=odd).json()["ErrorCode"] in (60004, 60005)


@settings(max_examples=100, deadline=None)
@given(body=VALUES, card=CARDS)
def test_whatever_a_user_sends_leaves_a_world_that_can_be_shown(body, card):
    world = Caller().world
    element = {"MsgType": "TIMCustomElem", "MsgContent": {"Data": card}}
    for wanted in (body, [body], [element]):
        try:
            world.say(ALICE, body=wanted)
        except Impossible:
            continue
        key = world.chat(ALICE, SHOP)[-2].msg_key
        for deed in (lambda key=key: world.click(ALICE, key, "x"), lambda: world.rate("x", 1)):
            with pytest.raises((Impossible, Refused)):
                deed()
    json.dumps(plain(world.chat(ALICE, SHOP)), allow_nan=False)
