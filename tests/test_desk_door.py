"""The door of a Desk app: what is signed comes in as one row, the rest is told why not."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging import fragments, hooks
from messaging.models import Callback, Connection, Message, PlatformSession, Refusal
from sessions.models import Session
from tests.desk import ALICE, APP, NOW_MS, OK, SHOP, ask, connect, event, query, take_in
from tests.factories import make_account, make_agent, make_servicer

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def connection():
    return connect()


def choose(connection, **options):
    Connection.objects.filter(pk=connection.pk).update(options=connection.options | options)
    hooks._known.clear()


@pytest.mark.parametrize("path", ["/hooks/desk/desk/", "/hooks/desk/desk"])
def test_an_event_is_one_committed_row_when_it_is_answered(connection, path):
    assert ask(event(), path=path) == (200, OK)
    stored = Callback.objects.get()
    assert (stored.open_kfid, stored.body) == (SHOP, event())


def test_names_of_parameters_and_the_contenttype_are_compared_without_case(connection):
    asked = {name.lower(): value for name, value in query(contenttype="JSON").items()}
    assert ask(event(), asked=asked) == (200, OK)


@pytest.mark.parametrize(
    ("body", "changes", "reason"),
    [
        (event(), {"SdkAppid": None}, "app"),
        (event(), {"SdkAppid": str(APP + 1)}, "app"),
        (event(), {"Sign": None}, "no signature"),
        (event(), {"RequestTime": None}, "no signature"),
        (event(), {"Sign": None, "RequestTime": None}, "no signature"),
        (event(), {"Sign": "0" * 64}, "signature"),
        (event(), {"RequestTime": "1669872113"}, "signature"),
        (event(), {"at": int(time.time()) - 62}, "stale"),
        (event(), {"at": int(time.time()) + 3600}, "stale"),
        (event(), {"at": "soon"}, "stale"),
        (event(), {"contenttype": "xml"}, "malformed"),
        (b"{", {}, "malformed"),
        (b"[]", {}, "malformed"),
        (b"\xff", {}, "malformed"),
        (b'{"x": NaN}', {}, "malformed"),
        (b'{"x": 1e999}', {}, "malformed"),
        (b"[" * 50_000, {}, "malformed"),
        (event(x=json.loads("[" * 40 + "]" * 40)), {}, "malformed"),
        (b" " * 70_000, {}, "too large"),
        (event(CallbackCommand="C2C.CallbackAfterSendMsg"), {}, "command"),
        (event(CallbackCommand=7), {"CallbackCommand": None}, "command"),
        (event(CallbackCommand="Other"), {"CallbackCommand": "Other"}, "command"),
        (event(SessionId=""), {}, "no session"),
        (event(SessionId="s" * 129), {}, "no session"),
        (event(SessionId=None), {}, "no session"),
        (event(Event=""), {}, "no event"),
        (event(EventTime="soon"), {}, "no time"),
        (event(EventTime=True), {}, "no time"),
        (event(EventTime=10**15), {}, "no time"),
        (event(ClientUserId="c" * 65), {}, "bad name"),
        (event(CustomerServiceId=7), {}, "bad name"),
    ],
)
def test_what_is_refused_is_told_why_and_leaves_nothing(connection, body, changes, reason):
    status, answer = ask(body, asked=query(**changes))
    assert (status, answer["ActionStatus"]) == (200, "FAIL")
    assert answer["ErrorCode"] > 120_000
    assert answer["ErrorInfo"].startswith(f"{reason}: ")
    assert Callback.objects.count() == 0
    assert Refusal.objects.filter(reason=reason).exists()


@pytest.mark.parametrize("path", ["/hooks/desk/desk/api", "/hooks/desk/nobody/"])
def test_other_addresses_are_nobodys(connection, path):
    assert ask(event(), path=path)[1]["ActionStatus"] == "FAIL"
    assert ask(event(), method="GET")[1]["ErrorInfo"].startswith("method")
    assert Callback.objects.count() == 0


@pytest.mark.parametrize(
    ("signing", "unsigned", "forged"),
    [("required", "FAIL", "FAIL"), ("if_present", "OK", "FAIL"), ("off", "OK", "OK")],
)
def test_signatures_are_required_checked_if_present_or_not_looked_at(
    connection, signing, unsigned, forged
):
    choose(connection, signing=signing)
    asked = query(Sign=None, RequestTime=None)
    assert ask(event(), asked=asked)[1]["ActionStatus"] == unsigned
    assert ask(event(), asked=query(Sign="f" * 64))[1]["ActionStatus"] == forged


def test_without_a_token_nothing_is_signed():
    connect(secrets={"secret": "k"})
    assert ask(event(), asked=query(Sign=None, RequestTime=None)) == (200, OK)


@pytest.mark.parametrize(("source", "answer"), [("127.0.0.0/8", "OK"), ("198.51.100.7", "FAIL")])
def test_source_addresses_may_be_narrowed_down(connection, source, answer):
    choose(connection, sources=[source])
    assert ask(event())[1]["ActionStatus"] == answer


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (({}, {"RequestID": "r1"}), ({}, {"RequestID": "r1"})),
        (({"MsgKey": "k1"}, {}), ({"MsgKey": "k1", "EventTime": NOW_MS + 5}, {})),
        (({}, {}), ({}, {})),
    ],
)
def test_a_repeated_callback_is_one_message_also_when_it_comes_late(connection, first, again):
    for fields, asked in (first, again):
        assert ask(event(**fields), asked=query(**asked)) == (200, OK)
    take_in()
    ask(event(**again[0]), asked=query(**again[1]))
    take_in()
    assert Message.objects.count() == 1


def test_other_ids_are_other_messages(connection):
    ask(event(MsgKey="k1"))
    ask(event(MsgKey="k2"))
    ask(event("SessionEnd", MsgKey="k2"))  # the last message's key stands in it, say
    ask(event(), asked=query(RequestID="r1"))
    take_in()
    assert Message.objects.count() == 4


# --- who may take the next customer ---------------------------------------------------------------


def who(command="ChatBot.OnAssignHuman"):
    body = {"CallbackCommand": command, "SessionId": "s1", "ClientUserId": ALICE}
    status, answer = ask(body, asked=query(CallbackCommand=command))
    assert (status, answer.pop("ActionStatus"), answer.pop("ErrorCode")) == (200, "OK", 0)
    return {name: value for name, value in answer.items() if value}


def test_whoever_is_online_and_has_least_is_named_first(connection):
    shop = make_account(connection=connection, external_id=SHOP)
    for name, presence, load in (("ann", "free", 3), ("ben", "free", 1), ("eve", "away", 0)):
        make_servicer(shop, name, agent=make_agent(name), presence=presence, load=load)
    make_servicer(shop, "nobody")
    assert who() == {"AgentIdList": ["ben", "ann"]}
    assert who("ChatBot.OnAssignAgent") == {"AgentIdList": ["ben", "ann"]}
    assert not Callback.objects.exists()


def test_without_anybody_it_is_the_group_or_the_platforms_own_choice(connection):
    assert who() == {}
    choose(connection, group=7)
    assert who() == {"AgentGroupId": 7}


# --- whatever comes -------------------------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
FIELDS = ["ClientUserId", "CustomerServiceId", "AgentId", "MsgKey", "MsgBody", "CloudCustomData",
          "IsContactUser", "SatisfactionSelected", "ForwardFromAgentId", "EventTime", "other"]  # fmt: skip
ELEMENTS = ["TIMTextElem", "TIMFaceElem", "TIMLocationElem", "TIMImageElem", "TIMSoundElem",
            "TIMVideoFileElem", "TIMFileElem", "TIMCustomElem", "TIMRelayElem", "TIMNewElem"]  # fmt: skip
CONTENTS = ["Text", "Data", "Url", "URL", "ImageInfoArray", "Latitude", "Longitude", "FileName"]
CARDS = ["customerServicePlugin", "src", "content", "menuContent", "menuSelected", "chunks"]
CARD = st.dictionaries(st.sampled_from(CARDS), JSON_VALUES | st.sampled_from(["9", "22", "15", 0]))
BODIES = st.lists(
    st.fixed_dictionaries(
        {
            "MsgType": st.sampled_from(ELEMENTS) | JSON_VALUES,
            "MsgContent": st.dictionaries(st.sampled_from(CONTENTS), JSON_VALUES)
            | CARD.map(lambda card: {"Data": json.dumps({"customerServicePlugin": 0} | card)}),
        }
    )
    | JSON_VALUES,
    max_size=3,
)
EVENTS = ["SessionBegin", "Human.UserSendMsg", "Human.AgentSendMsg", "ChatBot.RobotSendMsg",
          "TransferToHumanSuccess", "AgentForward", "SatisfactionSelected", "SessionEnd", "?"]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    fields=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES),
    name=st.sampled_from(EVENTS),
    body=st.none() | BODIES,
)
def test_whatever_is_accepted_can_be_stored_and_shown(connection, fields, name, body):
    """No body makes the door fall over, and none stops those behind it."""
    given = event(name, **fields) | ({"MsgBody": body} if body is not None else {})
    status, answer = ask(json.dumps(given).encode())
    assert status == 200
    if answer["ActionStatus"] == "FAIL":
        assert answer["ErrorCode"] > 120_000
        assert not Callback.objects.exists()
    take_in()
    assert not Callback.objects.exists()
    fragments.frames(list(Message.objects.order_by("-id")[:5]))


def test_an_event_that_names_its_session_only_finds_account_and_customer(connection):
    ask(event())
    take_in()
    ask(event(ClientUserId="", CustomerServiceId=None, EventTime=NOW_MS + 5))
    take_in()
    assert Message.objects.filter(customer__external_id=ALICE).count() == 2
    assert PlatformSession.objects.get().customer.external_id == ALICE


def test_what_was_said_before_an_end_opens_nothing_and_what_was_said_after_it_does(connection):
    ask(event(EventTime=NOW_MS - 9000))
    ask(event("SessionUserEnd", EventTime=NOW_MS - 5000))
    take_in()
    ask(event(EventTime=NOW_MS - 6000))
    take_in()
    assert [(s.ended_by, s.unread) for s in Session.objects.order_by("id")] == [("customer", 0)]
    ask(event(EventTime=NOW_MS - 4000))
    take_in()
    assert [s.is_ended for s in Session.objects.order_by("id")] == [True, False]
    assert PlatformSession.objects.get().ended_at is None
