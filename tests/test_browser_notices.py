"""Being told, in a real browser: toasts, the bell, the title, the desktop, and no network."""

# ruff: noqa: F811 (fixtures are imported)
import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.lists_site import desk, row, says, site  # noqa: F401
from tests.notice_scripts import NOTICES, SILENT, SIZES, UNDER
from tests.site import wait_until

pytestmark = pytest.mark.browser
BROKEN_LINE = (r"WebSocket", r"ERR_CONNECTION", r"ws:error", r"Failed to load", r"Failed to fetch")


@pytest.fixture(scope="module", autouse=True)
def wishes(site):
    """Customers in the queue of other tests are nobody's news here."""
    site.manage("shell", "-c", "from sessions.models import Agent; "
                "Agent.objects.update(wishes={'how': {'queue': ''}})")  # fmt: skip


def toast(page: Page, words: str):
    return page.get_by_role("status").get_by_role("link", name=words)


def taken(page: Page, says, number: int) -> str:
    """A customer whose session is now this agent's; another list is open after that."""
    name = says(number)
    row(page, name).click()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_hidden()
    page.goto("/?tab=queue")
    expect(page.locator("html[data-line=up]")).to_be_attached()
    return name


def hide(page: Page) -> None:
    """As if another window lay above it: in a test all pages are visible."""
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")


def test_a_toast_leads_to_the_session_and_takes_no_focus(desk, says):
    page = desk("/?tab=all")
    name = taken(page, says, 0)
    page.get_by_role("link", name="Search", exact=True).focus()
    says(0, "Are you there?")
    expect(toast(page, f"{name} has written")).to_be_visible()
    expect(page.get_by_role("link", name="Search", exact=True)).to_be_focused()
    expect(page.locator("#bell-open")).to_have_accessible_description("1 unread")
    with page.expect_response(re.compile("/read/$")):
        toast(page, f"{name} has written").click()
    expect(page.get_by_role("heading", name=name).first).to_be_visible()
    expect(page.locator("#bell-open")).to_have_accessible_description("")


def test_no_toast_for_the_session_that_is_looked_at(desk, says):
    page = desk("/?tab=all")
    name = taken(page, says, 1)
    page.goto("/?tab=mine")
    with page.expect_response(re.compile("/read/$")):
        row(page, name).click()
    says(1, "Look at this")
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("Look at this")
    page.wait_for_timeout(500)
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#bell-open")).to_have_accessible_description("")


def test_a_toast_covers_nothing_that_is_typed_or_pressed(desk, says):
    page = desk("/?tab=all")
    name, other = taken(page, says, 11), says(0)
    page.goto("/?tab=all")
    expect(row(page, other)).to_be_visible()
    for size in SIZES:
        page.set_viewport_size(size)
        says(11, "Are you there?")
        expect(toast(page, f"{name} has written")).to_be_visible()
        page.wait_for_function(f"() => ({UNDER})().length === 0")
    row(page, other).click()
    for size in SIZES:
        page.set_viewport_size(size)
        says(11, "Still there?")
        expect(toast(page, f"{name} has written")).to_be_visible()
        expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
        page.wait_for_function(f"() => ({UNDER})().length === 0")


def test_a_toast_is_dismissed_and_stays_in_the_bell(desk, says):
    page = desk("/?tab=all")
    name = taken(page, says, 2)
    says(2, "One more thing")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)
    page.locator("#bell-open").click()
    expect(
        page.locator("#bell-list").get_by_role("link", name=f"{name} has written")
    ).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("#bell-open")).to_have_accessible_description("")


def test_all_tabs_agree_on_what_was_read(desk, says):
    page = desk("/?tab=all")
    name = taken(page, says, 3)
    other = page.context.new_page()
    other.goto("/search/")
    expect(other.locator("html[data-line=up]")).to_be_attached()
    says(3, "Hello again")
    for each in (page, other):
        expect(toast(each, f"{name} has written")).to_be_visible()
        expect(each.locator("#bell-open")).to_have_accessible_description("1 unread")
    toast(page, f"{name} has written").click()
    expect(other.locator(".toast")).to_have_count(0)
    expect(other.locator("#bell-open")).to_have_accessible_description("")


def test_two_tabs_that_nobody_sees_show_one_desktop_notice(desk, says):
    page = desk("/?tab=all", permissions=["notifications"])
    name = taken(page, says, 4)
    other = page.context.new_page()
    other.goto("/?tab=mine")
    expect(other.locator("html[data-line=up]")).to_be_attached()
    for each in (page, other):
        hide(each)
    says(4, "Is anybody there?")
    wait_until(lambda: page.wait_for_timeout(50) or page.evaluate(NOTICES), 10, "a desktop notice")
    page.wait_for_timeout(500)
    [[title, tag]] = page.evaluate(NOTICES)
    assert title == f"{name} has written"
    assert tag.endswith("-message")
    expect(page.locator(".toast")).to_have_count(0)


def test_while_one_tab_is_seen_there_is_no_desktop_notice(desk, says):
    page = desk("/?tab=all", permissions=["notifications"])
    name = taken(page, says, 5)
    hidden = page.context.new_page()
    hidden.goto("/?tab=mine")
    expect(hidden.locator("html[data-line=up]")).to_be_attached()
    hide(hidden)
    says(5, "Is anybody there?")
    expect(toast(page, f"{name} has written")).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate(NOTICES) == []


