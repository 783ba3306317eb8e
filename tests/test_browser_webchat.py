"""The customer's web chat in a real browser."""

import asyncio

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from messaging.simulator import server
from messaging.simulator.phone_app import page_app
from messaging.simulator.staffservice import page as webchat
from messaging.simulator.staffservice.app import StaffApp
from messaging.simulator.staffservice.world import World
from messaging.simulator.web import json_response, read_request, write_response
from tests.pages import static
from tests.pictures import picture

pytest_plugins = ["tests.pages"]
pytestmark = pytest.mark.browser
SURVEY = "How satisfied are you?\n5 Very\n1 Not at all"


async def console(scope, receive, send):
    """Takes everything."""
    await read_request(scope, receive)
    await write_response(send, json_response({"errcode": 0, "errmsg": "ok"}))


@pytest.fixture
def app(loop):
    app = StaffApp(World("1001", "secret"))
    page = page_app(app, webchat, webchat.PREFIX)
    app.parts = {"/console/": console, "/static/": static, webchat.PREFIX: page} | app.parts
    listening = asyncio.run_coroutine_threadsafe(server.start(app), loop).result(10)
    app.world.own_url = f"http://127.0.0.1:{server.port_of(listening)}"
    app.world.door = f"{app.world.own_url}/console"
    yield app
    loop.call_soon_threadsafe(listening.close)
    asyncio.run_coroutine_threadsafe(app.close(), loop).result(10)


def come_in(page, app):
    page.goto(f"{app.world.own_url}/webchat/")
    page.get_by_label("Nickname").fill("Kim")
    page.get_by_role("button", name="Come in").click()


def test_a_visitor_writes_sends_a_picture_and_rates(app, loop, page):
    come_in(page, app)
    page.get_by_role("button", name="Ask for a human").click()
    expect(page.get_by_text("You asked for a human")).to_be_visible()
    box = page.get_by_label("Message", exact=True)
    box.fill("Where is my parcel?")
    box.press("Enter")
    expect(page.locator(".row--customer", has_text="Where is my parcel?")).to_be_visible()
    page.get_by_role("button", name="More to send").click()
    image = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.get_by_label("A picture or file…").set_input_files(image)
    expect(page.get_by_role("img", name="Photo")).to_be_visible()
    kim = next(iter(app.world.chats))
    words = {"content": SURVEY, "by": "Lin"}
    loop.call_soon_threadsafe(app.world.show, kim, "agent", "text", words)
    page.get_by_role("button", name="5 Very").click()
    expect(page.locator(".row--customer .bubble").last).to_have_text("5")
    expect(page.get_by_role("button", name="5 Very")).to_have_count(0)
    said = [post["body"].get("MsgType") for post in app.world.posts]
    assert said == ["event.CLICK.RG", "text", "image", "text"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_readable_for_everybody(app, loop, new_page, theme):
    page = new_page(theme=theme)
    come_in(page, app)
    page.get_by_label("Message", exact=True).fill("Hello")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".row--customer")).to_be_visible()
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    assert [
        (each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]
    ] == []


def test_on_a_small_screen_one_part_shows_at_a_time(app, new_page):
    page = new_page(width=375, height=720)
    come_in(page, app)
    page.get_by_label("Message", exact=True).wait_for()
    page.get_by_role("button", name="Calls").click()
    page.get_by_role("button", name="Lose the next answer").wait_for()
    assert not page.get_by_label("Message", exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_it_works_before_its_script_does(app, new_page):
    page = new_page(java_script_enabled=False)
    come_in(page, app)
    page.get_by_label("Message", exact=True).fill("No script")
    page.locator(".composer__send").click()
    expect(page.locator(".row--customer", has_text="No script")).to_be_visible()
