"""The customer's side panel in a real browser: written in place, seen by others, nothing lost."""

# ruff: noqa: F811 (fixtures are imported)
import re

import pytest
from playwright.sync_api import Page, expect

from tests.lists_site import desk, row, says, site  # noqa: F401

pytestmark = pytest.mark.browser
FIELDS = """
from sessions.models import *
CustomField.objects.create(name="Level")
CustomField.objects.create(name="Size", kind="number")
[Tag.objects.create(name=name, scope="customer") for name in ("press", "VIP", "wholesale")]
"""


@pytest.fixture(scope="module", autouse=True)
def fields(site):
    site.manage("shell", "--no-imports", "-c", FIELDS)


@pytest.fixture
def opened(desk, says):
    def open_for(number: int, username: str = "lin", **options) -> Page:
        page = desk("/?tab=all", username, **options)
        row(page, says(number)).click()
        expect(page.locator("#pane")).to_contain_text(f"Customer {number}")
        page.wait_for_load_state("networkidle")
        return page

    return open_for


def panel(page: Page):
    return page.get_by_role("complementary", name="Customer")


def edit(page: Page, name: str):
    panel(page).locator(".value__open", has_text=name).click()
    return panel(page).get_by_role("textbox", name=name)


def test_a_field_is_written_in_place_and_seen_by_others(opened):
    page, other = opened(0), opened(0, "wang")
    edit(page, "Level").fill("Gold")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("textbox", name="Level")).to_be_hidden()
    expect(panel(page).locator(".value__open", has_text="Level")).to_be_focused()
    expect(panel(other)).to_contain_text("Gold")


def test_what_a_field_cannot_hold_is_said_beside_it(opened):
    page = opened(1)
    edit(page, "Size").fill("many")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("alert").first).to_have_text(
        "Write a number, such as 12 or 12.5."
    )
    expect(panel(page).get_by_role("textbox", name="Size")).to_have_value("many")


def test_who_writes_is_not_drawn_over_and_the_later_one_is_told(opened):
    page, other = opened(2), opened(2, "wang")
    mine = edit(page, "Level")
    mine.fill("Silver")
    edit(other, "Level").fill("Gold")
    other.keyboard.press("Enter")
    expect(panel(other).locator(".value__open", has_text="Level")).to_contain_text("Gold")
    page.wait_for_timeout(500)
    expect(mine).to_have_value("Silver")
    mine.press("Enter")
    expect(panel(page)).to_contain_text("wang has changed this to “Gold” meanwhile")
    expect(panel(page).get_by_role("textbox", name="Level")).to_have_value("Silver")
    panel(page).locator(".value", has_text="Level").get_by_role("button", name="Save").click()
    expect(panel(other).locator(".value__open", has_text="Level")).to_contain_text("Silver")


