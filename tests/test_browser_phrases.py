"""Phrases in a real browser: found and inserted by keyboard and mouse, with an input method, sent."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.pictures import picture
from tests.signing_in import signed_in
from tests.site import SHOP, Site, installed

pytestmark = pytest.mark.browser
CUSTOMERS = 9
PHRASES = """title,text
退款进度,"{customer} 您好,订单 {订单号} 的退款三天内到账"
问候,"您好 {customer},我是 {agent}"
Opening hours,We are here from 9 to 21
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with installed(tmp_path_factory.mktemp("site")) as site:
        site.connect(CUSTOMERS)
        lin = site.agent("lin", "lead")
        lin.post("/phrases/import/", place="mine", lines=PHRASES)
        yield site


@pytest.fixture
def desk(new_page, site: Site):
    """Sign in, with the session of one customer open."""

    def open_session(number: int, **options) -> Page:
        with off_the_loop():
            site.simulator.say(SHOP, f"wm{number}", "text", content="Hello")
        page = signed_in(new_page(base_url=site.urls["web1"], **options), site, "lin", "/?tab=all")
        expect(page.locator("html[data-line=up]")).to_be_attached()
        page.get_by_role("link", name=f"Customer {number}", exact=True).click()
        expect(page.get_by_role("heading", name=f"Customer {number}").first).to_be_visible()
        return page

    return open_session


def reply(page: Page):
    return page.get_by_role("textbox", name="Reply")


def thread(page: Page):
    return page.get_by_role("log", name="Conversation")


def options(page: Page):
    return page.get_by_role("listbox", name="Phrases").get_by_role("option")


def search(page: Page):
    return page.get_by_role("combobox", name="Search phrases")


def test_a_slash_and_initials_insert_a_phrase_filled_in(desk):
    page = desk(0)
    reply(page).press_sequentially("Hi ")
    reply(page).press_sequentially("/")
    expect(options(page)).to_have_count(3)
    reply(page).press_sequentially("wh")
    expect(options(page)).to_have_count(1)
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    active = options(page).first.get_attribute("id")
    expect(reply(page)).to_have_attribute("aria-activedescendant", active)
    page.keyboard.press("Enter")
    expect(reply(page)).to_have_value("Hi 您好 Customer 0,我是 lin")
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(thread(page)).to_contain_text("Hi 您好 Customer 0,我是 lin")


def test_enter_right_after_the_letters_waits_for_the_answer(desk):
    page = desk(1)
    reply(page).press_sequentially("/wh")
    page.keyboard.press("Enter")
    expect(reply(page)).to_have_value("您好 Customer 1,我是 lin")


def test_what_is_left_to_fill_in_is_marked_and_listed(desk):
    page = desk(1)
    reply(page).fill("")
    reply(page).press_sequentially("/tkjd")
    page.keyboard.press("Tab")
    left = page.get_by_role("status").filter(has_text="Still to fill in")
    expect(left).to_contain_text("{订单号}")
    page.keyboard.type("A-17")
    expect(reply(page)).to_have_value("Customer 1 您好,订单 A-17 的退款三天内到账")
    expect(left).to_be_hidden()


def test_escape_closes_and_the_same_slash_stays_a_slash(desk):
    page = desk(2)
    reply(page).press_sequentially("/o")
    expect(options(page)).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(reply(page)).to_be_focused()
    reply(page).press_sequentially("p")
    page.wait_for_timeout(300)
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(thread(page)).to_contain_text("/op")


