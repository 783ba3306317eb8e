"""The customer's phone in a real browser."""

import asyncio

import pytest

from messaging.simulator import server
from messaging.simulator.app import simulator_app
from messaging.simulator.demo import SUPPORT, demo_world
from messaging.simulator.phone_app import phone_app
from tests.pages import static

KIM = "wmDEMOxiaoming000000000000000001"
MENU = {
    "head_content": "需要什么帮助？",
    "list": [{"type": "click", "click": {"id": "refund", "content": "退款"}}],
}
pytest_plugins = ["tests.pages"]
pytestmark = pytest.mark.browser


@pytest.fixture
def world():
    world = demo_world()
    world.say(SUPPORT, KIM, content="你好")
    return world


@pytest.fixture
def address(world, loop):
    """Where the phone and its static files are."""
    app = simulator_app(world, pages={"/phone/": phone_app(world), "/static/": static})
    listening = asyncio.run_coroutine_threadsafe(server.start(app), loop).result(10)
    yield f"http://127.0.0.1:{server.port_of(listening)}/phone/"
    loop.call_soon_threadsafe(listening.close)


def offer_menu(world):
    body = {"touser": KIM, "msgtype": "msgmenu", "msgmenu": MENU}
    world.send(world.account(SUPPORT), body)


def test_a_visitor_chats(world, loop, address, page):
    page.goto(address)
    page.get_by_role("link", name="小明").click()
    box = page.get_by_label("Message", exact=True)
    box.fill("我想退款")
    box.press("Enter")
    page.locator(".row--customer", has_text="我想退款").wait_for()
    loop.call_soon_threadsafe(offer_menu, world)
    page.get_by_role("button", name="退款", exact=True).click()
    page.locator(".row--customer").nth(2).wait_for()
    assert world.account(SUPPORT).log.rows[-1]["text"]["menu_id"] == "refund"


def test_voice_plays(world, address, page):
    page.goto(address)
    page.get_by_role("link", name="小明").click()
    page.get_by_role("button", name="More to send").click()
    page.get_by_role("button", name="Voice", exact=True).click()
    page.get_by_role("button", name="Play the voice message").click()
    page.locator(".voice--playing").wait_for()


def test_on_a_small_screen_one_part_shows_at_a_time(address, new_page):
    page = new_page(width=375, height=720)
    page.goto(address)
    page.get_by_role("link", name="小明").click()
    page.get_by_label("Message", exact=True).wait_for()
    page.get_by_role("button", name="WeCom client").click()
    page.get_by_role("button", name="Pick up").wait_for()
    assert not page.get_by_label("Message", exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_the_phone_works_before_its_script_does(world, address, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(address)
    page.get_by_role("link", name="小明").click()
    page.get_by_label("Message", exact=True).fill("没有脚本")
    page.locator(".composer__send").click()
    page.locator(".row--customer", has_text="没有脚本").wait_for()
