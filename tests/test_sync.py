"""News comes in exactly once, whatever the callback, the network and the platform do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import accounts, live, sync
from messaging.backends.wecom import wire
from messaging.models import Account, Callback, Customer, Message
from tests.wire import ALICE, SHOP

pytestmark = pytest.mark.both


def texts(shop, who=ALICE):
    return [row.text for row in shop.rows(who) if row.kind == "text"]


def test_a_customers_text_is_stored_once(shop):
    shop.says("你好")
    shop.work()
    shop.work()
    assert texts(shop) == ["你好"]


@pytest.mark.parametrize("answers", [(0.3, 1.3), (0.3, 0.4), (0.9995, 0.9995), (1.3, 1.4)])
def test_rows_of_one_second_stay_in_their_order_whenever_we_answered(answers):
    second = timezone.now().replace(microsecond=0)
    customer, moments = Customer(), []
    for after in (0, *answers):
        customer.latest_at = second + timedelta(seconds=after)
        moments += [customer.moment_of(second), customer.moment_of(second)]
    assert moments == sorted(moments)
    assert all(moment.replace(microsecond=0) == second for moment in moments)


def test_rows_given_twice_in_one_page_are_stored_once(shop):
    shop.simulator.fault("duplicate_rows", api="kf/sync_msg", count=5)
    shop.says("once")
    shop.work()
    assert texts(shop) == ["once"]


def test_an_empty_page_that_is_not_the_last_does_not_stop_the_reading(shop):
    shop.simulator.fault("empty_page", api="kf/sync_msg", count=3)
    shop.says("behind empty pages")
    shop.work()
    assert texts(shop) == ["behind empty pages"]


def test_a_lost_cursor_reads_again_and_doubles_nothing(shop):
    shop.says("one")
    shop.work()
    Account.objects.update(cursor="a-cursor-the-platform-never-gave")
    shop.says("two")
    shop.work()
    assert texts(shop) == ["one", "two"]


def test_thousands_of_messages_come_page_by_page(shop):
    for number in range(1050):
        shop.says(str(number))
    shop.work()
    assert texts(shop) == [str(number) for number in range(1050)]


@pytest.mark.parametrize("errcode", [-1, 45009, 95007, 40014, 42001])
def test_a_passing_error_only_delays(shop, errcode):
    shop.simulator.fault("errcode", api="kf/sync_msg", errcode=errcode)
    shop.says("late but here")
    shop.work()
    shop.work()
    assert texts(shop) == ["late but here"]


@pytest.mark.parametrize("kind", ["reset", "garbage", "reset_after"])
def test_a_broken_answer_only_delays(shop, kind):
    shop.simulator.fault(kind, api="kf/sync_msg")
    shop.says("late but here")
    shop.work()
    shop.work()
    assert texts(shop) == ["late but here"]


def test_too_many_calls_make_us_wait_a_minute(shop):
    shop.simulator.fault("errcode", api="kf/sync_msg", errcode=45009)
    shop.look()
    sync.pull("worker")
    account = shop.account
    assert account.error_code == 45009
    assert account.not_before > timezone.now() + timedelta(seconds=40)


def test_a_callback_stays_until_its_news_is_read(shop):
    shop.serve()
    Callback.objects.create(
        connection=shop.connection, open_kfid=SHOP, token="nonsense", created_at=timezone.now()
    )
    shop.simulator.fault("errcode", api="kf/sync_msg", errcode=-1)
    sync.pull("worker")
    assert Callback.objects.count() == 1
    shop.work()
    assert Callback.objects.count() == 0


def test_an_old_callback_token_is_not_used(shop):
    shop.serve()
    Callback.objects.create(
        connection=shop.connection,
        open_kfid=SHOP,
        token="t" * 20,
        created_at=timezone.now() - timedelta(minutes=11),
    )
    sync.pull("worker")
    call = shop.simulator.calls("kf/sync_msg")[-1]
    assert call["errcode"] == 0
    assert "token" not in call["request"]


def test_one_account_is_read_by_one_worker_at_a_time(shop):
    shop.look()
    Account.objects.update(
        leased_until=timezone.now() + timedelta(seconds=9), lease_owner="another"
    )
    assert sync.pull("worker") == 0


def test_a_dead_workers_account_is_taken_over(shop):
    shop.says("whoever reads it")
    shop.look()
    Account.objects.update(leased_until=timezone.now(), lease_owner="dead")
    assert sync.pull("worker") == 1
    assert texts(shop) == ["whoever reads it"]


def test_an_account_without_the_privilege_is_left_alone(shop):
    Account.objects.update(manage_privilege=False)
    shop.look()
    assert sync.pull("worker") == 0


def test_what_was_there_before_is_history(shop):
    shop.says("before")
    shop.serve()
    shop.says("after")
    shop.work()
    assert [row.is_history for row in shop.rows() if row.kind == "text"] == [True, False]


def test_an_unknown_kind_is_kept_raw():
    row = {
        "msgid": "m1",
        "msgtype": "hologram",
        "hologram": {"depth": 3},
        "origin": 3,
        "send_time": 1760000000,
        "open_kfid": SHOP,
        "external_userid": ALICE,
    }
    inbound = wire.inbound(row)
    assert inbound.kind == "unsupported"
    assert inbound.raw["hologram"] == {"depth": 3}


def test_recalled_messages_become_tombstones(shop):
    msgid = shop.says("oops")
    shop.work()
    shop.simulator.recall(SHOP, ALICE, msgid)
    shop.work()
    message = Message.objects.get(msgid=msgid)
    assert message.recalled_at
    assert message.content == {"content": "oops"}
    assert message.text == ""


def test_the_profile_is_fetched_at_first_contact(shop):
    shop.says("hi")
    shop.work()
    assert shop.customer().nickname == "Alice"
    assert shop.customer().profile_at


def test_the_entrance_is_kept(shop):
    shop.simulator.enter(SHOP, ALICE, "poster", "campaign=11")
    shop.work()
    assert shop.customer().entrance == {"scene": "poster", "scene_param": "campaign=11"}


def test_what_comes_while_an_account_is_read_is_read_after_it(shop, monkeypatch):
    """Its hint has woken others, who found the account held."""
    read, woken = sync._drain, []

    def read_slowly(account, owner):
        read(account, owner)
        news = {"connection": account.connection, "open_kfid": account.external_id}
        Callback.objects.create(**news, created_at=timezone.now())

    monkeypatch.setattr(sync, "_drain", read_slowly)
    monkeypatch.setattr(live, "wake", woken.append)
    shop.look()
    assert sync.pull("worker") == 1
    assert "sync" in woken


def test_accounts_that_are_due_together_are_all_read_at_once(shop, monkeypatch):
    woken = []
    shop.simulator.add_account("Second", "wkSECOND")
    accounts.refresh(shop.connection)
    monkeypatch.setattr(live, "wake", woken.append)
    shop.look()
    assert [sync.pull("worker"), woken] == [1, ["sync"]]
    assert [sync.pull("worker"), woken] == [1, ["sync"]]
    assert sync.pull("worker") == 0
