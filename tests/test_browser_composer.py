"""The composer in a real browser: notes, undo, drafts, counters, files, questions with buttons."""

import re

import pytest
from playwright.sync_api import Page, expect

from messaging import cutting
from tests.browser import off_the_loop
from tests.composing import note, opened, reply, thread
from tests.pictures import picture
from tests.site import SHOP, wait_until

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser


def hold(page: Page, seconds: str) -> None:
    page.locator("summary.rail__item").click()
    page.get_by_role("radio", name=seconds, exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("html[data-line=up]")).to_be_attached()


def test_a_note_is_written_beside_the_replies_and_seen_by_the_team_alone(desk, says, site):
    page, wang = desk(), desk("wang")
    name = says(0, "Where is it?")
    opened(wang, name)
    opened(page, name)
    expect(note(page)).to_be_hidden()
    page.get_by_text("Note", exact=True).click()
    expect(note(page)).to_be_focused()
    expect(reply(page)).to_be_hidden()
    expect(page.locator("#note-form").get_by_text("Only your team sees this")).to_be_visible()
    page.keyboard.type("@wa")
    expect(page.get_by_role("option", name="wang")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(note(page)).to_have_value("@wang ")
    page.keyboard.type("please check the stock")
    note(page).press("Enter")
    expect(thread(wang).locator(".message--note")).to_contain_text("please check the stock")
    expect(thread(wang).locator(".message__mention")).to_have_text("@wang")
    expect(note(page)).to_have_value("")
    expect(page.get_by_role("status", name="Messages left")).to_have_text("5 of 5")
    with off_the_loop():
        assert len(site.simulator.transcript(SHOP, "wm0")) == 1


def test_n_and_r_choose_what_is_written(desk, says):
    page = opened(desk(), says(1, "Hello"))
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(note(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(reply(page)).to_be_focused()


def test_an_answer_is_taken_back_while_its_bar_runs(desk, says, site):
    page = desk("wang")
    hold(page, "10 s")
    opened(page, says(2, "How much?"))
    reply(page).fill("Ten thousand")
    reply(page).press("Enter")
    expect(thread(page).get_by_role("button", name="Undo")).to_be_visible()
    reply(page).press("Control+z")
    expect(reply(page)).to_have_value("Ten thousand")
    expect(thread(page).get_by_text("Ten thousand")).to_have_count(0)
    expect(page.get_by_role("status", name="Messages left")).to_have_text("5 of 5")
    hold(page, "3 s")
    opened(page, "Customer 2")
    expect(reply(page)).to_have_value("Ten thousand")
    reply(page).fill("One thousand")
    reply(page).press("Enter")
    expect(thread(page).get_by_role("button", name="Undo")).to_be_visible()
    expect(thread(page).locator(".message--out[data-status=accepted]")).to_be_visible()
    with off_the_loop():
        said = [b["content"].get("content") for b in site.simulator.transcript(SHOP, "wm2")]
    assert said == ["How much?", "One thousand"]
    hold(page, "At once")


def test_a_file_that_is_taken_back_waits_in_the_tray_again(desk, says, site):
    page = desk("wang")
    hold(page, "10 s")
    opened(page, says(14, "Send me the list"))
    chosen = {"name": "list.txt", "mimeType": "text/plain", "buffer": b"one, two, three"}
    page.get_by_label("Attach file").set_input_files(chosen)
    page.get_by_role("button", name="Send", exact=True).click()
    thread(page).get_by_role("button", name="Undo").click()
    tray = page.get_by_role("list", name="Files to send")
    expect(tray.get_by_role("listitem")).to_contain_text("list.txt")
    hold(page, "At once")
    expect(tray.get_by_role("listitem")).to_have_count(0)  # the page was read anew


def test_a_question_that_is_taken_back_is_open_again_with_its_buttons(desk, says):
    page = desk("wang")
    hold(page, "10 s")
    opened(page, says(11, "Which one?"))
    page.get_by_label("Other kinds of message").click()
    page.get_by_role("link", name="Question with buttons").click()
    dialog = page.get_by_role("dialog", name="Ask with buttons")
    dialog.get_by_label("Question").fill("The red one?")
    dialog.get_by_label("First button").fill("Red")
    dialog.get_by_role("button", name="Send").click()
    undo = thread(page).get_by_role("button", name="Undo")
    expect(dialog).to_have_count(0)  # while it is open nobody can write beside it
    expect(undo).to_be_visible()
    reply(page).fill("Something else")
    undo.click()
    expect(dialog.get_by_label("Question")).to_have_value("The red one?")
    expect(dialog.get_by_label("First button")).to_have_value("Red")
    dialog.get_by_role("button", name="Send").click()
    expect(thread(page).get_by_text("The red one?")).to_have_count(1)
    expect(reply(page)).to_have_value("Something else")
    hold(page, "At once")


def test_an_answer_that_is_slow_to_be_taken_stands_in_the_thread(desk, says):
    page = opened(desk(), says(13, "Hello"))
    held = []
    page.route("**/reply/", lambda route: held.append(route))
    reply(page).fill("On a slow line")
    reply(page).press("Enter")
    expect(page.locator("#log .pending")).to_have_text("On a slow line")
    expect(reply(page)).to_have_value("")
    held[0].continue_()
    expect(page.locator("#log .pending")).to_have_count(0)
    expect(thread(page).get_by_text("On a slow line")).to_have_count(1)


def test_a_double_click_sends_once_and_complains_of_nothing(desk, says):
    page = opened(desk(), says(15, "Hello"))
    reply(page).fill("Twice pressed")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(thread(page).locator(".message--out[data-status=accepted]")).to_be_visible()
    expect(page.locator("#composer-error")).to_be_empty()
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#composer-error")).to_have_text("Write something, or attach a file.")


def test_a_draft_is_there_in_another_browser(desk, says):
    page = opened(desk(), says(3, "Hello"))
    with page.expect_response(lambda answer: "/draft/" in answer.url):
        reply(page).fill("half a thou")
    other = opened(desk(), "Customer 3")
    expect(reply(other)).to_have_value("half a thou")
    reply(other).press("Enter")
    expect(thread(other)).to_contain_text("half a thou")
    again = opened(desk(), "Customer 3")
    expect(reply(again)).to_have_value("")


def test_what_is_written_and_sent_in_one_go_leaves_no_draft(desk, says):
    page = opened(desk(), says(3, "Still there?"))
    drafts = []
    page.on(
        "request", lambda request: drafts.append(request.url) if "/draft/" in request.url else 0
    )
    reply(page).fill("In one go")
    reply(page).press("Enter")
    expect(thread(page).locator(".message--out[data-status=accepted]").last).to_be_visible()
    expect(thread(page)).to_contain_text("In one go")
    page.wait_for_timeout(1_000)  # longer than a pause of somebody who writes
    assert drafts == []
    expect(reply(opened(desk(), "Customer 3"))).to_have_value("")


def test_a_long_text_shows_where_it_is_cut_and_is_split_when_told(desk, says, site):
    page = opened(desk(), says(4, "Tell me all"))
    reply(page).fill("好" * 500 + "。" + "长" * 250)
    expect(page.locator("#bytes")).to_have_text("2253 / 2048")
    expect(page.locator("#cut")).to_contain_text("…长长长长长长长长")
    expect(page.locator("#cost")).to_have_text(" · uses 2 of 5")
    page.get_by_role("button", name="Split into 2 messages").click()
    expect(page.get_by_role("status", name="Messages left")).to_have_text("3 of 5")
    expect(reply(page)).to_have_value("")
    with off_the_loop():
        wait_until(lambda: len(site.simulator.transcript(SHOP, "wm4")) == 3)


def test_what_the_page_shows_is_what_is_cut(desk, says):
    page = opened(desk(), says(5, "Hello"))
    for text in ("好" * 660 + "。" + "长[微笑]" * 60, "x" * 2045 + "👨‍👩‍👧x", "ab " * 900):
        reply(page).fill(text)
        shown = page.locator("#cut bdi").first.text_content().removeprefix("…")
        assert cutting.parts(text.strip())[0].endswith(shown)


def test_news_while_typing_asks_once(desk, says):
    page = opened(desk(), says(6, "Is it red?"))
    reply(page).press_sequentially("It is r")
    says(6, "Never mind, found it")
    expect(thread(page)).to_contain_text("Never mind")
    reply(page).press_sequentially("ed")
    reply(page).press("Enter")
    expect(page.locator("#composer-error")).to_contain_text("wrote while you typed")
    expect(reply(page)).to_have_value("It is red")
    reply(page).press("Enter")
    expect(thread(page).get_by_text("It is red", exact=True)).to_be_visible()


def test_files_wait_in_the_tray_and_go_together(desk, says, site):
    page = opened(desk(), says(9, "Show me"))
    page.get_by_label("Attach file").set_input_files(
        [
            {"name": "photo.png", "mimeType": "image/png", "buffer": picture(kind="PNG")},
            {"name": "list.txt", "mimeType": "text/plain", "buffer": b"one, two, three"},
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b"x"},
        ]
    )
    tray = page.get_by_role("list", name="Files to send")
    expect(tray.get_by_role("listitem")).to_have_count(3)
    expect(tray).to_contain_text("empty or nearly so")
    tray.get_by_role("listitem").filter(has_text="empty.txt").get_by_role("button").click()
    expect(page.locator("#cost")).to_have_text(" · uses 2 of 5")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(tray.get_by_role("listitem")).to_have_count(0)
    expect(thread(page).get_by_text("list.txt")).to_be_visible()
    with off_the_loop():
        wait_until(lambda: len(site.simulator.transcript(SHOP, "wm9")) == 3)
    assert re.search(r"[345] of 5", page.get_by_role("status", name="Messages left").inner_text())


def test_a_question_with_buttons_takes_what_is_written(desk, says, site):
    page = opened(desk(), says(10, "Is it here?"))
    reply(page).fill("Shall we ring you?")
    page.get_by_label("Other kinds of message").click()
    page.get_by_role("link", name="Question with buttons").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Question")).to_have_value("Shall we ring you?")
    dialog.get_by_label("First button").fill("")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("This field is required.")).to_be_visible()
    dialog.get_by_label("First button").fill("Yes, please")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(thread(page)).to_contain_text("Yes, please")
    expect(reply(page)).to_have_value("")