def test_a_slash_within_a_text_is_a_slash(desk):
    page = desk(3)
    for text in ("24/7", "1 / 2", "https://example.com"):
        reply(page).fill("")
        reply(page).press_sequentially(text)
        page.wait_for_timeout(250)
        expect(options(page)).to_have_count(0)
    reply(page).fill("")
    reply(page).press_sequentially("see /nowhere")
    expect(page.locator("#phrases")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(thread(page)).to_contain_text("see /nowhere")


def test_arrows_move_and_go_round(desk):
    page = desk(4)
    reply(page).press_sequentially("/")
    expect(options(page).nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options(page).nth(2)).to_have_attribute("aria-selected", "true")


def test_an_input_method_keeps_its_keys(desk):
    page = desk(4)
    reply(page).fill("")
    reply(page).press_sequentially("、wh")  # what the key gives while Chinese is typed
    expect(options(page)).to_have_count(1)
    for key in ("Enter", "ArrowDown", "Escape", "Tab"):
        reply(page).dispatch_event("keydown", {"key": key, "isComposing": True})
        reply(page).dispatch_event("keydown", {"key": key, "keyCode": 229})
    expect(reply(page)).to_have_value("、wh")
    expect(options(page)).to_have_count(1)


def test_the_button_opens_a_search_and_the_mouse_chooses(desk):
    page = desk(5)
    reply(page).fill("Good day. ")
    page.get_by_role("button", name="Insert phrase").click()
    expect(search(page)).to_be_focused()
    expect(search(page)).to_have_attribute("aria-expanded", "true")
    search(page).fill("hours")
    expect(options(page)).to_have_count(1)
    options(page).first.click()
    expect(reply(page)).to_have_value("Good day. We are here from 9 to 21")
    expect(reply(page)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(reply(page)).to_have_value("Good day. ")


def test_the_list_by_its_shortcut_and_away_again(desk):
    page = desk(5)
    reply(page).press("Control+/")
    expect(search(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(search(page)).to_be_hidden()
    expect(reply(page)).to_be_focused()


def test_a_phrases_file_waits_in_the_tray_and_is_sent(desk):
    page = desk(6)
    other = page.context.new_page()
    other.goto("/phrases/new/")
    other.get_by_label("Title").fill("Sizes")
    other.get_by_label("File").set_input_files(
        {"name": "sizes.png", "mimeType": "image/png", "buffer": picture()}
    )
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    reply(page).press_sequentially("/sizes")
    page.keyboard.press("Enter")
    expect(reply(page)).to_have_value("")
    expect(page.locator("#phrase-tray")).to_contain_text("sizes.png")
    page.get_by_role("button", name="Send").click()
    expect(thread(page).get_by_role("img", name="Image sent to the customer")).to_be_visible()
    expect(page.locator("#phrase-tray")).to_be_hidden()


def test_a_file_in_the_tray_can_be_left_out_and_stays_with_its_session(desk):
    page = desk(7)
    reply(page).press_sequentially("/sizes")
    page.keyboard.press("Enter")
    expect(page.locator("#phrase-tray")).to_be_visible()
    page.get_by_role("link", name="Customer 6", exact=True).click()
    expect(page.get_by_role("heading", name="Customer 6").first).to_be_visible()
    expect(page.locator("#phrase-tray")).to_be_hidden()
    page.get_by_role("link", name="Customer 7", exact=True).click()
    expect(page.locator("#phrase-tray")).to_be_visible()
    page.get_by_role("button", name="Leave the phrase's file out").click()
    expect(page.locator("#phrase-tray")).to_be_hidden()


def test_a_refused_reply_brings_its_phrase_back(desk):
    page = desk(8)
    reply(page).press_sequentially("/sizes")
    page.keyboard.press("Enter")
    expect(page.locator("#phrase-tray")).to_be_visible()
    page.route("**/reply/", lambda route: route.fulfill(status=422, body=""), times=1)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#phrase-tray")).to_be_visible()
    expect(page.locator("#phrase-media")).not_to_have_value("")


def test_the_page_finds_while_one_types_and_deletes_after_asking(new_page, site):
    page = signed_in(new_page(base_url=site.urls["web1"]), site, "lin", "/phrases/")
    page.get_by_role("link", name="New phrase").click()
    page.get_by_label("Title").fill("Short-lived")
    page.get_by_role("textbox", name="Text").fill("Bye ")
    page.get_by_role("button", name="Insert The customer's name").click()
    expect(page.locator("#preview")).to_contain_text("Bye Wang Fang")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("searchbox").fill("short")
    expect(page.get_by_role("heading", name="Opening hours")).to_be_hidden()
    expect(page).to_have_url(re.compile("q=short"))
    page.get_by_role("link", name="Delete “Short-lived”").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete phrase").click()
    expect(page.get_by_role("status").filter(has_text="is deleted")).to_be_visible()


def test_without_scripts_phrases_are_copied_from_their_page(new_page, site):
    page = new_page(base_url=site.urls["web1"], java_script_enabled=False)
    signed_in(page, site, "lin", "/?tab=all")
    page.get_by_role("link", name="Customer 0", exact=True).click()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Insert phrase").click()
    expect(opened.value.get_by_text("您好 Customer 0,我是 lin")).to_be_visible()
