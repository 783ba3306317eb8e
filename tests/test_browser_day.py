"""An agent's whole day with the keyboard alone."""

# ruff: noqa: F811 (fixtures are imported)
import re

import pytest
from playwright.sync_api import Page, expect

from tests.by_keyboard import command, press, rows, site, tab_to  # noqa: F401
from tests.composing import note, reply, thread
from tests.site import PASSWORD

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser


def test_a_whole_day_by_keyboard(new_page, site, says):
    names = [says(number, "Hello") for number in range(6)]
    page = new_page(base_url=site.urls["web1"])
    begin(page, len(names))
    take_and_answer(page)
    sort_and_put_off(page)
    hand_over_and_end(page)
    find_and_leave(page, names)


def begin(page: Page, waiting: int) -> None:
    page.goto("/login/")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("lin")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.locator("html[data-line=up]")).to_be_attached()
    press(page, "g", "q")
    expect(page).to_have_url(re.compile("tab=queue"))
    expect(rows(page)).to_have_count(waiting)


def take_and_answer(page: Page) -> None:
    press(page, "j")
    accept = page.get_by_role("button", name="Accept", exact=True)
    expect(accept).to_have_attribute("aria-keyshortcuts", "I")
    press(page, "i")
    expect(accept).to_be_hidden()
    press(page, "r")
    page.keyboard.type("Good day")
    press(page, "Enter")
    expect(thread(page)).to_contain_text("Good day")
    press(page, "Escape", "n")
    expect(note(page)).to_be_focused()
    page.keyboard.type("@wa")
    expect(page.get_by_role("option", name="wang")).to_be_visible()
    press(page, "Enter")
    page.keyboard.type("do you know them?")
    press(page, "Enter")
    expect(thread(page).locator(".message__mention")).to_have_text("@wang")
    press(page, "Escape", "r", "Control+1")
    expect(reply(page)).to_have_value("We are here from 9 to 21")
    press(page, "Enter")
    expect(thread(page)).to_contain_text("We are here from 9 to 21")
    press(page, "Escape")


def sort_and_put_off(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    press(page, "l")
    expect(dialog).to_contain_text("Tags of")
    tab_to(page, "name === 'new'")
    page.keyboard.type("refund")
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#thread header")).to_contain_text("refund")
    press(page, "p")
    expect(dialog).to_contain_text("Priority of")
    tab_to(page, "value === '2'")
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#thread header")).to_contain_text("Urgent")
    press(page, "z")
    expect(dialog).to_contain_text("Snooze")
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    expect(thread(page)).to_contain_text("snoozed the session")


def hand_over_and_end(page: Page) -> None:
    header, dialog = page.locator("#thread header"), page.get_by_role("dialog")
    first = header.get_by_role("heading").inner_text()
    press(page, "g", "q", "j")
    expect(header.get_by_role("heading")).not_to_have_text(first)
    press(page, "t")
    expect(dialog).to_contain_text("Transfer")
    tab_to(page, "name === 'to'")
    press(page, "ArrowDown", "Enter")
    expect(dialog).to_be_hidden()
    expect(header).to_contain_text("sun")
    second = header.get_by_role("heading").inner_text()
    press(page, "j")
    expect(header.get_by_role("heading")).not_to_have_text(second)
    third = header.get_by_role("heading").inner_text()
    press(page, "Control+Alt+e")
    expect(dialog.get_by_role("button", name="End session")).to_be_focused()
    press(page, "Enter")
    expect(header.get_by_role("heading")).not_to_have_text(third)
    press(page, "e")
    expect(dialog.get_by_role("button", name="End session")).to_be_focused()
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    expect(header).to_contain_text("Ended")


def find_and_leave(page: Page, names: list[str]) -> None:
    press(page, "/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    page.keyboard.type(names[4])
    link = page.locator("#results a.row__link").first
    expect(link).to_be_visible()
    press(page, "ArrowDown")
    expect(link).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("heading", name=names[4]).first).to_be_visible()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    command(page, names[5], names[5])
    expect(page.get_by_role("heading", name=names[5]).first).to_be_visible()
    expect(reply(page)).to_be_focused()
    command(page, "sign o", "Sign out")
    expect(page).to_have_url(re.compile("/login/"))
