"""What agents send arrives once and in order, or says why it did not."""

import pytest
from django.utils import timezone

from messaging import failures, outbox, sync
from messaging.models import Customer, Message, State
from sessions import intake
from sessions.actions import Refused
from tests.wire import BOB, outcome, reply, take_lane

pytestmark = pytest.mark.both


def test_a_reply_reaches_the_phone(shop, session, lin):
    message = reply(session, lin)
    shop.work()
    assert outcome(message) == "accepted"
    assert shop.phone() == ["Where is my parcel?", "On its way"]
    assert shop.customer().state == State.ASSISTANT


def test_replies_arrive_in_the_order_in_which_they_were_written(shop, session, lin):
    for number in range(5):
        reply(session, lin, str(number))
    shop.work()
    assert shop.phone()[1:] == ["0", "1", "2", "3", "4"]


def test_the_sixth_reply_is_refused_before_it_is_sent(shop, session, lin):
    for number in range(5):
        reply(session, lin, str(number))
    with pytest.raises(Refused, match="All 5 messages"):
        reply(session, lin, "six")
    shop.work()
    assert len(shop.phone()) == 6


def test_the_customers_next_message_gives_the_budget_back(shop, session, lin):
    for number in range(5):
        reply(session, lin, str(number))
    shop.work()
    shop.simulator.advance(2)
    shop.says("and now?")
    shop.work()
    assert shop.customer().budget.left() == 5
    reply(shop.session, lin, "six")
    shop.work()
    assert shop.phone()[-1] == "six"


def test_what_is_still_on_its_way_counts_against_the_new_allowance(shop, session, lin):
    reply(session, lin, "queued")
    shop.says("one more thing")
    shop.simulator.pause_callbacks()
    shop.look()
    sync.pull("worker")
    intake.route()
    assert shop.customer().budget.left() == 4


@pytest.mark.parametrize("kind", ["reset_after", "garbage"])
def test_an_answer_lost_after_sending_does_not_send_twice(shop, session, lin, kind):
    shop.simulator.fault(kind, api="kf/send_msg")
    message = reply(session, lin)
    shop.work()
    shop.work()
    assert outcome(message) == "accepted"
    assert shop.phone() == ["Where is my parcel?", "On its way"]


@pytest.mark.parametrize("errcode", [-1, 45009, 40014, 42001])
def test_a_passing_error_only_delays(shop, session, lin, errcode):
    shop.simulator.fault("errcode", api="kf/send_msg", errcode=errcode)
    first, second = reply(session, lin, "first"), reply(session, lin, "second")
    shop.work()
    shop.work()
    assert [outcome(first), outcome(second)] == ["accepted", "accepted"]
    assert shop.phone()[1:] == ["first", "second"]


def test_a_token_taken_back_early_is_fetched_anew(shop, session, lin):
    shop.simulator.invalidate_tokens()
    message = reply(session, lin)
    outbox.send("worker")
    assert outcome(message) == "accepted"
    assert [call["errcode"] for call in shop.simulator.calls("kf/send_msg")] == [40014, 0]


def test_many_calls_share_one_token(shop, session, lin):
    for number in range(3):
        reply(session, lin, str(number))
    shop.work()
    assert len(shop.simulator.calls("gettoken")) == 1


def test_a_wrong_secret_is_shown_on_the_connection_and_not_repeated(shop, session, lin):
    shop.simulator.invalidate_tokens()
    shop.connection.secrets = {**shop.connection.secrets, "secret": "wrong"}
    shop.connection.save()
    message = reply(session, lin)
    shop.look()
    outbox.send("worker")
    assert outcome(message) == "failed"
    shop.connection.refresh_from_db()
    assert shop.connection.fault.who is failures.Who.ADMIN
    assert len(shop.simulator.calls("gettoken")) == 2


