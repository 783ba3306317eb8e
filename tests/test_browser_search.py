"""Search in a real browser: while typing, by keyboard, and the thread that opens in its middle."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.signing_in import signed_in
from tests.site import SHOP, Site, installed, wait_until

pytestmark = pytest.mark.browser
MESSAGES = 120


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with installed(tmp_path_factory.mktemp("site")) as site:
        site.connect(2)
        lin = site.agent("lin")
        for number in range(MESSAGES):
            text = "我的包裹呢" if number == 20 else f"line {number}"
            site.simulator.say(SHOP, "wm0", "text", content=text)
        site.simulator.say(SHOP, "wm1", "text", content="<b>另一个包裹</b>")
        for words in (f'"line {MESSAGES - 1}"', "另一个包裹"):
            wait_until(lambda q=words: "hit-" in lin.http.get("/search/", params={"q": q}).text)
        yield site


@pytest.fixture
def search(new_page, site: Site):
    def open_search(**options) -> Page:
        page = new_page(base_url=site.urls["web1"], **options)
        return signed_in(page, site, "lin", "/search/")

    return open_search


def box(page: Page):
    return page.get_by_role("searchbox", name="Search")


def hits(page: Page):
    return page.locator("#hits > li")


def thread(page: Page):
    return page.get_by_role("log", name="Conversation")


def test_results_come_while_typing_and_open_at_the_message_by_keyboard(search):
    page = search()
    box(page).press_sequentially("包裹")
    expect(hits(page)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/search/\?q=%E5%8C%85%E8%A3%B9$"))
    expect(page).to_have_title(re.compile(r"^\(0\+\d+\) 包裹 · Search · kfconsole$"))
    expect(hits(page).first).to_contain_text("<b>另一个包裹</b>")
    expect(hits(page).first.locator("mark")).to_have_text("包裹")
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile(r"/sessions/\d+/\?at=\d+#message-\d+"))
    found = thread(page).locator(".message:target")
    expect(found).to_contain_text("我的包裹呢")
    expect(found).to_be_in_viewport()
    expect(thread(page)).not_to_contain_text(f"line {MESSAGES - 1}")


def test_arrow_up_from_the_first_result_leads_back_to_the_box(search):
    page = search()
    box(page).fill("包裹")
    expect(hits(page)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(hits(page).first.get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box(page)).to_be_focused()


def test_an_input_method_that_composes_is_not_searched(search):
    page = search()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    page.evaluate(
        "window.asked = 0; document.addEventListener('htmx:before:request', () => asked++)"
    )
    box(page).evaluate(
        "box => { box.value = 'bao'; box.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true})) }"
    )
    page.wait_for_timeout(500)
    assert page.evaluate("asked") == 0


def test_more_hits_come_on_scrolling(search):
    page = search()
    box(page).fill("line")
    expect(hits(page)).to_have_count(30)
    hits(page).last.scroll_into_view_if_needed()
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 5000)
    expect(hits(page)).to_have_count(60)


def test_an_old_stretch_stays_apart_from_news_until_it_has_been_read_down_to_them(search, site):
    page = search()
    box(page).fill("我的包裹")
    hits(page).get_by_role("link").click()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    with off_the_loop():
        site.simulator.say(SHOP, "wm0", "text", content="news from below")
    page.wait_for_timeout(1500)
    expect(thread(page)).not_to_contain_text("news from below")
    while (more := page.get_by_role("link", name="Newer messages")).is_visible():
        count = page.locator("#messages > .message").count()
        more.click()
        expect(page.locator("#messages > .message")).not_to_have_count(count)
    expect(thread(page)).to_contain_text("news from below")
    with off_the_loop():
        site.simulator.say(SHOP, "wm0", "text", content="more news")
    expect(thread(page)).to_contain_text("more news")
    texts = page.locator("#messages > .message .message__text").all_inner_texts()
    lines = [text for text in texts if text.startswith("line")]
    assert lines == sorted(lines, key=lambda line: int(line.split()[1]))
    assert len(lines) == len(set(lines))


def test_who_answers_in_an_old_stretch_sees_the_newest_first(search):
    page = search()
    box(page).fill("我的包裹")
    hits(page).get_by_role("link").click()
    expect(page.locator("html[data-line=up]")).to_be_attached()
    reply = page.get_by_role("textbox", name="Reply")
    reply.click()
    expect(thread(page)).to_contain_text(f"line {MESSAGES - 1}")
    expect(reply).to_be_focused()
    reply.press_sequentially("It is on its way")
    reply.press("Enter")
    expect(thread(page).get_by_text("It is on its way")).to_be_visible()


def test_without_scripts_everything_works(search):
    page = search(java_script_enabled=False)
    box(page).fill("line")
    box(page).press("Enter")
    expect(hits(page)).to_have_count(30)
    page.get_by_role("link", name="Show more").click()
    expect(hits(page)).to_have_count(30)
    hits(page).last.get_by_role("link").click()
    expect(thread(page).locator(".message:target")).to_be_in_viewport()
    page.get_by_role("link", name="Newer messages").click()
    expect(thread(page)).to_contain_text("line 119")


def test_a_search_that_gets_no_answer_says_so(search):
    page = search(errors=(r"ERR_FAILED", r"Failed to fetch", r"Failed to load"))
    page.route("**/search/?q=*", lambda route: route.abort())
    box(page).fill("包裹")
    expect(page.get_by_role("alert").filter(has_text="The search got no answer")).to_be_visible()
    page.unroute("**/search/?q=*")
    box(page).press("Enter")
    expect(hits(page)).to_have_count(2)
    expect(page.locator("#search-lost")).to_be_hidden()


def test_a_note_about_a_customer_is_found_and_leads_to_where_it_stands(search):
    page = search(width=1440)
    box(page).fill("另一个")
    hits(page).get_by_role("link").click()
    panel = page.get_by_role("complementary", name="Customer")
    panel.get_by_text("Add a note", exact=True).click()
    panel.get_by_role("textbox", name="Note about the customer").fill("喜欢龙井茶")
    panel.locator(".remark-form").get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("喜欢龙井茶")
    page.goto("/search/")
    box(page).press_sequentially("龙井")
    notes = page.get_by_role("region", name="Notes and fields of customers")
    expect(notes.locator("mark")).to_have_text("龙井")
    box(page).press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sessions/[0-9]+/#customer$"))
    expect(panel).to_contain_text("喜欢龙井茶")


def test_what_is_typed_before_the_scripts_are_there_is_searched(search, site: Site):
    page = search()
    waits = []
    page.route(re.compile("early"), lambda route: waits.append(route))
    page.goto("/search/", wait_until="commit")
    box(page).fill("另一个")
    wait_until(lambda: page.wait_for_timeout(50) or waits, 10, "the script is asked for")
    expect(hits(page)).to_have_count(0)
    waits[0].continue_()
    expect(hits(page)).to_have_count(1)
