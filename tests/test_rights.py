"""What an agent may see can change while their page is open: the page hears no more than that."""

import asyncio

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from messaging.link import Frame
from sessions import consumers, rights
from sessions.consumers import DeskConsumer
from tests.factories import (
    make_account,
    make_agent,
    make_connection,
    make_customer,
    make_session,
)
from tests.pipes import running_hub, settled, until

pytestmark = pytest.mark.django_db(transaction=True)
CLOSED = {"type": "websocket.close", "code": 4401}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(consumers, "LOOK_AGAIN_SECONDS", (0.05, 0.05))


@pytest.fixture
def shop():
    return make_account("Shop")


@pytest.fixture
def ann(shop):
    return make_agent("ann", shop)


@pytest.fixture
def browser(ann):
    browser = Client()
    browser.force_login(ann)
    return browser


@pytest.fixture
async def hub():
    async with running_hub() as hub:
        yield hub


@pytest.fixture
async def page(hub, browser):
    """Ann's page, and what it hears."""
    page = page_of(browser)
    await page.connect()
    yield page
    await page.disconnect()


def page_of(browser) -> WebsocketCommunicator:
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies['sessionid'].value}"
    return WebsocketCommunicator(DeskConsumer.as_asgi(), "/live/", [(b"cookie", cookie.encode())])


async def do(function, *arguments, **more):
    return await asyncio.to_thread(function, *arguments, **more)


def words_of(group):
    return Frame(group=group, html="", data={"html": {"en": "secret", "zh-hans": "secret"}})


async def told(page):
    """The next that is not about who else is here."""
    while True:
        said = await page.receive_json_from()
        if "here" not in said["data"][0]:
            return said


async def test_who_signs_out_hears_nothing_in_their_other_windows(page, browser):
    await do(browser.post, "/logout/")
    assert await page.receive_output() == CLOSED


async def test_who_is_disabled_hears_nothing_more(page, ann, hub, shop):
    ann.is_active = False
    await do(ann.save)
    assert await page.receive_output() == CLOSED
    hub.publish(words_of(f"account-{shop.pk}"))
    await settled()
    assert hub.socket_count == 0


async def test_a_new_password_ends_what_was_opened_with_the_old_one(page, ann):
    ann.set_password("another")
    await do(ann.save)
    assert await page.receive_output() == CLOSED


async def test_an_account_that_was_taken_away_is_not_heard_any_more(page, ann, hub, shop):
    session = await do(lambda: make_session(make_customer(shop)))
    await page.send_json_to({"watch": {"list": "tab=all", "session": session.pk}})
    await page.receive_json_from()
    assert {f"account-{shop.pk}", f"customer-{session.customer_id}"} < set(hub.groups)
    await do(ann.accounts.clear)
    assert await told(page) == {"data": [{"resync": True}]}
    assert not {f"account-{shop.pk}", f"customer-{session.customer_id}"} & set(hub.groups)


async def test_a_new_account_is_heard_without_opening_the_page_again(page, ann, hub):
    ann.serves_all = True
    await do(ann.save)
    another = await do(make_account, "Another")
    await until(lambda: f"account-{another.pk}" in hub.groups)
    assert await page.receive_json_from() == {"data": [{"resync": True}]}


async def test_a_change_that_changes_nothing_for_the_page_is_not_noticed(page, ann, hub):
    ann.theme = "dark"
    await do(ann.save)
    await asyncio.sleep(0.2)
    assert await page.receive_nothing()
    assert hub.socket_count == 1


async def test_who_sees_no_account_looks_again_when_something_is_connected(hub, monkeypatch):
    monkeypatch.setattr(consumers, "NONE_YET_SECONDS", (60, 60))
    browser = Client()
    await do(lambda: browser.force_login(make_agent("new")))
    page = page_of(browser)
    await page.connect()
    await do(make_connection)
    assert await told(page) == {"data": [{"resync": True}]}
    account = await do(make_account)
    assert await told(page) == {"data": [{"resync": True}]}
    assert f"account-{account.pk}" in hub.groups
    await page.disconnect()


async def test_what_another_process_connects_is_found_without_being_told(hub, monkeypatch):
    monkeypatch.setattr(consumers, "NONE_YET_SECONDS", (0.05, 0.05))
    monkeypatch.setattr(rights, "look_again", lambda *of: None)
    browser = Client()
    await do(lambda: browser.force_login(make_agent("new")))
    page = page_of(browser)
    await page.connect()
    await page.send_json_to({"watch": {"list": "tab=all"}})
    account = await do(make_account)
    await until(lambda: f"account-{account.pk}" in hub.groups)
    await page.disconnect()
    await settled()
    assert hub.socket_count == 0
