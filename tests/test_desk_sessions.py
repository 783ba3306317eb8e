"""Sessions of Desk: handed over, ended, rated, and whatever becomes of its callbacks."""

import pytest

from messaging import profiles
from messaging.backfill import Backfill, fill
from messaging.models import Customer, PlatformSession, State
from messaging.simulator.desk import elements
from sessions import surveys
from sessions.actions import Action
from sessions.models import Session, Survey
from tests.desk import ALICE, ask, event, running_platform
from tests.factories import make_agent
from tests.simulated_desk import ANN, BEN
from tests.wire import reply

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk():
    with running_platform() as platform:
        yield platform


@pytest.fixture
def lin():
    return make_agent("lin")


# --- transfers and ends ---------------------------------------------------------------------------


def test_a_transfer_here_is_one_there_where_the_colleague_is_a_member(desk, lin):
    session = desk.served(by=ANN)
    wei = make_agent("wei")
    other = BEN if desk.live["agent_id"] == ANN else ANN
    desk.link(wei, other)
    session.transfer_to_agent(wei, by=lin)
    desk.work()
    assert desk.calls("transfer_session")[-1]["MemberId"] == other
    assert desk.live["agent_id"] == other
    assert desk.session.agent == wei


def test_a_transfer_there_is_one_here(desk, lin):
    desk.served()
    other = BEN if desk.live["agent_id"] == ANN else ANN
    desk.link(lin, other)
    desk.desk.agent_forward(desk.live["session_id"], other)
    desk.work()
    assert desk.session.agent == lin
    assert desk.customer.servicer == other
    assert "AgentForward" in desk.events()


def test_our_end_asks_with_stars_and_ends_it_there(desk, lin):
    session = desk.served()
    session.end(lin, survey=surveys.ask)
    desk.work()
    card = elements.plugin_of(desk.calls("send_msg")[-1]["MsgBody"][0])
    assert (card["src"], card["menuContent"]["sessionId"]) == ("9", desk.live["session_id"])
    assert desk.live["stage"] == "NotInSession"
    session.refresh_from_db()
    assert session.ended_by == Session.EndedBy.AGENT
    assert desk.customer.state == State.ENDED


def test_the_stars_that_we_sent_are_a_rating_and_nobody_is_asked_twice(desk, lin):
    session = desk.served()
    session.end(lin, survey=surveys.ask)
    desk.work()
    bodies = [element for line in desk.desk.chat(ALICE) for element in line["body"]]
    asked = [element for element in bodies if elements.plugin_of(element).get("src") == "9"]
    assert len(asked) == 1
    desk.desk.rate(desk.calls("send_msg")[-1]["SessionId"], 2)
    desk.work()
    survey = Survey.objects.get()
    assert (survey.rating, survey.carrier) == (2, "platform")


def test_a_rating_is_one_like_any_other(desk, lin):
    session = desk.served()
    desk.desk.agent_end(desk.live["session_id"])
    desk.desk.ask_rating(ALICE)
    desk.desk.rate(desk.live["session_id"], 4)
    desk.work()
    assert Survey.objects.get().rating == 4
    session.refresh_from_db()
    assert session.ended_by == Session.EndedBy.SERVICER


@pytest.mark.parametrize("order", [["reason", "end"], ["end", "reason"], ["end"]])
def test_an_end_comes_in_one_or_two_events_in_any_order(desk, order):
    desk.desk.options(ends=order)
    session = desk.served()
    desk.desk.leave(ALICE)
    desk.work()
    session.refresh_from_db()
    assert session.ended_by == ("desk" if order == ["end"] else "customer")
    assert Session.objects.count() == 1
    assert desk.customer.state == State.ENDED
    desk.says("Again")
    desk.work()
    assert Session.objects.count() == 2


def test_an_end_that_comes_late_does_not_end_the_next_session(desk):
    desk.says("First")
    desk.work()
    desk.desk.fault("delay_callback", api="Session*End", seconds=0.6)
    desk.desk.fault("delay_callback", api="SessionEnd", seconds=0.6)
    desk.desk.leave(ALICE)
    desk.says("Second")
    desk.work()
    assert not desk.session.is_ended
    assert PlatformSession.objects.filter(ended_at=None).count() == 1
    assert desk.customer.state == State.ASSISTANT


# --- whatever becomes of callbacks ----------------------------------------------------------------


