"""The commands of the simulated Desk beside sessions: contacts, transcripts, reports, members."""

import pytest

from tests.simulated_desk import ALICE, ANN, BEN, BOB, OUT, SALES, SHOP, START, Caller


@pytest.fixture
def caller():
    return Caller()


def test_an_agent_opens_a_session(caller):
    names = {"IMAgentUserID": SHOP, "ClientUserID": ALICE}
    answer = caller.call("contact_user", **names, MemberId=BEN)
    assert answer["MemberId"] == BEN
    assert caller.events() == ["SessionBegin", "TransferToHumanSuccess"]
    assert all(event["IsContactUser"] for event in caller.world.events)
    assert caller.code("contact_user", **names) == 141016
    caller.world.leave(ALICE)
    other = {"IMAgentUserId": SHOP, "ClientUserId": ALICE}
    assert caller.code("contact_user", **other, GroupId=SALES) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ClientUserID": "nobody"}, 141015),
        ({"ClientUserID": BOB}, 141004),  # on the web
        ({"IMAgentUserID": "@nobody"}, 141004),
        ({"MemberId": OUT}, 141011),
        ({"GroupId": 99}, 141020),
    ],
)
def test_a_contact_that_cannot_be_is_refused(caller, changes, code):
    names = {"IMAgentUserID": SHOP, "ClientUserID": ALICE}
    assert caller.code("contact_user", **names | changes) == code
    caller.world.options.set(can_contact=False)
    assert caller.code("contact_user", **names) == 141014


def test_the_reports_count_what_happened(caller):
    world = caller.world
    session = caller.with_agent()
    world.say(ALICE, "hi")
    world.agent_say(session, "hello")
    world.advance(60)
    world.agent_end(session)
    world.rate(session, 5)
    day = {"StartTimestamp": START, "EndTimestamp": START + 1}
    (record,) = caller.call("describe_im_cdr_list", **day)["IMCdrList"]
    assert (record["Duration"], record["EndStatus"]) == (60, "AgentEndedSession")
    assert record["SatisfactionSelected"] == 5
    assert caller.call("describe_im_cdr_list", **day, ClientUserId=BOB)["TotalCount"] == 0
    rows = caller.call("describe_agent_statistics", From=START, To=START + 1)["Data"]
    assert [(row["AgentId"], row["TotalMsgCnt"]) for row in rows] == [(ANN, 2), (BEN, 0), (OUT, 0)]
    assert caller.code("describe_im_cdr_list", **day, Limit=101) == 141004


def test_a_transcript_is_read_in_either_order(caller):
    session = caller.with_agent()
    caller.world.say(ALICE, "hi")
    caller.world.agent_say(session, "hello")
    ask = {"SessionId": session, "Limit": 2}
    newest = caller.call("describe_chat_messages", **ask)
    assert [message["FromAccountRole"] for message in newest["Messages"]] == [2, 1]
    oldest = caller.call("describe_chat_messages", **ask, Order=1, Offset=1)["Messages"]
    assert [message["FromAccountRole"] for message in oldest] == [3, 3]
    assert set(oldest[0]) == {"FromAccount", "FromAccountRole", "MsgBody", "Timestamp"}
    assert newest["TotalCount"] == len(caller.world.chat(ALICE, SHOP))


def test_members_are_listed_and_set(caller):
    page = {"MemberGroupID": SALES, "PageSize": 10, "PageNum": 0}
    answer = caller.call("get_member_list_in_group", **page)
    assert (answer["Total"], answer["MemberList"][0]["MemberMail"]) == (1, ANN)
    assert caller.code("get_member_list_in_group", **page | {"MemberGroupID": 99}) == 141020
    assert caller.code("get_member_list_in_group", **page | {"PageSize": 101}) == 141004
    rest = {"MemberMail": ANN, "Status": "STATUS_REST", "RestReason": "lunch"}
    assert caller.code("set_member_status", **rest) == 0
    assert caller.world.members[ANN].rest_reason == "lunch"
    assert caller.code("set_member_status", **rest | {"Status": "STATUS_OFFLINE"}) == 141004
    assert caller.code("set_member_status", **rest | {"MemberMail": "x"}) == 141010
