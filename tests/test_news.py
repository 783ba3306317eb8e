"""News that comes late, or as nobody foresaw: it is stored, shown and can be answered."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import failures, sync
from messaging.backends.wecom import wire
from messaging.merged import merged_items
from messaging.models import Account, Callback, Customer, Message, State
from sessions import silence
from tests.wire import ALICE, SHOP, reply

pytestmark = pytest.mark.both


def test_who_wrote_while_nothing_was_read_is_not_taken_for_silent(shop, session, lin):
    """The worker was away for hours: what it knows of a customer is as old as its last pull."""
    long_ago = timezone.now() - timedelta(hours=53)
    Customer.objects.update(last_in_at=long_ago, state_at=long_ago)
    Account.objects.update(poll_at=timezone.now() - timedelta(hours=8))
    assert silence.end() == 0
    shop.says("Are you there?")
    shop.work()
    assert silence.end() == 0
    assert shop.session == session


def test_a_message_from_before_what_we_took_for_the_end_is_asked_about(shop, session, lin):
    shop.customer().sessions.all().delete()
    later = timezone.now() + timedelta(hours=5)
    Customer.objects.update(state=State.ENDED, state_at=later)
    shop.simulator.advance(2)
    shop.says("Are you there?")
    shop.work()
    assert shop.customer().state == shop.platform_state() == State.NEW
    reply(shop.session, lin, "Yes")
    shop.work()
    assert shop.phone()[-1] == "Yes"


@pytest.mark.parametrize("words", ["a\x00b", "cut \ud83d", "\udc00"])
def test_characters_that_no_database_takes_do_not_stop_the_account(words):
    row = wire.inbound(
        {
            "msgid": "m1", "msgtype": "text", "origin": 3, "send_time": 1760000000,
            "open_kfid": SHOP, "external_userid": ALICE, "text": {"content": words},
        }
    )  # fmt: skip
    assert row.content["content"].encode()
    assert "\x00" not in row.content["content"]
    assert row.raw["text"]["content"] == row.content["content"]


def test_a_customer_may_write_what_no_database_takes(shop, monkeypatch):
    shop.serve()
    read = wire.inbound
    broken = lambda row: read({**row, "text": {"content": "a\x00b\ud83d"}})  # noqa: E731
    monkeypatch.setattr(wire, "inbound", broken)
    shop.says("…")
    shop.work()
    assert [row.text for row in shop.rows()] == ["a\ufffdb\ufffd"]


@pytest.mark.parametrize(
    "row",
    [
        {"msgtype": "msgmenu", "msgmenu": {"list": [{"type": "click", "click": "x"}]}},
        {"msgtype": "msgmenu", "msgmenu": {"list": "x", "head_content": 7}},
        {"msgtype": "msgmenu", "msgmenu": {"list": [{"type": ["click"]}]}},
        {"msgtype": "text", "text": {"content": "x"}, "send_time": ["1"]},
        {"msgtype": "text", "text": {"content": "x"}, "origin": {}},
        {"msgtype": ["text"]},
        {"msgtype": "event", "event": {"event_type": ["x"]}},
        {"msgtype": "event", "event": {"event_type": "msg_send_fail", "fail_msgid": ["x"]}},
        {"msgtype": "event", "event": {"event_type": "msg_send_fail", "fail_msgid": "x", "fail_type": "y"}},
        {"msgtype": "event", "event": {"event_type": "user_recall_msg", "recall_msgid": {}}},
        {"msgtype": "event", "event": {"event_type": "session_status_change", "change_type": []}},
    ],
)  # fmt: skip
def test_a_row_of_a_shape_that_nobody_foresaw_does_not_stop_the_account(shop, monkeypatch, row):
    shop.serve()
    fine = {"msgid": "m2", "msgtype": "text", "origin": 3, "external_userid": ALICE,
            "open_kfid": SHOP, "send_time": 1760000001, "text": {"content": "fine"}}  # fmt: skip
    odd = {"msgid": "m1", "origin": 3, "external_userid": ALICE, "send_time": 1760000000, **row}
    if "event" in row:
        odd["event"] = {"open_kfid": SHOP, "external_userid": ALICE, **row["event"]}
    answers = [{"errcode": 0, "msg_list": [odd, fine], "next_cursor": "c", "has_more": 0}]
    from messaging.backends.wecom.client import Client

    original = Client.post

    def post(self, api, body):
        return answers.pop() if api == "kf/sync_msg" and answers else original(self, api, body)

    monkeypatch.setattr(Client, "post", post)
    shop.work()
    stored = {message.msgid: message.text for message in Message.objects.all()}
    assert stored["m2"] == "fine"
    assert "m1" in stored


def test_a_page_that_cannot_be_stored_is_shown_on_the_account_and_comes_again(shop, monkeypatch):
    shop.says("Hello")
    shop.look()
    monkeypatch.setattr(sync.ingest, "store", lambda *arguments, **more: 1 / 0)
    sync.pull("worker")
    assert shop.account.error_code == failures.GARBAGE
    monkeypatch.undo()
    shop.work()
    assert [row.text for row in shop.rows()] == ["Hello"]


def test_a_chat_history_with_half_a_character_can_be_drawn():
    said = json.dumps({"content": "cut \ud83d"})
    content = {"item": [{"msgtype": "text", "sender_name": "A", "msg_content": said}]}
    assert merged_items(content)[0].content["content"].encode() == "cut \ufffd".encode()


def test_news_of_an_account_that_the_app_may_not_read_does_not_pile_up(shop):
    shop.serve()
    shop.simulator.options(callbacks_paused=True)
    Account.objects.update(manage_privilege=False)
    make_news(shop)
    shop.work()
    assert Callback.objects.count() == 0
    assert shop.account.manage_privilege  # it was asked for again, and may be by now


def make_news(shop, count=1):
    Callback.objects.bulk_create(
        Callback(connection=shop.connection, open_kfid=SHOP, created_at=timezone.now())
        for _ in range(count)
    )


def test_however_much_news_waits_one_reading_answers_it(shop):
    make_news(shop, 2500)
    shop.work()
    assert Callback.objects.count() == 0
