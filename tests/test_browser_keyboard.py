"""Keys and the command bar: those that agents choose, what is not a key, where the focus goes."""

# ruff: noqa: F811 (fixtures are imported)
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.by_keyboard import bar, command, press, rows, site  # noqa: F401
from tests.composing import opened, reply, thread

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser


def chooses(page: Page, **changed: str) -> None:
    """The page of keys, filled in."""
    page.goto("/settings/keyboard/")
    for name, keys in changed.items():
        page.get_by_label(name, exact=True).fill(keys)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your keys are saved.")).to_be_visible()
    page.goto("/?tab=all")
    expect(page.locator("html[data-line=up]")).to_be_attached()


def test_an_input_method_keeps_its_keys(desk, says, site):
    page = opened(desk("wang"), says(6, "Hello"))
    page.evaluate("document.getElementById('scroll').focus()")
    for letter in "jenz?":
        for how in ({"isComposing": True}, {"keyCode": 229}):
            page.locator("#scroll").dispatch_event(
                "keydown", {"key": letter, "bubbles": True, **how}
            )
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#scroll")).to_be_focused()
    reply(page).fill("ni hao")
    for how in ({"isComposing": True}, {"keyCode": 229}):
        reply(page).dispatch_event("keydown", {"key": "Enter", **how})
        reply(page).dispatch_event("keydown", {"key": "Escape", **how})
    expect(reply(page)).to_have_value("ni hao")
    expect(reply(page)).to_be_focused()
    press(page, "Control+k")
    page.keyboard.type("hello")
    page.get_by_role("combobox").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(bar(page)).to_be_visible()
    with off_the_loop():
        assert len(site.simulator.transcript("wkSHOP", "wm6")) == 1


def test_an_answer_that_is_late_does_not_close_what_was_opened_since(desk, says):
    page = opened(desk("wang"), says(15, "Hello"))
    late = []
    page.route("**/reply/", lambda route: late.append(route))  # noqa: PLW0108
    page.keyboard.type("Good day")
    press(page, "Enter", "Escape", "l")
    expect(page.get_by_role("dialog")).to_contain_text("Tags of")
    late[0].continue_()
    expect(thread(page)).to_contain_text("Good day")
    page.wait_for_timeout(200)
    expect(page.get_by_role("dialog")).to_contain_text("Tags of")


def test_letters_in_a_field_are_letters(desk, says):
    page = opened(desk("wang"), says(6, "Hello"))
    reply(page).fill("")
    page.keyboard.type("jke?/x.gi")
    expect(reply(page)).to_have_value("jke?/x.gi")
    expect(page.get_by_role("dialog")).to_have_count(0)
    reply(page).fill("")


def test_one_letter_keys_can_be_switched_off_and_come_along(desk, says, site):
    name = says(7, "Hello")
    page = desk("zhao")
    page.goto("/settings/keyboard/")
    page.get_by_role("checkbox", name="One-letter keys").uncheck()
    page.get_by_role("button", name="Save").click()
    other = desk("zhao")
    other.goto("/?tab=all")
    expect(rows(other).filter(has_text=name)).to_be_visible()
    press(other, "j", "?", "x")
    other.wait_for_timeout(300)
    assert "/sessions/" not in other.url
    expect(other.get_by_role("dialog")).to_have_count(0)
    press(other, "Alt+j")
    expect(other).to_have_url(re.compile(r"/sessions/\d+/"))


def test_a_key_that_was_changed_works_and_the_old_one_does_not(desk, says, site):
    says(8, "Hello")
    page = desk("sun")
    chooses(page, **{"Next session": "W", "Keyboard shortcuts": "Ctrl+Alt+H"})
    expect(rows(page).first).to_be_visible()
    press(page, "j")
    page.wait_for_timeout(200)
    assert "/sessions/" not in page.url
    press(page, "w")
    expect(page).to_have_url(re.compile(r"/sessions/\d+/"))
    press(page, "Control+Alt+h")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.locator("[data-command=next] kbd")).to_have_text("W")
    page.keyboard.type("next session")
    expect(sheet.locator(".sheet__row:visible")).to_have_count(1)
    press(page, "Escape", "Escape")
    expect(sheet).to_be_hidden()


def test_keys_are_written_down_as_they_are_pressed(desk):
    page = desk("sun")
    page.goto("/settings/keyboard/")
    row = page.locator(".keyboard__row", has=page.get_by_label("Assign…", exact=True))
    row.get_by_label("Assign…").fill("")
    row.get_by_role("button", name="Press keys").click()
    press(page, "Control+Alt+y")
    expect(row.get_by_role("textbox")).to_have_value("Ctrl+Alt+Y")


