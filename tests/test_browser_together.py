"""Two agents, two browsers, one customer: each sees the other, and one of them answers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.composing import opened, reply, thread
from tests.pictures import picture
from tests.site import SHOP

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser
ONLY_ASSIGNEES = """
from messaging.models import Account
from sessions.models import AccountRules
AccountRules.objects.create(account=Account.objects.get(), only_assignee_replies=True)
"""
MANY_COLLEAGUES = """
from sessions.models import Agent
for name in ("ada", "bo", "chen", "dora", "eva", "fu", "gu", "han"):
    Agent.objects.create_user(name)
"""


@pytest.fixture
def both(desk, says):
    """Lin and Wang, who have the same session open."""

    def meet(number: int) -> tuple[Page, Page, str]:
        lin, wang = desk("lin"), desk("wang")
        name = says(number, "Where is it?")
        return opened(lin, name), opened(wang, name), name

    return meet


def row(page: Page, name: str):
    rows = page.get_by_role("list", name="Sessions").get_by_role("listitem")
    return rows.filter(has=page.get_by_role("link", name=name, exact=True))


def take_over(page: Page):
    return page.get_by_role("button", name=re.compile("is answering – take over"))


def sends(page: Page):
    return page.get_by_role("button", name="Send", exact=True)


def types(page: Page, words: str) -> None:
    reply(page).press_sequentially(words)


def test_each_sees_the_other_until_they_leave(both):
    lin, wang, name = both(0)
    for page, other in ((lin, "wang"), (wang, "lin")):
        expect(page.locator(".header").get_by_text(f"{other} is also here")).to_be_visible()
        expect(row(page, name).locator(".together")).to_have_attribute(
            "title", f"{other} is also here"
        )
    wang.context.close()
    expect(lin.get_by_text("is also here")).to_have_count(0)


def test_who_opens_another_session_is_seen_there_and_not_here(both, says):
    lin, wang, name = both(1)
    other = says(2, "Hello")
    expect(row(lin, name).locator(".together")).to_have_text(re.compile("wang is also here"))
    opened(wang, other)
    expect(row(lin, other).locator(".together")).to_have_text(re.compile("wang is also here"))
    expect(lin.locator(".header").get_by_text("is also here")).to_have_count(0)


def test_typing_is_seen_and_ends(both):
    lin, wang, _ = both(3)
    types(lin, "It")
    expect(wang.get_by_text("lin is typing a reply…")).to_be_visible()
    lin.get_by_text("Note", exact=True).click()
    lin.get_by_role("textbox", name="Note").press_sequentially("She is cross")
    expect(wang.get_by_text("lin is typing a note…")).to_be_visible()
    lin.get_by_role("button", name="Add note").click()
    expect(wang.get_by_text("is typing")).to_have_count(0)


def test_the_second_is_asked_takes_over_and_nobody_loses_a_word(both):
    lin, wang, _ = both(4)
    types(lin, "It left yesterday")
    expect(take_over(wang)).to_be_visible()
    types(wang, "It left today")
    reply(wang).press("Enter")
    expect(wang.get_by_text("lin is answering. Take over, then send.")).to_be_visible()
    expect(sends(wang)).to_be_hidden()
    take_over(wang).click()
    expect(lin.get_by_text("wang has taken over. Your text is kept.").first).to_be_visible()
    expect(take_over(lin)).to_have_text(re.compile("wang is answering"))
    expect(reply(lin)).to_have_value("It left yesterday")
    reply(wang).press("Enter")
    expect(thread(lin)).to_contain_text("It left today")
    expect(sends(lin)).to_be_visible()
    reply(lin).press("Enter")
    expect(lin.locator("#composer-error")).to_contain_text("wang answered while you typed")
    expect(reply(lin)).to_have_value("It left yesterday")
    reply(lin).press("Enter")
    expect(thread(wang)).to_contain_text("It left yesterday")


def test_a_link_that_came_too_late_is_asked_about_and_keeps_its_picture(desk, says):
    page = opened(desk(), says(11, "Where is it?"))
    page.get_by_label("Other kinds of message").click()
    page.get_by_role("link", name="Link", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address").fill("https://example.com/")
    dialog.get_by_label("Title").fill("Your parcel")
    thumb = {"name": "thumb.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    dialog.get_by_label("Picture").set_input_files(thumb)
    says(11, "It has come, thank you!")
    expect(thread(page)).to_contain_text("It has come")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The customer wrote while you typed")
    expect(dialog.get_by_role("alert")).to_contain_text("It has come, thank you!")
    expect(dialog.get_by_label("Title")).to_have_value("Your parcel")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(thread(page)).to_contain_text("Your parcel")


def test_a_retry_waits_for_its_turn_or_takes_it(both, site):
    lin, wang, _ = both(12)
    with off_the_loop():
        site.simulator.fault("errcode", api="kf/send_msg", errcode=40201)
    reply(lin).fill("It left")
    reply(lin).press("Enter")
    expect(thread(lin).get_by_role("button", name="Retry")).to_be_visible()
    types(wang, "It left")
    expect(take_over(lin)).to_be_visible()
    thread(lin).get_by_role("button", name="Retry").click()
    notice = lin.get_by_role("alert").filter(has_text="wang is answering. Your text is kept.")
    notice.get_by_role("button").click()
    expect(thread(lin).locator(".message--out[data-status=accepted]")).to_be_visible()
    expect(notice).to_have_count(0)


def test_who_closes_the_tab_blocks_nobody(both):
    lin, wang, _ = both(5)
    types(lin, "It left")
    types(wang, "Gladly")
    expect(take_over(wang)).to_be_visible()
    lin.context.close()
    expect(sends(wang)).to_be_visible()
    reply(wang).press("Enter")
    expect(thread(wang)).to_contain_text("Gladly")


def test_a_transfer_takes_a_note_along_that_the_receiver_finds(both, says, site):
    lin, wang, name = both(6)
    wang.goto("/?tab=mentioned")
    expect(wang.locator("html[data-line=up]")).to_be_attached()
    lin.get_by_role("button", name="Transfer").click()
    dialog = lin.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("wang.*Online"))).to_be_enabled()
    dialog.get_by_label("Hand-over note").fill("She wants a refund")
    dialog.get_by_role("button", name="Transfer").click()  # nobody is chosen yet
    expect(dialog).to_be_visible()
    dialog.get_by_text("wang").click()
    dialog.get_by_role("button", name="Transfer").click()
    expect(dialog).to_be_hidden()
    expect(row(wang, name)).to_be_visible()
    opened(wang, name)
    note = thread(wang).locator(".message--note")
    expect(note).to_contain_text("She wants a refund")
    expect(note).to_contain_text("Hand-over note for wang")
    wang.goto("/?tab=mentioned")  # they have looked
    expect(wang.get_by_role("heading", name="Nobody has mentioned you")).to_be_visible()
    with off_the_loop():
        said = [b["content"]["content"] for b in site.simulator.transcript(SHOP, "wm6")]
    assert "She wants a refund" not in said


def test_a_refused_transfer_stays_in_the_dialog_with_its_words(desk, says):
    lin, other = desk("lin"), desk("wang")
    name = says(7, "Hello")
    for page in (lin, other):
        opened(page, name)
    lin.get_by_role("button", name="Transfer").click()
    dialog = lin.get_by_role("dialog")
    dialog.get_by_text("wang").click()
    dialog.get_by_label("Hand-over note").fill("Be kind")
    other.get_by_role("button", name="End session").click()
    other.get_by_role("dialog").get_by_role("button", name="End session").click()
    expect(other.get_by_text("The session has ended.").first).to_be_visible()
    dialog.get_by_role("button", name="Transfer").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The session has ended.")
    expect(dialog.get_by_label("Hand-over note")).to_have_value("Be kind")
    lin.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_ones_status_is_seen_by_others(both):
    lin, wang, _ = both(9)
    wang.locator("summary.rail__item").click()
    wang.get_by_role("button", name="Away").click()
    expect(wang.get_by_role("button", name="Away")).to_have_attribute("aria-pressed", "true")
    lin.get_by_role("button", name="Transfer").click()
    expect(
        lin.get_by_role("dialog").get_by_role("radio", name=re.compile("wang.*Away"))
    ).to_be_visible()


def test_a_long_list_is_searched_and_chosen_from_by_keyboard_on_a_narrow_screen(desk, says, site):
    with off_the_loop():
        site.manage("shell", "-c", MANY_COLLEAGUES)
    lin = desk("lin", width=375, height=667)
    opened(lin, says(10, "Hello"))
    lin.locator("#thread").focus()
    lin.keyboard.press("t")
    dialog = lin.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    expect(dialog.get_by_role("button", name="Transfer")).to_be_in_viewport()
    lin.keyboard.type("DOR")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    lin.keyboard.press("Enter")
    expect(dialog.get_by_role("radio", name=re.compile("dora"))).to_be_checked()
    lin.keyboard.press("Tab")
    lin.keyboard.type("Over to you")
    lin.keyboard.press("Tab")
    lin.keyboard.press("Tab")
    lin.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(thread(lin).locator(".message--note")).to_contain_text("Hand-over note for dora")


def test_where_only_the_assignee_replies_the_others_have_ways_out(both, site):
    lin, wang, _ = both(8)
    lin.get_by_role("button", name="Accept").click()
    expect(lin.get_by_role("button", name="Accept")).to_be_hidden()
    with off_the_loop():
        site.manage("shell", "-c", ONLY_ASSIGNEES)
    wang.reload()
    expect(wang.get_by_text("Only lin may reply here.")).to_be_visible()
    expect(sends(wang)).to_be_disabled()
    wang.get_by_text("Leave a note").click()
    expect(wang.get_by_role("textbox", name="Note")).to_be_focused()
    wang.get_by_text("Reply", exact=True).click()
    wang.get_by_role("button", name="Take over").click()
    expect(sends(wang)).to_be_enabled()
    expect(lin.get_by_text("Only wang may reply here.")).to_be_visible()
    expect(sends(lin)).to_be_disabled()
