"""The desk in a real browser, over a real site and a simulated WeCom: live, by keyboard, offline."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.site import PASSWORD, SHOP, Site, embedded, wait_until

pytestmark = pytest.mark.browser
CUSTOMERS = 12
BROKEN_LINE = (r"WebSocket", r"ERR_CONNECTION", r"ws:error", r"Failed to load", r"Failed to fetch")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with embedded(tmp_path_factory.mktemp("site")) as site:
        site.connect(CUSTOMERS)
        for name in ("lin", "wang"):
            site.manage("adduser", name, "--role", "agent", "--password-stdin", said=PASSWORD)
        yield site


@pytest.fixture
def says(site: Site):
    """Customers write, each test to a customer of its own."""

    def say(number: int, text: str) -> str:
        with off_the_loop():
            site.simulator.say(SHOP, f"wm{number}", "text", content=text)
        return f"Customer {number}"

    return say


@pytest.fixture
def desk(new_page, site: Site):
    """Sign in, and be connected."""

    def sign_in(username: str = "lin", path: str = "/", **options) -> Page:
        page = new_page(base_url=site.urls["web1"], **options)
        page.goto(f"/login/?next={path}")
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("html[data-line=up]")).to_be_attached()
        return page

    return sign_in


def rows(page: Page):
    return page.get_by_role("list", name="Sessions")


def opened(page: Page, name: str) -> None:
    rows(page).get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name).first).to_be_visible()


def reply(page: Page):
    return page.get_by_role("textbox", name="Reply")


def thread(page: Page):
    return page.get_by_role("log", name="Conversation")


def test_a_new_customer_appears_and_is_answered_with_enter(desk, says, site):
    page = desk()
    name = says(0, "Is anybody there?")
    opened(page, name)
    expect(thread(page)).to_contain_text("Is anybody there?")
    expect(page.get_by_role("status", name="Messages left")).to_have_text("5 of 5")
    expect(page.get_by_role("status", name="Window closes")).to_have_text("in 47 h")
    reply(page).fill("Yes,")
    reply(page).press("Shift+Enter")
    page.keyboard.type("I am.")
    reply(page).press("Enter")
    expect(thread(page)).to_contain_text("Yes,\nI am.")
    expect(page.get_by_role("status", name="Messages left")).to_have_text("4 of 5")
    expect(reply(page)).to_have_value("")
    expect(reply(page)).to_be_focused()
    expect(thread(page).locator("[data-status=accepted]").first).to_be_visible()


def test_what_one_agent_does_the_other_sees(desk, says):
    lin, wang = desk("lin"), desk("wang", "/?tab=queue")
    name = says(1, "Hello")
    expect(rows(wang).get_by_role("link", name=name, exact=True)).to_be_visible()
    opened(wang, name)
    opened(lin, name)
    lin.get_by_role("button", name="Accept").click()
    expect(rows(wang).get_by_role("link", name=name, exact=True)).to_be_hidden()
    expect(wang.get_by_role("button", name="Accept")).to_be_hidden()
    expect(thread(wang)).to_contain_text("accepted")
    reply(lin).fill("With you at once")
    lin.get_by_role("button", name="Send").click()
    expect(thread(wang)).to_contain_text("With you at once")
    expect(wang.get_by_role("status", name="Messages left")).to_have_text("4 of 5")


def test_an_input_method_that_composes_does_not_send(desk, says):
    page = desk()
    opened(page, says(2, "你好"))
    reply(page).fill("ni hao")
    reply(page).dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    reply(page).dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    page.wait_for_timeout(300)
    expect(reply(page)).to_have_value("ni hao")


def test_a_text_too_long_is_kept(desk, says):
    page = desk()
    opened(page, says(3, "Tell me everything"))
    reply(page).fill("长" * 700)
    expect(page.locator("#bytes")).to_have_text("2100 / 2048")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#composer-error")).to_contain_text("52 bytes too long")
    expect(reply(page)).to_have_value("长" * 700)
    reply(page).fill("短")
    expect(page.locator("#composer-error")).to_be_empty()


def test_a_draft_stays_with_its_session(desk, says):
    page = desk()
    first, second = says(4, "one"), says(5, "two")
    opened(page, first)
    reply(page).fill("not yet sent")
    opened(page, second)
    expect(reply(page)).to_have_value("")
    opened(page, first)
    expect(reply(page)).to_have_value("not yet sent")
    page.reload()
    expect(reply(page)).to_have_value("not yet sent")


def test_transfer_and_end_ask_first(desk, says):
    page = desk(path="/?tab=all")
    name = says(6, "Please help")
    opened(page, name)
    page.get_by_role("button", name="Transfer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("wang").click()
    dialog.get_by_role("button", name="Transfer").click()
    expect(dialog).to_be_hidden()
    expect(thread(page)).to_contain_text("transferred")
    page.get_by_role("button", name="End session").click()
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="End session")).to_be_focused()
    page.get_by_role("button", name="End session").click()
    dialog.get_by_role("button", name="End session").click()
    expect(rows(page).get_by_role("link", name=name, exact=True)).to_be_hidden()
    expect(page.get_by_text("The session has ended.")).to_be_visible()


def test_the_newest_session_comes_first_once_the_pointer_rests(desk, says):
    page = desk(path="/?tab=all")
    older, newer = says(7, "first"), says(8, "second")
    first_row = rows(page).get_by_role("listitem").first
    expect(first_row).to_contain_text(newer)
    page.wait_for_timeout(1100)  # the platform counts whole seconds
    says(7, "again")
    expect(first_row).to_contain_text(older)


def test_going_back_restores_the_page_on_the_same_line(desk, says):
    page = desk()
    first, second = says(9, "one"), says(10, "two")
    opened(page, first)
    opened(page, second)
    page.evaluate("document.getElementById('live').dataset.witness = 'same'")
    page.go_back()
    expect(page.get_by_role("heading", name=first).first).to_be_visible()
    expect(page.locator("#live[data-witness=same]")).to_be_attached()
    says(9, "live after going back")
    expect(thread(page)).to_contain_text("live after going back")


def test_the_composer_is_locked_while_the_line_is_down_and_nothing_is_missed(desk, says, site):
    page = desk(errors=BROKEN_LINE)
    name = says(11, "before")
    opened(page, name)
    reply(page).fill("half a sen")
    with off_the_loop():
        site.kill("web1")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    expect(reply(page)).to_be_disabled()
    expect(reply(page)).to_have_value("half a sen")
    with off_the_loop():
        site.simulator.say(SHOP, "wm11", "text", content="while you were away")
        site.restart("web1")
    expect(thread(page)).to_contain_text("while you were away", timeout=20_000)
    expect(reply(page)).to_be_enabled()
    expect(reply(page)).to_be_focused()
    expect(reply(page)).to_have_value("half a sen")
    expect(thread(page).get_by_text("while you were away")).to_have_count(1)


def test_a_row_that_is_drawn_anew_under_the_pressed_button_still_opens(desk, says):
    page = desk()
    name = says(8, "one")
    row = rows(page).get_by_role("listitem").filter(has_text=name)
    expect(row).to_contain_text("one")
    row.get_by_role("link", name=name, exact=True).hover()
    page.mouse.down()
    says(8, "two")
    expect(row).to_contain_text("two")
    page.mouse.up()
    expect(page.get_by_role("heading", name=name).first).to_be_visible()


def test_what_was_read_first_and_comes_last_does_not_stay(desk, says):
    held, lines = [], []

    def through(line) -> None:
        server = line.connect_to_server()
        server.on_message(lambda text: held.append(text) if "older" in text else line.send(text))
        line.on_message(server.send)
        lines.append(line)

    page = desk()
    page.route_web_socket("**/live/**", through)
    page.reload()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    row = rows(page).get_by_role("listitem").filter(has_text=says(9, "the older words"))
    page.wait_for_timeout(700)
    says(9, "the newer words")
    expect(row).to_contain_text("the newer words")
    assert held
    for text in held:
        lines[-1].send(text)
    page.wait_for_timeout(1000)
    expect(row).to_contain_text("the newer words")


def test_the_whole_desk_by_keyboard(desk, says):
    page = desk(path="/?tab=all")
    expect(rows(page).get_by_role("link").first).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"/sessions/\d+/"))
    first = page.url
    page.keyboard.press("j")
    expect(page).not_to_have_url(first)
    page.keyboard.press("r")
    expect(reply(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_without_scripts_everything_works(new_page, says, site):
    page = new_page(base_url=site.urls["web1"], java_script_enabled=False)
    page.goto("/login/")
    page.get_by_label("Name").fill("wang")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    name = says(2, "no scripts here")
    wait_until(lambda: page.reload() and name in page.content())
    opened(page, name)
    reply(page).fill("A plain form")
    page.get_by_role("button", name="Send").click()
    expect(thread(page)).to_contain_text("A plain form")
    page.get_by_role("button", name="End session").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_text("The session has ended.")).to_be_visible()


def test_on_a_phone_one_pane_at_a_time(desk, says):
    page = desk(width=375, height=720)
    name = says(3, "from the bus")
    opened(page, name)
    expect(rows(page)).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(rows(page)).to_be_visible()


def test_a_reply_whose_answer_was_lost_is_kept_and_sent_once(desk, says, site):
    page = desk(errors=BROKEN_LINE)
    opened(page, says(4, "one more thing"))

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/reply/", lose, times=1)
    reply(page).fill("arrives once")
    reply(page).press("Enter")
    expect(page.locator("#composer-error")).to_contain_text("It was not sent")
    expect(reply(page)).to_have_value("arrives once")
    page.get_by_role("button", name="Send").click()
    expect(reply(page)).to_have_value("")
    expect(thread(page).get_by_text("arrives once", exact=True)).to_have_count(1)
    expect(page.get_by_role("status", name="Messages left")).to_have_text("4 of 5")
