"""send_msg of the simulated Desk: what it takes, what it refuses, and that it sends once."""

import pytest

from messaging.simulator.desk.cards import product
from messaging.simulator.desk.elements import face, location, text
from messaging.simulator.desk.files import KINDS, sample
from messaging.simulator.errors import Impossible
from tests.simulated_desk import ALICE, BOB, SHOP, Caller

CUSTOM = product("AN-7", "曜石黑", "https://example.com/a.png", "https://example.com/", 价格="¥599")
WRONG_BODIES = [
    ("words", 90007),
    ({}, 90007),
    (None, 90007),
    ([], 90002),
    (["words"], 90002),
    ([{"MsgType": "TIMTextElem"}], 90002),
    ([{"MsgType": "TIMPigeonElem", "MsgContent": {}}], 90002),
    ([{"MsgType": "TIMTextElem", "MsgContent": {"text": "hi"}}], 90002),
    ([{"MsgType": "TIMTextElem", "MsgContent": {"Text": 5}}], 90002),
    ([text("")], 90002),
    ([{"MsgType": "TIMFaceElem", "MsgContent": {"Index": "1"}}], 90002),
    ([{"MsgType": "TIMFaceElem", "MsgContent": {"Index": True}}], 90002),
    ([{"MsgType": "TIMLocationElem", "MsgContent": {"Latitude": 1.0}}], 90002),
    ([{"MsgType": "TIMCustomElem", "MsgContent": {"Data": {"src": 9}}}], 90002),
    ([CUSTOM, CUSTOM], 90002),
    ([text("x" * 8192)], 93000),
]


@pytest.fixture
def caller():
    return Caller()


def on_screen(caller, client=ALICE):
    return caller.world.chat(client, SHOP)


def test_words_reach_the_user_and_come_back_as_an_event(caller):
    session = caller.with_agent()
    caller.forget()
    caller.write(session, "您好", CloudCustomData="our mark")
    assert on_screen(caller)[-1].body == [text("您好")]
    (event,) = caller.world.events
    assert event["Event"] == "Human.AgentSendMsg"
    assert event["CloudCustomData"] == "our mark"
    assert event["MsgKey"] == on_screen(caller)[-1].msg_key
    assert "AgentId" not in event


def test_the_echo_is_a_switch(caller):
    session = caller.with_agent()
    caller.world.options.set(echo_agent_id=True)
    caller.write(session)
    assert caller.world.events[-1]["AgentId"] == caller.world.session(session).agent_id
    caller.world.options.set(echo=False)
    caller.forget()
    caller.write(session, MsgRandom=2)
    assert not caller.events()


def test_the_answer_has_a_msg_key_only_when_it_is_switched_on(caller):
    session = caller.with_agent()
    assert "MsgKey" not in caller.write(session)
    caller.world.options.set(answer_msg_key=True)
    assert caller.write(session, "more", MsgRandom=2)["MsgKey"] == on_screen(caller)[-1].msg_key


def test_the_same_message_is_sent_once_in_two_minutes(caller):
    session = caller.with_agent()
    before = len(on_screen(caller))
    assert [caller.write(session)["ErrorCode"] for _ in range(2)] == [0, 0]
    assert len(on_screen(caller)) == before + 1
    caller.world.advance(119)
    caller.write(session)
    assert len(on_screen(caller)) == before + 1
    caller.world.advance(2)
    caller.write(session)
    assert len(on_screen(caller)) == before + 2


@pytest.mark.parametrize("change", [{"MsgRandom": 2}, {"MsgBody": [text("another")]}])
def test_another_random_or_content_is_another_message(caller, change):
    session = caller.with_agent()
    before = len(on_screen(caller))
    caller.write(session)
    caller.write(session, **change)
    assert len(on_screen(caller)) == before + 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_can_be_sent(caller, kind):
    session = caller.with_agent()
    element = sample(caller.world.files, kind)
    assert caller.write(session, MsgBody=[element])["ErrorCode"] == 0
    assert on_screen(caller)[-1].body == [element]


def test_several_elements_go_in_one_message(caller):
    session = caller.with_agent()
    body = [text("看这个"), CUSTOM, location("here", 1.0, 2.0), face(3)]
    assert caller.write(session, MsgBody=body)["ErrorCode"] == 0
    assert on_screen(caller)[-1].body == body


@pytest.mark.parametrize(("body", "code"), WRONG_BODIES)
def test_a_body_that_is_not_as_documented_is_refused(caller, body, code):
    session = caller.with_agent()
    before = len(on_screen(caller))
    assert caller.write(session, MsgBody=body)["ErrorCode"] == code
    assert len(on_screen(caller)) == before


@pytest.mark.parametrize("random", [None, "1", -1, 2**32, 1.5, True])
def test_a_random_that_is_no_u32_is_refused(caller, random):
    assert caller.write(caller.with_agent(), MsgRandom=random)["ErrorCode"] == 90005


@pytest.mark.parametrize("words", ["\ud800", "", "x" * 9000])
def test_what_no_app_can_send_is_a_mistake_of_the_test(caller, words):
    with pytest.raises(Impossible):
        caller.world.say(ALICE, words)


def test_there_has_to_be_a_session(caller):
    assert caller.write("nowhere")["ErrorCode"] == 141005
    session = caller.with_agent()
    caller.world.agent_end(session)
    assert caller.write(session)["ErrorCode"] == 141005


def test_in_an_app_a_user_can_be_written_to_without_a_session(caller):
    body = {"MsgRandom": 1, "MsgBody": [text("news")], "FromAccount": SHOP}
    assert caller.code("send_msg", **body, ToAccount=ALICE) == 0
    assert on_screen(caller)[-1].body == [text("news")]
    assert not caller.events()
    assert caller.code("send_msg", **body, ToAccount=BOB) == 141004  # on the web
    assert caller.code("send_msg", **body, ToAccount="nobody") == 90012
    assert caller.code("send_msg", MsgRandom=1, MsgBody=[text("x")]) == 141004
