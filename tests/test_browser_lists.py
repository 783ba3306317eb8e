"""The lists in a real browser: switcher, filters, orders, and rows that keep still under a pointer."""

# ruff: noqa: F811 (fixtures are imported)
import re

import pytest
from playwright.sync_api import expect

from tests.lists_site import aside, assert_above, desk, item, row, says, site, top  # noqa: F401

pytestmark = pytest.mark.browser


def test_rows_keep_still_under_the_pointer_until_it_leaves(desk, says):
    page = desk()
    name = says(0)
    row(page, name).hover()
    before = top(page, name)
    newer = says(1)
    fresh = page.get_by_role("button", name="1 new")
    expect(fresh).to_be_visible()
    assert top(page, name) == before
    expect(row(page, newer)).to_be_hidden()
    aside(page)
    expect(row(page, newer)).to_be_visible()
    expect(fresh).to_be_hidden()
    assert_above(page, newer, name)


def test_what_is_new_is_shown_by_a_press_of_the_button(desk, says):
    page = desk()
    row(page, says(0)).hover()
    newer = says(2)
    page.get_by_role("button", name=re.compile("[12] new")).click()
    expect(row(page, newer)).to_be_visible()


def test_rows_keep_still_while_the_focus_is_among_them(desk, says):
    page = desk()
    says(0)
    name = says(1)
    aside(page)
    row(page, name).focus()
    newer = says(3)
    expect(page.get_by_role("button", name=re.compile("[12] new"))).to_be_visible()
    expect(row(page, newer)).to_be_hidden()
    page.get_by_role("link", name="Mine").focus()
    expect(row(page, newer)).to_be_visible()


def test_a_row_that_leaves_the_list_does_not_pull_others_up(desk, says):
    page, other = desk("/?tab=queue"), desk("/?tab=queue", "wang")
    for number in (4, 5):
        says(number)
        page.wait_for_timeout(1100)  # the platform counts whole seconds
    row(page, "Customer 4").hover()
    before = top(page, "Customer 4")
    row(other, "Customer 5").click()
    other.get_by_role("button", name="Accept").click()
    expect(row(page, "Customer 5")).to_be_hidden()
    assert top(page, "Customer 4") == before
    aside(page)
    page.wait_for_timeout(200)
    assert top(page, "Customer 4") < before


def test_an_opened_row_does_not_hold_back_what_is_new(desk, says):
    page = desk()
    row(page, says(0)).click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
    expect(row(page, says(6))).to_be_visible()


def test_the_rest_of_the_lists_is_in_a_menu(desk, says):
    page = desk()
    says(0)
    page.get_by_label("More lists").click()
    page.get_by_role("link", name="Ended").click()
    expect(page).to_have_url(re.compile(r"tab=ended"))
    expect(page.get_by_role("heading", name="Ended", exact=True)).to_be_visible()
    page.locator("#tab-more").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Native-held")).to_be_hidden()
    expect(page.locator("#tab-more")).to_be_focused()


def test_filters_combine_live_in_the_address_and_go_one_by_one(desk, says):
    page = desk()
    name = says(7)
    expect(row(page, name)).to_be_visible()
    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog", name="Filter sessions")
    dialog.get_by_label("Nobody").check()
    dialog.get_by_label("Unread").check()
    dialog.get_by_role("button", name="Filter").click()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?tab=all&agent=none&unread=1$"))
    expect(row(page, name)).to_be_visible()
    row(page, name).click()
    page.get_by_role("button", name="Accept").click()
    expect(row(page, name)).to_be_hidden()
    page.get_by_role("link", name="Remove the filter Nobody").click()
    expect(page).to_have_url(re.compile(r"\?tab=all&unread=1$"))
    page.reload()
    expect(page.get_by_role("link", name="Remove the filter Unread")).to_be_visible()
    page.get_by_role("link", name="Clear").click()
    expect(row(page, name)).to_be_visible()


def test_a_pushed_row_respects_the_filters(desk, says):
    page = desk("/?tab=all&agent=none")
    name = says(8)
    expect(row(page, name)).to_be_visible()
    other = desk("/?tab=queue", "wang")
    row(other, name).click()
    other.get_by_role("button", name="Accept").click()
    expect(row(page, name)).to_be_hidden()


def test_an_order_is_chosen_and_kept(desk, says):
    page = desk("/?tab=all")
    says(9)
    page.wait_for_timeout(1100)
    says(10)
    expect(row(page, "Customer 10")).to_be_visible()
    page.get_by_label("Order: Newest first").click()
    page.get_by_role("button", name="Waiting longest").click()
    expect(page.get_by_label("Order: Waiting longest")).to_be_visible()
    assert_above(page, "Customer 9", "Customer 10")
    page.goto("/?tab=all")
    expect(page.get_by_label("Order: Waiting longest")).to_be_visible()
    late = says(11)
    expect(row(page, late)).to_be_visible()
    assert_above(page, "Customer 10", late)


def test_without_scripts_lists_filters_and_orders_work(desk, says):
    page = desk("/?tab=queue", java_script_enabled=False)
    says(0)
    page.get_by_label(re.compile("^Order")).click()
    page.get_by_role("button", name="Next deadline").click()
    expect(page.get_by_label("Order: Next deadline")).to_be_visible()
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Waiting on us").check()
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(r"tab=queue&state=waiting"))


def test_row_and_thread_count_down_to_the_end_of_a_free_message(desk, says):
    page = desk()
    name = says(7)
    row(page, name).click()
    page.get_by_role("button", name="Transfer", exact=True).click()
    page.get_by_role("radio", name="WeCom pool").check()
    page.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    expect(page.get_by_role("status", name="Queue notice")).to_have_text("in 47 h")
    expect(item(page, name)).to_contain_text("One free text can be sent in 47 h")
    page.get_by_role("textbox", name="Reply").fill("You are third in the queue")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status", name="Queue notice")).to_have_count(0)
    expect(item(page, name)).not_to_contain_text("One free text")


def test_a_long_list_of_tags_is_sifted_in_the_filters(desk, site):
    site.manage("shell", "-c", "from sessions.models import Tag; "
                "[Tag.objects.create(name=f'Tag {n:02}') for n in range(60)]")  # fmt: skip
    page = desk("/?tab=all")
    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog", name="Filter sessions")
    expect(dialog.get_by_role("searchbox")).to_have_count(1)  # two agents and one account need none
    dialog.get_by_role("searchbox", name="Find a tag").fill("tag 41")
    expect(dialog.get_by_role("checkbox", name="Tag 40")).to_be_hidden()
    dialog.get_by_role("searchbox", name="Find a tag").press("Enter")
    expect(dialog.get_by_role("checkbox", name="Tag 41")).to_be_checked()
    dialog.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("link", name="Remove the filter Tag 41")).to_be_visible()
