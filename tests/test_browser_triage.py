"""Sorting in a real browser: tags, priority, pins, snooze, saved views, and many at once."""

# ruff: noqa: F811 (fixtures are imported)
import re

import pytest
from playwright.sync_api import expect

from tests.browser import off_the_loop
from tests.lists_site import aside, assert_above, desk, item, row, rows, says, site  # noqa: F401
from tests.site import wait_until

pytestmark = pytest.mark.browser
MANY_TAGS = """from sessions.models import Tag
Tag.objects.bulk_create(Tag(name=f"Tag number {n}") for n in range(60))"""


def test_a_row_is_sorted_without_being_opened(desk, says):
    page = desk("/?tab=all")
    name = says(0)
    row(page, name).hover()
    page.get_by_role("link", name=f"More about {name}").click()
    page.get_by_role("link", name="Priority…").click()
    page.get_by_role("button", name="Urgent").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(item(page, name)).to_contain_text("Urgent")
    assert "/sessions/" not in page.url


def test_a_tag_that_a_lead_makes_is_there_for_all(desk, says):
    lead, page = desk("/?tab=all", "wang"), desk("/?tab=all")
    name = says(1)
    row(lead, name).click()
    lead.get_by_label("More actions").click()
    lead.get_by_role("link", name="Tags…").click()
    lead.get_by_role("dialog").get_by_label("New tag").fill("refund")
    lead.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(lead.get_by_role("log", name="Conversation")).to_contain_text(
        "wang added the tag refund"
    )
    expect(item(page, name)).to_contain_text("refund")


def test_of_many_tags_one_is_found_by_its_name(desk, says, site):
    with off_the_loop():
        site.manage("shell", "--no-imports", "-c", MANY_TAGS)
    page = desk("/?tab=all")
    name = says(9)
    row(page, name).click()
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Tags…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox", name="Find a tag").fill("number 59")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    dialog.get_by_role("searchbox").fill("nowhere")
    expect(dialog.get_by_text("No tag of that name.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Save")).to_be_in_viewport()
    dialog.get_by_role("button", name="Save").click()
    expect(item(page, name)).to_contain_text("Tag number 59")


def test_a_pinned_row_stays_on_top_and_only_for_who_pinned_it(desk, says):
    page, other = desk("/?tab=all"), desk("/?tab=all", "wang")
    name = says(2)
    row(page, name).hover()
    page.get_by_role("link", name=f"More about {name}").click()
    page.get_by_role("button", name="Pin on top").click()
    expect(item(page, name)).to_contain_text("pinned")
    page.wait_for_timeout(1100)
    newer = says(3)
    aside(page)
    expect(row(page, newer)).to_be_visible()
    expect(row(other, newer)).to_be_visible()
    assert_above(page, name, newer)
    assert_above(other, newer, name)
    page.reload()
    assert_above(page, name, newer)


def test_a_snoozed_session_comes_back_when_the_customer_writes(desk, says):
    page = desk("/?tab=queue")
    name = says(4)
    row(page, name).click()
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Snooze…").click()
    page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(row(page, name)).to_be_hidden()
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("lin snoozed the session")
    says(4, "Are you there?")
    expect(row(page, name)).to_be_visible()


def test_what_is_marked_unread_stays_so_while_it_is_open(desk, says):
    page = desk("/?tab=all")
    name = says(5)
    row(page, name).click()
    accept = page.get_by_role("button", name="Accept", exact=True)
    if accept.is_visible():
        accept.click()
    page.get_by_role("textbox", name="Reply").fill("With you")
    page.keyboard.press("Enter")
    expect(item(page, name)).not_to_contain_text("unread")
    page.get_by_label("More actions").click()
    page.get_by_role("button", name="Mark as unread").click()
    expect(item(page, name)).to_contain_text("unread")
    page.wait_for_timeout(500)
    expect(item(page, name)).to_contain_text("unread")


