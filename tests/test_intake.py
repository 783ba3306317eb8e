"""Rows become sessions: when one opens, when it ends, and what belongs to which."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import Customer, Message, State
from sessions import intake, silence, surveys
from sessions.models import Session, Survey
from tests.wire import ALICE, SHOP, reply

pytestmark = pytest.mark.both


def test_the_first_message_opens_a_session_in_the_queue(shop, session):
    assert session.agent is None
    assert session.waiting_since
    assert session.unread == 1
    assert session.latest_text == "Where is my parcel?"


def test_the_next_messages_join_it(shop, session):
    shop.says("Hello?")
    shop.work()
    assert Session.objects.count() == 1
    assert shop.session.unread == 2


def test_entering_alone_opens_nothing(shop):
    shop.serve()
    shop.simulator.enter(SHOP, ALICE)
    shop.work()
    assert Session.objects.count() == 0
    assert shop.rows()[0].kind == "enter_session"


def test_recent_history_waits_in_the_queue(shop):
    shop.says("asked before we were connected")
    shop.work()
    assert shop.session.is_history
    assert not shop.session.is_ended


def test_old_history_is_shown_and_opens_nothing(shop):
    shop.says("three days ago")
    shop.simulator.advance(49 * 3600)
    shop.work()
    Message.objects.update(sent_at=timezone.now() - timedelta(hours=49), is_routed=False)
    Session.objects.all().delete()
    intake.route()
    assert Session.objects.count() == 0
    assert [row.text for row in shop.rows()] == ["three days ago"]


def test_a_servicer_who_takes_it_from_the_pool_holds_it(shop, session, lin):
    session.transfer_to_pool(lin)
    shop.work()
    shop.simulator.pick_up(SHOP, ALICE, "carol")
    shop.work()
    assert shop.session.servicer == "carol"
    assert shop.customer().state == State.SERVICER


def test_what_a_servicer_writes_is_shown_with_their_name(shop, session, lin):
    session.transfer_to_servicer(shop.account.servicers.get(), lin)
    shop.work()
    shop.simulator.write(SHOP, ALICE, "carol", "text", content="I am Carol")
    shop.work()
    row = Message.objects.get(origin="servicer")
    assert (row.text, row.servicer, row.direction) == ("I am Carol", "carol", "out")
    assert shop.session.waiting_since is None


def test_a_servicers_end_ends_our_session(shop, session, lin):
    session.transfer_to_servicer(shop.account.servicers.get(), lin)
    shop.work()
    shop.simulator.end(SHOP, ALICE)
    shop.work()
    assert shop.session.ended_by == Session.EndedBy.PLATFORM
    assert shop.phone()[-1] == "msgmenu"


def test_an_end_that_comes_late_leaves_a_newer_session_alone(shop, session):
    Session.objects.update(opened_at=timezone.now() + timedelta(seconds=60))
    shop.customer().record(
        "session_status_change",
        {"change_type": 3},
        direction="event",
        origin="system",
        is_routed=False,
        sent_at=timezone.now(),
    )
    intake.route()
    assert not shop.session.is_ended


def test_a_servicer_who_writes_after_the_end_reopens_it(shop, session, lin):
    session.end(lin)
    shop.work()
    shop.simulator.advance(2)
    shop.simulator.write(SHOP, ALICE, "carol", "text", content="One more thing")
    shop.work()
    assert Session.objects.count() == 2
    assert shop.session.servicer == "carol"


def test_after_the_end_the_next_message_opens_a_new_session(shop, session, lin):
    session.end(lin)
    shop.work()
    shop.simulator.advance(2)
    shop.says("me again")
    shop.work()
    assert Session.objects.count() == 2
    assert shop.customer().state == State.NEW


def end_and_rate(shop, session, lin, rating):
    session.end(lin, survey=surveys.ask)
    shop.work()
    menu = shop.simulator.transcript(SHOP, ALICE)[-1]
    items = menu["content"]["list"]
    chosen = next(item["click"] for item in items if item["click"]["id"].endswith(f"_{rating}"))
    shop.simulator.click(SHOP, ALICE, menu["msgid"], chosen["id"])
    shop.work()


def test_the_answer_to_the_survey_is_the_sessions_rating(shop, session, lin):
    end_and_rate(shop, session, lin, 4)
    assert Survey.objects.get(session=session).rating == 4


def test_the_click_opens_no_new_session(shop, session, lin):
    end_and_rate(shop, session, lin, 1)
    assert Session.objects.count() == 1
    assert Message.objects.get(content__has_key="menu_id").session == session


def test_another_customers_menu_id_rates_nothing(shop, session, lin):
    session.end(lin, survey=surveys.ask)
    token = Survey.objects.get().token
    customer = Customer.objects.create(account=shop.account, external_id="wmMALLORY")
    customer.record(
        "text",
        {"content": "5", "menu_id": f"kfs_{token}_5"},
        direction="in",
        origin="customer",
        is_routed=False,
    )
    intake.route()
    assert Survey.objects.get().rating is None


def test_two_days_of_silence_end_it(shop, session):
    Customer.objects.update(last_in_at=timezone.now() - timedelta(hours=49))
    assert silence.end() == 1
    assert shop.session.ended_by == Session.EndedBy.SILENCE
    assert shop.customer().state == State.ENDED


def test_a_state_of_the_same_second_is_asked_for(shop, session, lin):
    """An end and a customer's message in one second: only the platform knows which came last."""
    session.end(lin)
    shop.work()
    shop.says("wait")
    shop.work()
    assert shop.customer().state == shop.platform_state()
    assert not shop.customer().state_is_doubtful


def test_who_mutes_the_account_and_who_is_refused_by_a_servicer_are_two(shop, session, lin):
    shop.simulator.block(SHOP, ALICE)
    reply(session, lin)
    shop.work()
    shop.work()
    assert (shop.customer().rejects, shop.customer().is_refused) == (True, False)
    shop.simulator.advance(2)
    shop.says("I am back")
    shop.work()
    assert (shop.customer().rejects, shop.customer().is_refused) == (False, False)
    assert not shop.customer().is_changed  # it was shown
    for refused in (True, False):
        shop.simulator.reject(SHOP, ALICE, "carol", refused)
        shop.work()
        assert (shop.customer().rejects, shop.customer().is_refused) == (False, refused)
