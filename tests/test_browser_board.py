"""The live board in a real browser: it moves by itself, and says so when it cannot."""

# ruff: noqa: F811 (fixtures are imported)
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.lists_site import desk, says, site  # noqa: F401

pytestmark = pytest.mark.browser
BROKEN_LINE = (r"WebSocket", r"ERR_CONNECTION", r"ws:error", r"Failed to load", r"Failed to fetch")
SOON = 3_000  # of it two seconds are the board's


def tile(page: Page, name: str):
    return page.locator(".tile").filter(has=page.get_by_text(name, exact=True))


def test_a_new_customer_is_on_the_board_within_moments(desk, says):
    page = desk("/wallboard/")
    number = tile(page, "In the queue").get_by_role("definition").first
    expect(page.locator("html[data-line=up]")).to_be_attached()
    before = int(number.inner_text())
    says(7, "Is anybody there?")
    expect(number).to_have_text(str(before + 1), timeout=SOON)
    agents = page.get_by_role("region", name="Agents").get_by_role("row")
    expect(agents.filter(has_text="lin").first).to_contain_text("Online")


def test_the_board_is_reached_by_keys_and_fills_the_screen(desk):
    page = desk("/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile("/wallboard/$"))
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.id === 'main'")


def test_a_board_without_a_line_does_not_pass_for_one_of_now(desk, says, site):
    page = desk("/wallboard/", errors=BROKEN_LINE)
    stale = page.get_by_text("No connection: these figures are not of now")
    expect(stale).to_be_hidden()
    number = tile(page, "In the queue").get_by_role("definition").first
    before = int(number.inner_text())
    with off_the_loop():
        site.kill("web1")
    expect(stale).to_be_visible()
    says(8, "While you were away")
    with off_the_loop():
        site.restart("web1")
    expect(stale).to_be_hidden(timeout=20_000)
    expect(number).to_have_text(str(before + 1))