def test_a_view_is_saved_opened_renamed_and_deleted(desk, says):
    page = desk("/?tab=all&unread=1&priority=0")
    says(6)
    page.get_by_role("link", name="Save view", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Plain and unread")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", name="Plain and unread")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?view=\d+$"))
    page.get_by_role("link", name="Mine").click()
    page.get_by_label("More lists").click()
    page.get_by_role("link", name="Plain and unread").click()
    expect(page.get_by_role("link", name="Remove the filter Unread")).to_be_visible()
    page.get_by_label("More lists").click()
    page.get_by_role("link", name="Manage views…").click()
    page.get_by_label("Name of Plain and unread").fill("Fresh")
    page.get_by_role("button", name="Rename Plain and unread").click()
    page.get_by_role("button", name="Delete Fresh").click()
    expect(page.get_by_text("There are none yet.")).to_be_visible()


def test_several_are_selected_changed_and_undone(desk, says):
    page = desk("/?tab=all")
    names = [says(number) for number in (7, 8, 9)]
    for name in names:
        expect(row(page, name)).to_be_visible()
    aside(page)
    page.get_by_label(f"Select {names[0]}").check()
    page.get_by_label(f"Select {names[2]}").check()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("form", name="Selected sessions").get_by_role(
        "button", name="Priority…"
    ).click()
    page.get_by_role("dialog").get_by_role("button", name="High").click()
    expect(page.get_by_text("2 done")).to_be_visible()
    expect(item(page, names[0])).to_contain_text("High")
    expect(item(page, names[1])).not_to_contain_text("High")
    expect(page.get_by_text("2 selected")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 undone")).to_be_visible()
    expect(item(page, names[0])).not_to_contain_text("High")


def test_a_range_and_all_of_a_page_are_selected(desk, says):
    page = desk("/?tab=all")
    says(10)
    aside(page)
    boxes = rows(page).get_by_role("checkbox")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    says(10, "and a row that is drawn anew stays selected")
    expect(boxes.nth(0)).to_be_checked()
    page.get_by_role("button", name="None", exact=True).click()
    expect(page.get_by_text("3 selected")).to_be_hidden()
    boxes.nth(0).click()
    page.get_by_role("button", name="All on this page").click()
    expect(page.get_by_text(f"{boxes.count()} selected")).to_be_visible()


def test_fingers_have_a_button_that_shows_what_can_be_selected(desk, says):
    page = desk("/?tab=all", width=375, height=800, has_touch=True, is_mobile=True)
    name = says(6)
    expect(row(page, name)).to_be_visible()
    box = page.get_by_label(f"Select {name}")
    expect(box).to_have_css("pointer-events", "none")  # a tap on the face opens the session
    button = page.get_by_role("button", name="Select sessions")
    assert min(button.bounding_box()[side] for side in ("width", "height")) >= 44
    button.tap()
    expect(page.get_by_text("0 selected")).to_be_visible()
    assert min(box.bounding_box()[side] for side in ("width", "height")) >= 44
    item(page, name).tap()
    expect(box).to_be_checked()
    expect(page.get_by_text("1 selected")).to_be_visible()
    take = page.get_by_role("button", name="Take", exact=True)
    assert take.bounding_box()["height"] >= 44
    take.tap()
    expect(page.get_by_text("1 done")).to_be_visible()
    expect(page.locator("html[data-selecting]")).to_have_count(0)
    page.get_by_role("button", name="Select sessions").tap()
    page.get_by_role("button", name="Done").tap()
    row(page, name).tap()
    expect(page.get_by_role("heading", name=name).first).to_be_visible()


def test_several_are_ended_without_scripts_after_a_question(desk, says):
    page = desk("/?tab=all", java_script_enabled=False)
    name = says(11)
    wait_until(lambda: page.reload() and name in page.content())
    page.get_by_label(f"Select {name}").check(force=True)
    page.get_by_role("button", name="End…").click()
    page.get_by_role("button", name="End 1 session").click()
    expect(page.get_by_text("1 done")).to_be_visible()
    expect(row(page, name)).to_be_hidden()
