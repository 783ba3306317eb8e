"""Welcomes against the simulated WeCom: within 20 seconds or never, once, and why not is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging import failures, outbox, sync
from messaging.backends import backend_for
from messaging.models import Account, Message
from sessions import intake, welcomes
from sessions.models import Block, Entrance, Missed, Session, SessionEvent, Welcome
from tests.wire import ALICE, BOB, SHOP

pytestmark = pytest.mark.both


@pytest.fixture
def door(shop):
    """What comes now is news, and whoever comes in is to be welcomed."""
    shop.serve()
    welcome(shop, "Welcome to {account}, {customer}!")
    return shop


@pytest.fixture
def later(shop, monkeypatch):
    """later(20.1): so many seconds pass, on both sides."""
    now, passed = timezone.now, [0.0]
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(seconds=passed[0]))

    def wait(seconds):
        passed[0] += seconds
        shop.simulator.advance(seconds)

    return wait


def welcome(shop, text, **fields):
    return Welcome.objects.create(account=shop.account, text=text, **fields)


def enters(shop, who=ALICE, *, works=True, **entrance):
    """A customer opens a link; returns what became of the welcome."""
    event = shop.simulator.enter(SHOP, who, **entrance)
    if not works:
        return event
    shop.work()
    return Entrance.objects.latest("pk")


def tried(shop):
    return shop.simulator.calls("kf/send_msg_on_event")


# --- sent -----------------------------------------------------------------------------------------


def test_who_comes_in_by_a_link_is_welcomed_at_once_and_for_nothing(door):
    entrance = enters(door)
    assert door.phone() == ["Welcome to Shop!"]  # nobody knows the name of who is new
    message = entrance.message
    assert (message.status, message.code_kind, message.is_budgeted) == (
        "accepted",
        "welcome",
        False,
    )
    assert message.code.used_at < message.code.expires_at
    assert (str(entrance.result), entrance.is_bad) == ("It was sent.", False)
    assert door.customer().budget_used == 0
    assert door.platform_state() == 4  # a welcome assigns nobody, and opens nothing


def test_a_welcome_opens_no_session_and_is_no_reply(door):
    enters(door)
    assert not Session.objects.exists()
    assert not SessionEvent.objects.exists()
    assert [row.kind for row in door.rows()] == ["enter_session", "text"]
    door.simulator.advance(2)
    door.says("Hello")
    door.work()
    assert door.session.first_reply_at is None
    assert door.session.waiting_since


def test_in_a_session_it_is_an_automatic_message(door):
    enters(door, works=False)
    door.says("Hello")
    door.work()
    assert door.phone() == ["Hello", "Welcome to Shop!"]
    message = Entrance.objects.get().message
    assert (message.session, message.author) == (door.session, None)
    assert door.session.waiting_since
    assert door.session.first_reply_at is None
    told = SessionEvent.objects.get(kind="out")
    assert (told.is_human, told.facts) == (False, {"carrier": "welcome"})


@pytest.mark.parametrize(
    ("entrance", "text"),
    [
        ({"scene": "shop", "scene_param": "order 7"}, "About your order"),
        ({"scene": "shop", "scene_param": "order 8"}, "From the shop"),
        ({"scene": "shop"}, "From the shop"),
        ({"scene": "card"}, "Welcome to Shop!"),
        ({"scene": "sale"}, "Welcome to Shop!"),
    ],
)
def test_the_most_specific_welcome_wins(door, entrance, text):
    welcome(door, "About your order", scene="shop", scene_param="order 7")
    welcome(door, "From the shop", scene="shop")
    welcome(door, "Switched off", scene="sale", is_on=False)
    enters(door, **entrance)
    assert door.phone() == [text]


def test_a_click_on_its_menu_is_a_message_of_the_customer(door):
    welcome(door, "What is it about?", scene="menu", choices="My order\n\n Something else ")
    enters(door, scene="menu")
    menu = door.simulator.transcript(SHOP, ALICE)[-1]
    items = [item["click"]["content"] for item in menu["content"]["list"]]
    assert (menu["msgtype"], items) == ("msgmenu", ["My order", "Something else"])
    door.simulator.advance(2)
    door.simulator.click(SHOP, ALICE, menu["msgid"], "My order")
    door.work()
    assert door.session.messages.get().text == "My order"


def test_who_is_known_is_welcomed_by_name(door, later):
    door.says("Hello")
    door.work()
    later(49 * 3600)
    enters(door)
    assert door.phone()[-1] == "Welcome to Shop, Alice!"


# --- once, and in time ----------------------------------------------------------------------------


def test_a_worker_that_is_busy_for_16_seconds_still_welcomes(door, later):
    enters(door, works=False)
    later(16)
    door.work()
    assert Entrance.objects.get().message.status == "accepted"


def test_after_20_seconds_it_is_not_even_tried(door, later):
    enters(door, works=False)
    later(20.1)
    door.work()
    entrance = Entrance.objects.get()
    assert (entrance.missed, entrance.message, entrance.is_bad) == (Missed.LATE, None, True)
    assert tried(door) == []


def test_what_waits_too_long_in_the_lane_fails_unsent(door, later):
    enters(door, works=False)
    door.look()
    sync.pull("worker")
    intake.route()
    assert str(Entrance.objects.get().result) == "It is on its way."
    later(20.1)
    outbox.send("worker")
    entrance = Entrance.objects.get()
    assert entrance.message.failure_code == failures.CODE_GONE
    assert entrance.is_bad
    assert "too late" in entrance.result
    assert tried(door) == []


def test_an_entrance_that_is_told_twice_is_one(door):
    door.simulator.fault("duplicate_rows", api="kf/sync_msg")
    enters(door)
    Account.objects.update(cursor="")  # and once more, all that WeCom still has
    door.work()
    Message.objects.filter(kind="enter_session").update(is_routed=False)
    door.work()
    assert len(door.phone()) == len(tried(door)) == Entrance.objects.count() == 1


def test_two_codes_at_once_send_one_welcome(door):
    enters(door, works=False)
    enters(door)
    assert list(Entrance.objects.order_by("pk").values_list("missed", flat=True)) == ["", "recent"]
    assert len(door.phone()) == 1


# --- not sent, because ----------------------------------------------------------------------------


def test_where_nothing_is_set_up_that_is_the_reason(shop):
    shop.serve()
    assert enters(shop).missed == Missed.OFF
    welcome(shop, "Hi", is_on=False)
    welcome(shop, "Hi", scene="elsewhere")
    assert enters(shop).missed == Missed.OFF
    assert tried(shop) == []


def test_who_has_written_already_gets_none(door):
    door.says("Hello")
    door.work()
    door.simulator.advance(2)
    assert enters(door).missed == Missed.WROTE


def test_who_was_welcomed_lately_gets_none(door):
    enters(door)
    door.simulator.advance(2)
    assert enters(door).missed == Missed.RECENT


def test_where_wecom_gives_no_code_all_that_may_be_is_said(door):
    """As with a welcome of WeCom's own: the console did not send the one that was sent."""
    Welcome.objects.update(is_on=False)
    event = enters(door, works=False)
    door.work()
    body = {"code": event["welcome_code"], "msgtype": "text", "text": {"content": "Native"}}
    backend_for(door.connection).client.post("kf/send_msg_on_event", body)
    Welcome.objects.update(is_on=True)
    door.simulator.advance(2)
    entrance = enters(door)
    assert entrance.missed == Missed.NO_CODE
    assert "configured in WeCom itself" in entrance.result