def test_the_title_counts_what_is_new_for_me_and_is_right_after_a_break(desk, says, site):
    page = desk("/?tab=all", errors=BROKEN_LINE)
    name = taken(page, says, 6)
    before, unread = mine(page), unread_of(page)
    says(6, "News")
    expect(page).to_have_title(re.compile(rf"^\({before + 1}(\+\d+)?\) Inbox"))
    assert page.evaluate("document.querySelector('link[rel=icon]').href").startswith("data:")
    site_breaks(site, page, says)
    expect(page).to_have_title(re.compile(rf"^\({before + 1}(\+\d+)?\) Inbox"))
    expect(page.locator("#bell-open")).to_have_accessible_description(f"{unread + 1} unread")
    page.goto("/?tab=mine")
    row(page, name).click()
    expect(page).not_to_have_title(re.compile(rf"^\({before + 1}(\+\d+)?\)"))


def mine(page: Page) -> int:
    found = re.match(r"\((\d+)", page.title())
    return int(found[1]) if found else 0


def unread_of(page: Page) -> int:
    return int(page.locator("#bell-count").text_content() or 0)


def site_breaks(site, page: Page, says) -> None:
    """The console is gone for a while; the customer writes meanwhile."""
    with off_the_loop():
        site.kill("web1")
    expect(page.locator("html[data-line=down]")).to_be_attached()
    says(6, "While you were away")
    with off_the_loop():
        site.restart("web1")
    expect(page.locator("html[data-line=up]")).to_be_attached(timeout=20_000)


def test_without_a_network_a_page_says_so_and_goes_on_by_itself(desk, site):
    page = desk("/?tab=all", errors=BROKEN_LINE)
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    page.reload()
    with off_the_loop():
        site.kill("web1")
    page.goto("/?tab=mine")
    expect(page.get_by_role("heading", name="No connection to the console")).to_be_visible()
    with off_the_loop():
        site.restart("web1")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible(timeout=20_000)


def test_the_settings_say_what_the_browser_allows(desk):
    page = desk("/settings/notices/", permissions=["notifications"])
    expect(page.get_by_text("This browser may show notices on the desktop.")).to_be_visible()
    page.get_by_role("button", name="Test a desktop notice").click()
    wait_until(lambda: page.wait_for_timeout(50) or page.evaluate(NOTICES) != [], 10, "a notice")
    page.get_by_role("button", name="Play the sound: A customer of mine writes").click()
    expect(page.locator("html[data-sound=on]")).to_be_attached()


def test_what_is_pushed_while_no_page_is_open_is_shown(desk, site):
    page = desk("/notices/", permissions=["notifications"])
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    line, known = page.context.new_cdp_session(page), []
    line.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"])
    )
    line.send("ServiceWorker.enable")
    wait_until(lambda: page.wait_for_timeout(50) or known, 10, "a registration")
    page.goto("about:blank")
    news = {"key": "7-message", "title": "Wang Fang has written", "body": "Hello", "url": "/"}
    line.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": site.urls["web1"],
            "registrationId": known[0]["registrationId"],
            "data": json.dumps(news),
        },
    )
    page.wait_for_timeout(500)
    page.goto(f"{site.urls['web1']}/notices/")
    assert page.evaluate(NOTICES) == [["Wang Fang has written", "7-message"]]


def test_a_toast_waits_while_somebody_points_at_it_or_has_come_to_it_by_keys(desk, says):
    page = desk("/?tab=all")
    name = taken(page, says, 7)
    page.clock.install()
    says(7, "One moment")
    told = toast(page, f"{name} has written")
    told.hover()
    page.clock.run_for(30_000)
    expect(told).to_be_visible()
    page.mouse.move(900, 300)
    page.get_by_role("button", name="Dismiss").focus()
    page.clock.run_for(30_000)
    expect(told).to_be_visible()
    page.locator("#bell-open").focus()
    page.clock.run_for(30_000)
    expect(told).to_be_hidden()


def answered(page: Page, name: str) -> None:
    page.goto("/?tab=all")
    row(page, name).click()
    page.get_by_role("textbox", name="Reply").fill("Here it comes")
    page.get_by_role("button", name="Send", exact=True).click()


def test_a_toast_goes_when_a_colleague_has_answered(desk, says):
    page, other = desk("/?tab=all"), desk("/?tab=all", "wang")
    name = taken(page, says, 8)
    unread = unread_of(page)
    page.clock.install()  # nothing goes by itself
    says(8, "Are you there?")
    expect(toast(page, f"{name} has written")).to_be_visible()
    answered(other, name)
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#bell-open")).to_have_accessible_description(f"{unread + 1} unread")


def test_a_toast_goes_when_somebody_else_has_taken_the_customer(desk, says, site):
    site.manage("shell", "-c", "from sessions.models import Agent; "
                "Agent.objects.filter(username='lin').update(wishes={})")  # fmt: skip
    page, other = desk("/?tab=mine"), desk("/?tab=all", "wang")
    page.clock.install()
    name = says(9)
    expect(toast(page, "A new customer is in the queue of Shop")).to_be_visible()
    row(other, name).click()
    expect(page.locator(".toast")).to_have_count(1)
    other.get_by_role("button", name="Accept", exact=True).click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_page_that_has_just_been_left_asks_for_what_came_meanwhile(desk, says):
    page = desk("/?tab=all", permissions=["notifications"])
    name = says(10)
    row(page, name).click()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_hidden()
    says(10, "Look at this")
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("Look at this")
    page.evaluate(SILENT)
    hide(page)
    with page.expect_response(re.compile("/notices/arrived/")):
        says(10, "Still there?")
    expect(page.locator("#bell-open")).to_have_accessible_description(re.compile("unread"))
    wait_until(lambda: page.wait_for_timeout(50) or page.evaluate(NOTICES), 10, "a desktop notice")
