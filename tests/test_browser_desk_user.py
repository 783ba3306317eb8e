"""The user's app of the simulated Desk in a real browser."""

import pytest

from messaging.simulator import server
from messaging.simulator.background import event_loop, inside
from messaging.simulator.desk import page_views
from messaging.simulator.desk.app import desk_app
from messaging.simulator.desk.demo import SHOP, demo_world
from messaging.simulator.phone_app import page_app
from tests.pages import end_of_all, static

ZHOU = "user_10086"
pytestmark = pytest.mark.browser


@pytest.fixture
def world():
    return demo_world()


@pytest.fixture
def loop():
    """The world's."""
    with event_loop("desk page") as loop:
        yield loop
        inside(loop, end_of_all())


@pytest.fixture
def address(world, loop):
    """Where the page and its static files are."""

    async def app(scope, receive, send):
        part = static if scope["path"].startswith("/static/") else desk
        await part(scope, receive, send)

    desk = desk_app(
        world, pages={page_views.PREFIX: page_app(world, page_views, page_views.PREFIX)}
    )
    listening = inside(loop, server.start(app))
    world.files.base_url = f"http://127.0.0.1:{server.port_of(listening)}/desk"
    yield world.files.base_url + "/"
    loop.call_soon_threadsafe(listening.close)


def test_a_visitor_chats_and_rates(world, loop, address, page):
    page.goto(address)
    page.get_by_role("link", name="周小雨").click()
    box = page.get_by_label("Message", exact=True)
    box.fill("你好")
    box.press("Enter")
    page.get_by_role("button", name="转人工", exact=True).click()
    page.get_by_text("With an agent").wait_for()
    session = world.last_session(ZHOU, SHOP).session_id
    loop.call_soon_threadsafe(world.agent_say, session, "您好，马上为您处理")
    page.locator(".bubble", has_text="马上为您处理").wait_for()
    page.get_by_role("button", name="End the chat").click()
    page.get_by_role("button", name="4 ★").click()
    page.get_by_text("感谢您的评价").wait_for()
    assert world.session(session).rating == 4


def test_a_picture_and_a_voice_come_from_their_address(world, address, page):
    page.goto(address)
    page.get_by_role("link", name="周小雨").click()
    page.get_by_role("button", name="More to send").click()
    page.get_by_role("button", name="Photo", exact=True).click()
    page.locator(".picture__image").wait_for()
    wide = "document.querySelector('.picture__image').naturalWidth"
    page.wait_for_function(f"{wide} > 0")
    page.get_by_role("button", name="Voice", exact=True).click()
    page.get_by_role("button", name="Play the voice message").click()
    page.locator(".voice--playing").wait_for()


def test_on_a_small_screen_one_part_shows_at_a_time(address, new_page):
    page = new_page(width=375, height=720)
    page.goto(address)
    page.get_by_role("link", name="周小雨").click()
    page.get_by_label("Message", exact=True).wait_for()
    page.get_by_role("button", name="Desk workbench").click()
    page.get_by_role("button", name="Accept").wait_for()
    assert not page.get_by_label("Message", exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_the_app_works_before_its_script_does(world, address, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(address)
    page.get_by_role("link", name="周小雨").click()
    page.get_by_label("Message", exact=True).fill("没有脚本")
    page.locator(".composer__send").click()
    page.locator(".row--customer", has_text="没有脚本").wait_for()