def test_a_refused_message_fails_with_its_reason_and_frees_its_place(shop, session, lin):
    shop.simulator.fault("errcode", api="kf/send_msg", errcode=40201)
    message = reply(session, lin, "http://spam.example")
    shop.work()
    assert outcome(message) == "failed"
    assert "spam" in str(message.failure.sentence)
    assert shop.customer().budget.left() == 5


def test_an_unknown_error_shows_its_number_and_text(shop, session, lin):
    shop.simulator.fault("errcode", api="kf/send_msg", errcode=95999)
    message = reply(session, lin)
    shop.work()
    assert outcome(message) == "failed"
    assert "95999" in str(message.failure.sentence)


def test_a_late_failure_turns_the_right_message_red(shop, session, lin):
    shop.simulator.fault("send_fail", api="kf/send_msg", fail_type=10)
    failing, fine = reply(session, lin, "muted"), reply(session, lin, "fine")
    shop.work()
    shop.work()
    assert [outcome(failing), outcome(fine)] == ["failed", "accepted"]
    assert "switched off messages" in str(failing.failure.sentence)
    assert shop.customer().rejects


def test_after_many_tries_it_is_given_up_with_a_sentence(shop, session, lin, settings):
    settings.KF_SEND_ATTEMPTS = 3
    shop.simulator.fault("reset", api="kf/send_msg", count=9)
    message = reply(session, lin)
    for _ in range(4):
        shop.work()
    assert outcome(message) == "failed"
    assert message.failure_code == failures.GAVE_UP
    assert message.attempts == 3


def test_a_given_up_message_can_be_sent_again(shop, session, lin, settings):
    settings.KF_SEND_ATTEMPTS = 1
    shop.simulator.fault("reset", api="kf/send_msg")
    message = reply(session, lin)
    shop.work()
    assert outbox.retry(message)
    shop.work()
    assert outcome(message) == "accepted"
    assert shop.phone()[-1] == "On its way"


def test_a_message_that_failed_late_is_sent_again_under_a_new_id(shop, session, lin):
    shop.simulator.fault("send_fail", api="kf/send_msg", fail_type=13)
    message = reply(session, lin)
    shop.work()
    shop.work()
    assert outcome(message) == "failed"
    assert outbox.retry(message)
    shop.work()
    assert outcome(message) == "accepted"
    assert len(shop.simulator.calls("kf/send_msg", errcode=0)) == 2


def test_a_dead_workers_message_is_sent_by_another_and_once(shop, session, lin):
    message = reply(session, lin)
    lane = take_lane(shop)
    lane._attempt(lane._next())  # it sent, and died before it could write that down
    Message.objects.filter(pk=message.pk).update(status="sending", accepted_at=None)
    shop.work()
    assert outcome(message) == "accepted"
    assert shop.phone() == ["Where is my parcel?", "On its way"]


def test_a_worker_that_lost_its_lane_stops(shop, session, lin):
    reply(session, lin)
    lane = take_lane(shop)
    Customer.objects.update(lease_owner="another")
    lane.drain()
    assert shop.phone() == ["Where is my parcel?"]


def test_one_customers_trouble_does_not_hold_up_another(shop, session, lin):
    shop.says("me too", who=BOB)
    shop.work()
    shop.simulator.fault("errcode", api="kf/send_msg", errcode=-1)
    reply(session, lin, "to Alice")
    assert outbox.send("worker")  # it is Alice's that meets the fault
    reply(shop.customer(BOB).sessions.get(), lin, "to Bob")
    while outbox.send("worker"):
        pass
    assert shop.phone() == ["Where is my parcel?"]
    assert shop.phone(BOB) == ["me too", "to Bob"]


def test_the_rate_is_shared_and_held(shop, session, lin, settings):
    settings.KF_SENDS_PER_MINUTE = 2
    messages = [reply(session, lin, str(number)) for number in range(3)]
    shop.look()
    outbox.send("worker")
    assert [outcome(message) for message in messages] == ["accepted", "accepted", "sending"]
    assert shop.customer().send_at > timezone.now()