def test_a_blocked_customer_is_not_welcomed(door, lin):
    enters(door, BOB, works=False)
    door.look()
    sync.pull("worker")
    Block.objects.create(customer=door.customer(BOB), by=lin)
    door.work()
    assert Entrance.objects.get().missed == Missed.BLOCKED


def test_history_is_not_welcomed(shop):
    welcome(shop, "Hi")
    shop.simulator.enter(SHOP, ALICE)
    shop.serve()
    assert not Entrance.objects.exists()
    assert shop.phone() == []


def test_a_welcome_that_does_not_arrive_says_why(door):
    door.simulator.fault("send_fail", api="kf/send_msg_on_event", fail_type=13)
    enters(door)
    door.work()
    entrance = Entrance.objects.get()
    assert (entrance.message.status, entrance.is_bad) == ("failed", True)
    assert str(entrance.message.failure.sentence) in entrance.result


def test_a_welcome_that_is_refused_says_why(door):
    door.simulator.fault("errcode", api="kf/send_msg_on_event", errcode=40201)
    entrance = enters(door)
    assert "spam control" in entrance.result
    bubble = render_to_string("messaging/_bubble.html", {"message": entrance.message})
    assert "spam control" in bubble
    assert "Retry" not in bubble  # its code is used up
    assert entrance.is_bad


# --- the report, and what it costs ----------------------------------------------------------------


def test_the_page_of_the_account_tells_the_latest_and_counts_a_week(
    door, later, django_assert_num_queries
):
    Welcome.objects.update(is_on=False)
    for _number in range(21):
        door.simulator.enter(SHOP, ALICE)
    door.work()
    later(8 * 24 * 3600)
    Welcome.objects.update(is_on=True)
    enters(door, BOB)
    account = door.account
    with django_assert_num_queries(3):
        report = welcomes.account_report(account)
        assert [*report["welcomes"]]
        shown = [(str(each.event.customer), str(each.result)) for each in report["entrances"]]
    assert (len(shown), report["week"]) == (20, [("It was sent.", 1)])
    later(welcomes.KEPT.total_seconds() - 3600)
    assert welcomes.forget_old() == 21
    assert Entrance.objects.get().message


def test_a_customers_message_costs_no_query_of_welcomes(door):
    door.says("Hello")
    door.look()
    sync.pull("worker")
    with CaptureQueriesContext(connection) as captured:
        assert intake.route()
    asked = "\n".join(query["sql"] for query in captured)
    assert Message.objects.get(direction="in").session
    assert "kf_sessions_welcome" not in asked
    assert "kf_sessions_entrance" not in asked
    assert "messaging_code" not in asked