def test_tags_are_found_by_typing_put_on_and_taken_off(opened):
    page, other = opened(3), opened(3, "wang")
    panel(page).get_by_text("Add a tag").click()
    panel(page).get_by_role("searchbox", name="Search tags").fill("vi")
    expect(panel(page).get_by_role("button", name="press")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(panel(other).get_by_role("button", name="Remove the tag VIP")).to_be_visible()
    expect(panel(page).get_by_role("searchbox", name="Search tags")).to_be_focused()
    panel(page).get_by_role("button", name="Remove the tag VIP").click()
    expect(panel(other).get_by_role("button", name="Remove the tag VIP")).to_be_hidden()
    expect(panel(page).locator("[id^=add-tag]")).to_be_focused()


def test_enter_in_a_new_tag_takes_none_off(opened):
    page = opened(3, "wang")
    panel(page).get_by_text("Add a tag").click()
    panel(page).get_by_role("button", name="wholesale").click()
    name = panel(page).get_by_role("textbox", name="New tag")
    name.fill("loyal")
    name.press("Enter")
    expect(panel(page).get_by_role("button", name="Remove the tag loyal")).to_be_visible()
    expect(panel(page).get_by_role("button", name="Remove the tag wholesale")).to_be_visible()
    expect(panel(page).get_by_role("textbox", name="New tag")).to_have_value("")


def test_notes_are_written_seen_and_changed_by_their_author(opened):
    page, other = opened(4), opened(4)
    lead = opened(4, "wang")
    panel(lead).get_by_text("Add a note", exact=True).click()
    panel(lead).get_by_role("textbox", name="Note about the customer").fill("Likes tea")
    panel(lead).locator(".remark-form").get_by_role("button", name="Save").click()
    notes = panel(other).get_by_role("list", name="Notes about the customer")
    expect(notes).to_contain_text("Likes tea")
    expect(notes.get_by_role("link", name="Edit")).to_be_hidden()
    panel(lead).get_by_role("link", name="Edit").click()
    lead.get_by_role("dialog").get_by_role("textbox", name="Note").fill("Likes coffee")
    lead.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(lead.get_by_role("dialog")).to_be_hidden()
    expect(panel(page)).to_contain_text("Likes coffee")
    panel(lead).get_by_role("link", name="Edit").click()
    lead.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(panel(page)).not_to_contain_text("Likes coffee")


def test_the_list_of_sessions_follows_what_happens(opened, says):
    page, other = opened(11), opened(11, "wang")
    sessions = panel(page).locator(".past__link")
    expect(sessions).to_have_count(1)
    other.get_by_role("button", name="End session").click()
    other.get_by_role("dialog").get_by_role("button", name="End session").click()
    expect(sessions.first).to_contain_text("ended by agent")
    says(11, "One more question")
    expect(sessions).to_have_count(2)
    expect(sessions.nth(1)).to_have_attribute("aria-current", "true")
    sessions.first.click()
    expect(sessions.first).to_have_attribute("aria-current", "true")


def test_one_looks_into_a_past_session_without_leaving_the_open_one(opened, says):
    page = opened(11)
    address = page.url
    look = panel(page).get_by_label(re.compile("^Look into the session of"))
    expect(look).to_have_count(2)
    expect(look.first).to_be_hidden()  # it is open
    look.nth(1).press("Enter")
    said = panel(page).get_by_role("list", name=re.compile("^Messages of session"))
    expect(said).to_contain_text("Customer 11")
    expect(said).to_contain_text("wang ended the session")
    says(11, "And one more")
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("And one more")
    expect(said).not_to_contain_text("And one more")
    assert page.url == address
    look.nth(1).press("Enter")
    expect(said).to_be_hidden()


def test_folds_stay_as_they_were_left(opened, says):
    page = opened(5)
    panel(page).get_by_role("heading", name="Window").click()
    expect(panel(page).get_by_text("Last wrote")).to_be_hidden()
    row(page, says(6)).click()
    expect(panel(page)).to_contain_text("Customer 6")
    expect(panel(page).get_by_text("Last wrote")).to_be_hidden()
    page.reload()
    expect(panel(page).get_by_text("Last wrote")).to_be_hidden()
    expect(panel(page).get_by_text("Known since")).to_be_visible()


def test_a_blocked_customer_opens_nothing_until_it_is_lifted(opened, says):
    page, other = opened(7), opened(7, "wang")
    panel(page).get_by_role("link", name="Block…").click()
    page.get_by_role("textbox", name="Why?").fill("spam")
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(panel(other)).to_contain_text("spam")
    expect(panel(page).get_by_role("link", name="Block…")).to_be_hidden()
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("lin blocked the customer")
    says(7, "Buy more!")
    expect(other.get_by_role("log", name="Conversation")).to_contain_text("Buy more!")
    expect(row(other, "Customer 7")).to_be_hidden()
    panel(other).get_by_role("button", name="Unblock").click()
    expect(row(page, "Customer 7")).to_be_visible()
    expect(panel(page).get_by_role("link", name="Block…")).to_be_visible()


def test_a_transcript_is_taken_out(opened):
    page = opened(8)
    panel(page).get_by_role("link", name="Export…").click()
    for name, ending in (("Text", ".txt"), ("PDF", ".pdf"), ("HTML", ".html")):
        with page.expect_download() as download:
            page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(ending)
    with page.context.expect_page() as shown:
        page.get_by_role("dialog").get_by_role("button", name="Print").click()
    expect(shown.value.get_by_role("heading", level=1)).to_contain_text("Customer 8")
    assert shown.value.locator(".line").first.evaluate("e => getComputedStyle(e).borderInlineStartWidth") == "3px"  # fmt: skip


def test_a_refusal_is_said_on_the_page_of_an_older_session_too(opened, says):
    page, other = opened(8), opened(8, "wang")
    other.get_by_role("button", name="End session").click()
    other.get_by_role("dialog").get_by_role("button", name="End session").click()
    expect(page.locator("#writing")).to_contain_text("The session has ended.")
    says(8, "One more question")
    expect(page.get_by_role("link", name="Open the new session")).to_be_visible()
    for one in (page, other):
        panel(one).get_by_role("link", name="Block…").click()
        one.get_by_role("textbox", name="Why?").fill("spam")
    for one in (other, page):
        one.get_by_role("button", name="Block", exact=True).click()
        expect(one.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#notice")).to_have_text("The customer is blocked already.")


def test_all_of_it_works_without_scripts(desk, says, site):
    name = says(9)
    page = desk("/?tab=all", java_script_enabled=False, width=1400)
    page.reload()
    row(page, name).click()
    edit(page, "Level").fill("Gold")
    page.keyboard.press("Enter")
    expect(panel(page).locator(".value__open", has_text="Level")).to_contain_text("Gold")
    panel(page).get_by_text("Add a tag").click()
    panel(page).get_by_role("button", name="press").click()
    expect(panel(page).get_by_role("button", name="Remove the tag press")).to_be_visible()
    panel(page).get_by_text("Add a note", exact=True).click()
    panel(page).get_by_role("textbox", name="Note about the customer").fill("Likes tea")
    panel(page).locator(".remark-form").get_by_role("button", name="Save").click()
    panel(page).get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Delete").click()
    expect(panel(page)).not_to_contain_text("Likes tea")


def test_on_a_phone_the_panel_has_the_same(opened):
    page = opened(10, width=375, height=700)
    page.get_by_role("link", name="Customer", exact=True).click()
    expect(panel(page)).to_be_visible()
    edit(page, "Level").fill("Gold")
    page.keyboard.press("Enter")
    expect(panel(page).locator(".value__open", has_text="Level")).to_contain_text("Gold")
    panel(page).get_by_role("link", name="Close").click()
    expect(panel(page)).to_be_hidden()
