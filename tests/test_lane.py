"""A lane when others get in its way: news in mid-call, another worker, an answer that is none."""

import pytest
from django.utils import timezone

from messaging import failures, outbox, outcomes, sync
from messaging.backends import SendError, Sent
from messaging.backends.wecom.backend import Backend
from messaging.models import Customer, Message, State
from sessions import intake, surveys
from tests.factories import make_agent
from tests.wire import outcome, reply

pytestmark = pytest.mark.both


def hear(shop):
    """Read and route what is new; send nothing."""
    shop.look()
    sync.pull("reader")
    intake.route()


def meanwhile(monkeypatch, method, act, *, after=False):
    """Something happens while the first call of this method of the backend runs."""
    original, done = getattr(Backend, method), []

    def call(self, *arguments):
        if done:
            return original(self, *arguments)
        done.append(1)
        if not after:
            act()
            return original(self, *arguments)
        answer = original(self, *arguments)
        act()
        return answer

    monkeypatch.setattr(Backend, method, call)


def test_a_state_that_became_doubtful_while_the_lane_was_busy_is_asked_for(
    shop, session, lin, monkeypatch
):
    reply(session, lin)
    doubt = lambda: Customer.objects.update(state=State.ENDED, state_is_doubtful=True)  # noqa: E731
    meanwhile(monkeypatch, "send", doubt)
    shop.work()
    assert not shop.customer().state_is_doubtful
    assert shop.customer().state == State.ASSISTANT


def test_a_doubt_that_could_not_be_cleared_is_not_forgotten(shop, session):
    Customer.objects.update(state_is_doubtful=True, state=State.ENDED, send_at=timezone.now())
    shop.simulator.fault("errcode", api="kf/service_state/get", errcode=-1)
    outbox.send("worker")
    assert shop.customer().send_at
    shop.work()
    assert shop.customer().state == shop.platform_state()


def test_a_customer_who_writes_while_the_end_is_under_way_can_be_answered(
    shop, session, lin, monkeypatch
):
    session.end(lin)

    def writes():
        shop.simulator.advance(1)
        shop.says("One more thing")
        hear(shop)

    meanwhile(monkeypatch, "change_state", writes, after=True)
    shop.work()
    assert shop.customer().state == shop.platform_state() == State.NEW
    reply(shop.session, lin, "Yes?")
    shop.work()
    assert shop.phone()[-1] == "Yes?"


def test_an_end_that_is_tried_again_does_not_end_what_has_begun_since(shop, session, lin):
    shop.simulator.fault("reset_after", api="kf/service_state/trans")
    session.end(lin)
    shop.look()
    outbox.send("worker")
    shop.simulator.advance(2)
    shop.says("One more thing")
    hear(shop)
    shop.work()
    assert shop.platform_state() in (State.NEW, State.ASSISTANT)
    reply(shop.session, lin, "Yes?")
    shop.work()
    assert shop.phone()[-1] == "Yes?"


def test_an_end_that_waited_does_not_cut_off_who_has_written_since(shop, session, lin):
    session.end(lin, survey=surveys.ask)
    shop.simulator.advance(2)
    shop.says("One more thing")
    hear(shop)
    shop.work()
    reply(shop.session, lin, "Yes?")
    shop.work()
    assert "Yes?" in shop.phone()


def test_what_two_workers_were_refused_is_given_back_once(shop, session, lin):
    first, second = reply(session, lin, "one"), reply(session, lin, "two")
    refused = SendError(40201, "spam")
    Message.objects.filter(pk=first.pk).update(status="sending")
    outcomes.failed(first, refused)
    outcomes.failed(first, refused)
    assert shop.customer().budget_used == 1
    assert outcome(second) == "queued"


def test_a_late_answer_does_not_undo_what_came_after_it(shop, session, lin):
    message = session.end(lin)
    shop.work()
    shop.simulator.advance(2)
    shop.says("me again")
    shop.work()
    outcomes.accepted(message, Sent(state=State.ENDED))
    assert shop.customer().state == State.NEW


def test_an_answer_that_nobody_foresaw_is_tried_again_and_given_up(
    shop, session, lin, monkeypatch, settings
):
    settings.KF_SEND_ATTEMPTS = 2

    def broken(self, *arguments):
        raise KeyError("media_id")

    monkeypatch.setattr(Backend, "send", broken)
    message = reply(session, lin)
    for _ in range(3):
        shop.work()
    assert outcome(message) == "failed"
    assert message.failure_code == failures.GAVE_UP


def test_taking_back_does_not_give_the_lane_to_a_second_worker(shop, session, lin, monkeypatch):
    lin.hold_seconds = 5
    first = reply(session, make_agent("sam"), "first")
    second = reply(session, lin, "second")
    sent = []

    def meanwhile_taken_back():
        session.take_back(lin, second)
        shop.simulator.pause_callbacks()
        sent.append(outbox.send("another worker"))

    meanwhile(monkeypatch, "send", meanwhile_taken_back)
    shop.work()
    assert sent == [0]
    assert outcome(first) == "accepted"
