"""Transfers, ends and the codes they give: each done once, in its place between the texts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import failures, outbox
from messaging.backends.wecom.client import Client
from messaging.models import Code, Message, State
from sessions import surveys
from sessions.actions import Refused
from tests.wire import ALICE, SHOP, outcome, reply, take_lane

pytestmark = pytest.mark.both


def test_goodbye_leaves_before_the_end_and_the_survey_after_it(shop, session, lin):
    reply(session, lin, "Goodbye")
    session.end(lin, survey=surveys.ask)
    shop.work()
    assert shop.phone() == ["Where is my parcel?", "Goodbye", "msgmenu"]
    assert shop.platform_state() == State.ENDED
    assert [call["errcode"] for call in shop.simulator.calls("kf/send_msg_on_event")] == [0]


def test_the_survey_costs_nothing_of_the_budget(shop, session, lin):
    session.end(lin, survey=surveys.ask)
    shop.work()
    assert shop.customer().budget_used == 0


def test_an_end_whose_answer_was_lost_has_ended_all_the_same(shop, session, lin):
    shop.simulator.fault("reset_after", api="kf/service_state/trans")
    message = session.end(lin)
    shop.work()
    shop.work()
    assert outcome(message) == "accepted"
    assert shop.platform_state() == State.ENDED


def test_without_a_closing_code_the_survey_says_so_quietly(shop, session, lin):
    shop.simulator.fault("reset_after", api="kf/service_state/trans")
    session.end(lin, survey=surveys.ask)
    shop.work()
    shop.work()
    menu = Message.objects.get(kind="msgmenu")
    assert menu.status == "failed"
    assert menu.failure_code == failures.CODE_GONE


def test_a_platform_that_does_not_let_us_end_gets_the_survey_from_the_budget(shop, session, lin):
    shop.simulator.options(unsure={"0>4": False, "1>4": False})
    session.end(lin, survey=surveys.ask)
    shop.work()
    assert shop.session.is_ended
    assert shop.phone()[-1] == "msgmenu"
    assert shop.customer().budget_used == 1


def test_an_expired_code_is_never_tried(shop, session, lin):
    session.end(lin, survey=surveys.ask)
    lane = take_lane(shop)
    lane._attempt(lane._next())
    Code.objects.update(expires_at=timezone.now() + timedelta(seconds=1))
    shop.work()
    assert shop.simulator.calls("kf/send_msg_on_event") == []


def test_to_the_pool_silences_us_but_for_the_code(shop, session, lin):
    session.transfer_to_pool(lin)
    shop.work()
    assert shop.platform_state() == State.POOL
    notice = reply(shop.session, lin, "You are third in the queue")
    shop.work()
    assert outcome(notice) == "accepted"
    with pytest.raises(Refused, match="pool"):
        reply(shop.session, lin, "another")
    assert shop.customer().budget_used == 0


def test_to_a_servicer_hands_the_session_over(shop, session, lin):
    session.transfer_to_servicer(shop.account.servicers.get(), lin)
    shop.work()
    assert shop.platform_state() == State.SERVICER
    assert shop.session.servicer == "carol"
    assert shop.session.heading_to is None


def test_while_a_transfer_is_under_way_nothing_else_is_offered(shop, session, lin):
    session.transfer_to_pool(lin)
    with pytest.raises(Refused, match="under way"):
        reply(session, lin)


def test_a_transfer_to_somebody_who_stopped_says_so(shop, session, lin):
    servicer = shop.account.servicers.get()
    shop.simulator.set_receiving(SHOP, "carol", False)
    message = session.transfer_to_servicer(servicer, lin)
    shop.work()
    assert outcome(message) == "failed"
    assert "stopped receiving" in str(message.failure.sentence)
    assert shop.session.heading_to is None


def test_a_take_over_that_we_missed_is_found_out_and_explained(shop, session, lin):
    shop.simulator.pause_callbacks()
    message = reply(session, lin)
    native_take_over(shop)
    shop.look()
    outbox.send("worker")
    assert outcome(message) == "failed"
    assert message.failure_code == 95018
    assert (shop.customer().state, shop.customer().servicer) == (State.SERVICER, "carol")


def native_take_over(shop):
    """Another app of the corp moves the session, of which no event tells us."""
    Client(shop.connection).post(
        "kf/service_state/trans",
        {
            "open_kfid": SHOP,
            "external_userid": ALICE,
            "service_state": 3,
            "servicer_userid": "carol",
        },
    )
