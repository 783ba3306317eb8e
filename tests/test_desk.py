"""A third system in the same inbox: Tencent Cloud Desk, with its bot, its queue and its members."""

import pytest

from messaging import outbox
from messaging.models import Customer, Message, State
from messaging.simulator.desk import elements
from sessions.actions import Action
from sessions.models import Session
from tests.desk import ALICE, running_platform
from tests.factories import make_agent
from tests.simulated_desk import ANN, BEN
from tests.wire import outcome, reply

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk():
    with running_platform() as platform:
        yield platform


@pytest.fixture
def lin():
    return make_agent("lin")


# --- from the bot to a human ----------------------------------------------------------------------


def test_what_the_bot_has_is_listed_as_held_there_with_its_answers(desk):
    desk.says("你好")
    desk.work()
    assert desk.customer.state == State.ASSISTANT
    assert (desk.session.is_native, desk.session.agent) == (True, None)
    assert not Session.objects.in_queue().exists()
    assert desk.texts()[0] != "你好"  # the bot greets first
    assert "你好" in desk.texts()
    assert {row.origin for row in desk.rows("out")} == {"system"}


def test_who_asks_for_a_human_waits_in_our_queue(desk):
    for member in (ANN, BEN):
        desk.desk.set_status(member, "STATUS_NOT_READY")
    desk.says("Hello")
    desk.desk.ask_human(ALICE)
    desk.work()
    assert desk.customer.state == State.POOL
    assert Session.objects.in_queue().get().waiting_since
    assert "TransferringToHumanWait" in desk.events()


def test_nobody_online_is_a_line_in_the_thread(desk):
    for member in (ANN, BEN):
        desk.desk.set_status(member, "STATUS_OFFLINE")
    desk.says("Hello")
    desk.desk.ask_human(ALICE)
    desk.work()
    assert "NoAgentOnline" in desk.events()


def test_whom_the_platform_gives_it_to_has_it_here(desk, lin):
    wei = make_agent("wei")
    desk.link(lin, ANN)
    desk.link(wei, BEN)
    session = desk.served()
    assert desk.customer.state == State.SERVICER
    assert session.agent.username == {ANN: "lin", BEN: "wei"}[desk.live["agent_id"]]
    assert (session.is_native, session.accepted_at is None) == (False, False)


def test_who_is_linked_to_nobody_holds_it_there_once_others_are_linked(desk, lin):
    desk.served()
    assert not desk.session.is_native  # nobody is linked: whoever it is, it is for us
    desk.link(lin, "lin@example.com")
    desk.says("One more thing")
    desk.work()
    assert desk.session.is_native
    assert desk.session.actions()[Action.REPLY]


def test_taking_it_from_the_bot_tells_the_platform_whom_to_give_it_to(desk, lin):
    desk.says("Hello")
    desk.work()
    desk.link(lin, BEN)
    desk.session.accept(lin)
    desk.work()
    assert desk.calls("transfer_to_human")[-1]["AgentIdList"] == [BEN]
    assert desk.session.agent == lin
    assert not desk.session.is_native


# --- answers --------------------------------------------------------------------------------------


def test_an_answer_arrives_and_its_echo_is_no_second_message(desk, lin):
    session = desk.served()
    sent = reply(session, lin, "您好")
    desk.work()
    assert outcome(sent) == "accepted"
    assert desk.chat()[-1] == "您好"
    assert desk.texts().count("您好") == 1
    assert Message.objects.filter(text="您好").count() == 1


def test_there_is_no_budget_and_no_window(desk, lin):
    session = desk.served()
    Customer.objects.update(last_in_at="2020-01-01T00:00Z")
    for number in range(7):
        reply(session, lin, str(number))
    desk.work()
    assert desk.chat()[-7:] == list("0123456")


@pytest.mark.parametrize("fault", ["reset_after", "garbage"])
def test_a_lost_answer_is_asked_for_again_under_the_same_number(desk, lin, fault):
    session = desk.served()
    desk.desk.options(echo=False)
    desk.desk.fault(fault, api="send_msg", count=1)
    sent = reply(session, lin, "Once")
    desk.work()
    assert outcome(sent) == "accepted"
    calls = desk.calls("send_msg")
    assert len(calls) == 2
    assert len({call["MsgRandom"] for call in calls}) == 1
    assert desk.chat().count("Once") == 1


def test_later_than_the_platform_remembers_an_agent_decides(desk, lin):
    session = desk.served()
    desk.desk.options(echo=False)
    desk.desk.fault("reset_after", api="send_msg", count=1)
    sent = reply(session, lin, "Once")
    Message.objects.filter(pk=sent.pk).update(created_at="2020-01-01T00:00Z")
    desk.work()
    assert outcome(sent) == "unknown"
    assert len(desk.calls("send_msg")) == 1
    assert outbox.retry(sent)


def test_the_echo_of_what_was_in_doubt_says_that_it_arrived(desk, lin):
    session = desk.served()
    desk.desk.fault("reset_after", api="send_msg", count=1)
    sent = reply(session, lin, "Once")
    Message.objects.filter(pk=sent.pk).update(created_at="2020-01-01T00:00Z")
    desk.work()
    assert outcome(sent) == "accepted"
    assert desk.chat().count("Once") == 1


@pytest.mark.parametrize(("errcode", "status"), [(60011, "accepted"), (80001, "failed")])
def test_what_passes_is_tried_again_and_what_does_not_has_failed(desk, lin, errcode, status):
    session = desk.served()
    desk.desk.fault("errcode", api="send_msg", count=1, errcode=errcode)
    sent = reply(session, lin, "Once")
    desk.work()
    assert outcome(sent) == status
    if status == "failed":
        assert (sent.failure.family, sent.failure.is_known) == ("desk", True)


def test_a_place_and_a_link_go_out_as_the_platforms_own(desk, lin):
    session = desk.served()
    place = {"latitude": 22.5, "longitude": 113.9, "name": "Tower"}
    session.reply(lin, "location", place)
    session.reply(lin, "link", {"title": "Shoes", "url": "https://shop.example/1"})
    desk.work()
    location, card = [call["MsgBody"][0] for call in desk.calls("send_msg")]
    assert location["MsgContent"] == {"Desc": "Tower", "Latitude": 22.5, "Longitude": 113.9}
    card = elements.plugin_of(card)
    assert (card["src"], card["content"]["header"]) == ("22", "Shoes")


# --- what customers send --------------------------------------------------------------------------


def test_every_element_of_a_message_is_a_row_in_its_order(desk):
    product = {"header": "Shoes", "desc": "Red", "url": "https://shop.example/1", "pic": ""}
    body = [
        elements.text("Look"),
        elements.face(1, "[TUIEmoji_Smile]"),
        elements.location("Tower", 22.5, 113.9),
        elements.plugin(22, content=product),
    ]
    desk.desk.say(ALICE, body=body)
    desk.work()
    rows = desk.rows("in")
    assert [row.kind for row in rows] == ["text", "text", "location", "link"]
    assert rows[3].content["title"] == "Shoes"
    assert rows[0].msgid == rows[1].msgid.partition(".")[0]


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
def test_files_are_fetched_and_kept(desk, kind):
    desk.desk.send(ALICE, kind)
    desk.work()
    row = desk.rows("in")[-1]
    assert row.kind == kind
    assert (row.media.status, row.media.size > 0) == ("stored", True)