@pytest.mark.parametrize("fault", ["duplicate_callback", "reorder_callback"])
def test_repeated_and_overtaken_callbacks_change_nothing(desk, fault):
    for _ in range(3):
        desk.desk.fault(fault, api="*", count=2)
    for number in range(4):
        desk.says(str(number))
    desk.desk.post("callbacks/release")
    desk.work()
    said = [row.text for row in desk.rows("in")]
    assert said == list("0123")


def test_what_was_missed_is_read_from_the_transcript(desk, lin):
    session = desk.served("One")
    desk.desk.fault("drop_callback", api="Human.UserSendMsg", count=2)
    desk.says("Two")
    desk.says("Three")
    reply(session, lin, "Yes?")
    desk.work()
    before = len(desk.rows())
    PlatformSession.objects.update(fill_at="2020-01-01T00:00Z")
    desk.work()
    assert [row.text for row in desk.rows("in")] == ["One", "Two", "Three"]
    assert desk.texts().count("Yes?") == 1
    PlatformSession.objects.update(fill_at="2020-01-01T00:00Z")
    desk.work()
    assert len(desk.rows()) > before
    assert [row.text for row in desk.rows("in")] == ["One", "Two", "Three"]


def test_a_callback_that_comes_after_the_transcript_is_no_second_message(desk):
    desk.served("One")
    desk.desk.pause_callbacks()
    desk.says("Two")
    PlatformSession.objects.update(fill_at="2020-01-01T00:00Z")
    desk.work()
    assert [row.text for row in desk.rows("in")] == ["One", "Two"]
    desk.desk.resume_callbacks()
    desk.work()
    assert [row.text for row in desk.rows("in")] == ["One", "Two"]


def test_a_name_is_known_from_the_records_of_earlier_sessions(desk):
    desk.served()
    desk.desk.leave(ALICE)
    desk.work()
    profiles.fetch()
    assert desk.customer.nickname == "Alice"


def test_a_rating_of_the_session_before_is_not_that_of_the_present_one(desk):
    first = desk.served()
    before = desk.live["session_id"]
    desk.desk.agent_end(before)
    desk.desk.ask_rating(ALICE)
    desk.work()
    desk.says("Something else")
    desk.work()
    desk.desk.rate(before, 2)
    desk.work()
    assert Survey.objects.get().session == first
    assert desk.session != first


def test_our_end_of_who_waits_leaves_the_queue_there(desk, lin):
    for member in (ANN, BEN):
        desk.desk.set_status(member, "STATUS_NOT_READY")
    desk.says("Hello")
    desk.desk.ask_human(ALICE)
    desk.work()
    desk.session.end(lin)
    desk.work()
    assert len(desk.calls("end_queuing")) == 1
    assert desk.live["stage"] == "NotInSession"
    assert desk.customer.state == State.ENDED


@pytest.mark.parametrize("how", ["a start", "the health page"])
def test_a_worker_that_starts_or_is_asked_reads_what_is_open(desk, how, client):
    desk.served("One")
    desk.desk.fault("drop_callback", api="Human.UserSendMsg", count=1)
    desk.says("Two")
    if how == "a start":
        assert Backfill()("worker") == 1
    else:
        client.force_login(make_agent("boss", role="admin", is_superuser=True))
        client.post(f"/admin/health/{desk.customer.account_id}/read-again/")
        assert fill("worker") == 1
    desk.work()
    assert [row.text for row in desk.rows("in")] == ["One", "Two"]


def test_what_is_written_while_waiting_does_not_end_the_waiting(desk):
    for member in (ANN, BEN):
        desk.desk.set_status(member, "STATUS_NOT_READY")
    desk.says("Hello")
    desk.desk.ask_human(ALICE)
    desk.says("Is anybody there?")
    desk.work()
    assert desk.customer.state == State.POOL
    assert desk.session.unread == 2


def test_a_session_that_is_met_in_its_middle_is_asked_for(desk):
    desk.desk.pause_callbacks()
    desk.says("Hello")
    desk.desk.ask_human(ALICE)
    ask(event("Human.UserSendMsg", SessionId=desk.live["session_id"]))
    desk.work()
    assert desk.customer.state == State.SERVICER
    assert desk.session.actions()[Action.REPLY]
    assert "Hello" in [row.text for row in desk.rows("in")]


def test_an_end_is_made_in_the_stage_that_the_session_really_is_in(desk, lin):
    session = desk.served()
    Customer.objects.update(state=State.POOL)
    session.end(lin)
    desk.work()
    assert [len(desk.calls(name)) for name in ("end_queuing", "end_session")] == [1, 1]
    assert desk.live["stage"] == "NotInSession"
    assert desk.customer.state == State.ENDED