def test_ctrl_enter_sends_for_who_wants_it(desk, says):
    name = says(9, "Hello")
    page = desk("sun")
    page.goto("/settings/keyboard/")
    page.get_by_label("Ctrl+Enter sends, Enter begins a new line").check()
    page.get_by_role("button", name="Save").click()
    page.goto("/?tab=all")
    opened(page, name)
    page.keyboard.type("one")
    press(page, "Enter")
    page.keyboard.type("two")
    expect(reply(page)).to_have_value("one\ntwo")
    press(page, "Control+Enter")
    expect(reply(page)).to_have_value("")
    expect(thread(page)).to_contain_text("two")


def test_the_bar_offers_what_is_possible_here(desk, says):
    page = desk("wang")
    press(page, "Control+k")
    expect(bar(page).get_by_role("option", name="Sign out")).to_be_attached()
    expect(bar(page).get_by_role("option", name="Transfer…")).to_have_count(0)
    press(page, "Escape")
    opened(page, says(10, "Hello"))
    press(page, "Control+k")
    expect(bar(page).get_by_role("option", name="Transfer… T")).to_be_attached()
    page.keyboard.type("zzzz")
    expect(bar(page).get_by_text("Nothing is found.")).to_be_visible()
    press(page, "Escape")
    expect(bar(page)).to_be_hidden()
    expect(reply(page)).to_be_focused()


def test_what_was_used_last_is_first_in_the_bar(desk):
    page = desk("wang")
    command(page, "mentioned", "Mentioned")
    expect(page).to_have_url(re.compile("tab=mentioned"))
    press(page, "Control+k")
    expect(bar(page).get_by_role("option").first).to_contain_text("Mentioned")


def test_rows_are_one_stop_of_tab_and_arrows_go_through_them(desk, says):
    page = desk("wang")
    for number in (11, 12, 13):
        expect(rows(page).filter(has_text=says(number, "Hello"))).to_be_visible()
    stop = page.locator("#sessions .row__link:not([tabindex='-1'])")
    expect(stop).to_have_count(1)
    stop.focus()
    press(page, "Home", "ArrowDown")
    expect(rows(page).nth(1).get_by_role("link").first).to_be_focused()
    press(page, "x", "ArrowDown", "Shift+X")
    expect(page.get_by_text("2 selected")).to_be_visible()
    press(page, "End")
    expect(rows(page).last.get_by_role("link").first).to_be_focused()


def test_a_session_is_assigned_and_the_tooltips_say_by_which_key(desk, says):
    page = opened(desk("wang"), says(14, "Hello"))
    press(page, "Escape", "a")
    expect(page.get_by_role("dialog")).to_contain_text("Assign 1 session")
    page.get_by_role("dialog").get_by_label("zhao").check()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator("#thread header")).to_contain_text("zhao")
    transfer = page.get_by_role("button", name="Transfer", exact=True)
    expect(transfer).to_have_attribute("title", "Transfer… (T)")
    expect(page.get_by_role("link", name="Search")).to_have_attribute("aria-keyshortcuts", "/ S")


def test_search_is_one_key_away_also_on_its_page(desk):
    page = desk("wang")
    press(page, "s")
    expect(page).to_have_url(re.compile("/search/"))
    expect(page.locator("html[data-line=up]")).to_be_attached()
    press(page, "Escape")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    press(page, "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_f6_and_esc_go_through_the_page(desk, says):
    page = opened(desk("wang"), says(13, "Hello again"))
    expect(reply(page)).to_be_focused()
    press(page, "Shift+F6")
    expect(page.get_by_role("region", name="Messages")).to_be_focused()
    press(page, "F6")
    expect(reply(page)).to_be_focused()
    press(page, "Escape")
    expect(page.get_by_role("region", name="Messages")).to_be_focused()
    press(page, "Escape")
    expect(page.locator("#sessions [aria-current=true]")).to_be_focused()


def test_the_list_is_as_wide_as_somebody_made_it(desk):
    page = desk("wang")
    divider = page.get_by_role("separator", name="Width of the list")
    width = page.locator("#list").bounding_box()["width"]
    divider.focus()
    press(page, "ArrowRight", "ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", str(int(width) + 32))
    page.reload()
    expect(page.locator("#list")).to_have_css("width", f"{width + 32:g}px")
    divider.dblclick()
    expect(page.locator("#list")).to_have_css("width", f"{width:g}px")


def test_a_view_is_found_by_its_initials_in_pinyin(desk, site):
    site.manage("shell", "-c", "from sessions.models import Agent, SavedView; SavedView.objects.create("
                "name='退款超时', owner=Agent.objects.get(username='wang'), query='tab=queue')")  # fmt: skip
    page = desk("wang")
    press(page, "Control+k")
    page.keyboard.type("tkcs")
    expect(bar(page).get_by_role("option", name="退款超时")).to_be_visible()
    press(page, "Enter")
    expect(page).to_have_url(re.compile("view=[0-9]+"))
