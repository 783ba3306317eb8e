"""One access token for all: fetched by one, ahead of its end, again when it was taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from messaging.backends import SendError
from messaging.backends.wecom.client import Client
from messaging.backends.wecom.tokens import token_for
from messaging.models import Connection
from tests.wire import SECRET, running_shop

pytestmark = pytest.mark.both


@pytest.fixture
def shop(transactional_db):
    """Other threads must see its rows: so they are committed."""
    with running_shop() as shop:
        yield shop


def ask(shop, stale=""):
    connection = Connection.objects.get(pk=shop.connection.pk)
    try:
        return token_for(connection, Client(connection).http, stale)
    finally:
        database.close()


def fetched(shop):
    return len(shop.simulator.calls("gettoken"))


def all_at_once(shop, count=8, stale=""):
    with ThreadPoolExecutor(count) as threads:
        return set(threads.map(lambda _: ask(shop, stale), range(count)))


def test_many_who_need_a_token_at_once_make_one_call(shop):
    Connection.objects.update(token="", token_expires_at=None, token_leased_until=None)
    before = fetched(shop)
    shop.simulator.fault("slow", api="gettoken", seconds=0.3)
    assert len(all_at_once(shop)) == 1
    assert fetched(shop) == before + 1


def test_many_whose_token_was_refused_make_one_call(shop):
    stale = ask(shop)
    shop.simulator.invalidate_tokens()
    before = fetched(shop)
    fresh = all_at_once(shop, stale=stale)
    assert len(fresh) == 1
    assert fresh != {stale}
    assert fetched(shop) == before + 1


def test_an_ageing_token_is_replaced_by_one_while_the_others_go_on(shop):
    old = ask(shop)
    connection = Connection.objects.get()
    connection.token["renew_at"] = 0
    connection.save()
    before = fetched(shop)
    shop.simulator.fault("slow", api="gettoken", seconds=0.3)
    assert old in all_at_once(shop)
    assert fetched(shop) == before + 1
    assert Connection.objects.get().token_expires_at > timezone.now() + timedelta(minutes=60)


def test_a_fetcher_that_died_is_replaced(shop):
    Connection.objects.update(
        token="", token_expires_at=None, token_leased_until=timezone.now() + timedelta(seconds=0.2)
    )
    assert ask(shop)


def test_a_busy_platform_is_asked_three_times(shop):
    Connection.objects.update(token="", token_expires_at=None, token_leased_until=None)
    shop.simulator.fault("errcode", api="gettoken", errcode=-1, count=2)
    assert ask(shop)


def test_a_wrong_secret_is_not_asked_for_again_and_again(shop):
    Connection.objects.update(token="", token_expires_at=None, token_leased_until=None)
    connection = Connection.objects.get()
    connection.secrets = {**connection.secrets, "secret": "wrong"}
    connection.save()
    before = fetched(shop)
    with pytest.raises(SendError, match="40001"):
        ask(shop)
    assert fetched(shop) == before + 1
    assert Connection.objects.get().fault_code == 40001
    connection.secrets = {**connection.secrets, "secret": SECRET}
    connection.save()
    assert ask(shop)
    assert Connection.objects.get().fault_code is None
