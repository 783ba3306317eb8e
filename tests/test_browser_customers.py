"""The page of customers in a real browser: by keys, by words and filters, and what comes meanwhile."""

# ruff: noqa: F811 (fixtures are imported)
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.lists_site import desk, says, site  # noqa: F401
from tests.site import SHOP, wait_until

pytestmark = pytest.mark.browser


def people(page: Page):
    return page.get_by_role("list", name="Customers")


def person(page: Page, name: str):
    return people(page).get_by_role("link", name=name, exact=True)


def box(page: Page):
    return page.get_by_role("searchbox", name="Search customers")


@pytest.fixture
def crowd(says, site):
    """Two customers have written; the page knows both."""
    names = [says(number) for number in (0, 1)]
    lin = site.agent("lin")
    for name in names:
        wait_until(lambda name=name: name in lin.sessions(), 10, name)
    return names


def test_the_page_is_reached_and_walked_by_keys(desk, crowd):
    page = desk()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/customers/$"))
    expect(page.get_by_role("link", name="Customers", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.locator("html[data-line=up]")).to_be_attached()
    links = people(page).locator("a.row__link")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    for key, at in (("j", 1), ("k", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("End", -1), ("Home", 0)):
        page.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    page.keyboard.press("j")
    name = links.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/sessions/\d+/$"))
    expect(page.locator(".header")).to_contain_text(name)
    page.go_back()
    expect(person(page, name)).to_be_focused()


def test_a_customer_is_found_while_typing_and_opened(desk, crowd):
    page = desk("/customers/")
    page.keyboard.press("/")
    box(page).press_sequentially(crowd[1])
    expect(people(page).get_by_role("listitem")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/customers/\?q=Customer\+1$"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/sessions/\d+/$"))


def test_filters_narrow_combine_and_are_taken_away(desk, crowd):
    page = desk("/customers/")
    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog", name="Filter customers")
    dialog.get_by_label("Open session", exact=True).check()
    dialog.get_by_label("lin", exact=True).check()
    dialog.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/customers/\?agent=\d+&state=open$"))
    page.get_by_role("link", name="Remove the filter lin").click()
    expect(person(page, crowd[0])).to_be_visible()
    box(page).press_sequentially("nobody")
    expect(page.get_by_text("No customer who passes the filters matches")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=nobody&state=open$"))
    page.get_by_role("link", name="All customers").click()
    expect(person(page, crowd[0])).to_be_visible()


def test_the_other_order_is_a_choice(desk, crowd):
    page = desk("/customers/")
    page.get_by_label("Order: Last active first").click()
    page.get_by_role("link", name="Newest customers first").click()
    expect(page.get_by_label("Order: Newest customers first")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/customers/\?sort=newest$"))


def test_who_writes_meanwhile_waits_behind_a_button(desk, crowd, site):
    page = desk("/customers/")
    first = people(page).locator("a.row__link").first
    name = first.inner_text()
    other = next(each for each in crowd if each != name)
    with off_the_loop():
        site.simulator.say(SHOP, f"wm{other[-1]}", "text", content="Still there?")
    fresh = page.get_by_role("link", name=re.compile("written since"))
    expect(fresh).to_be_visible()
    expect(first).to_have_text(name)
    fresh.click()
    expect(first).to_have_text(other)
    expect(fresh).to_be_hidden()


def test_a_row_changes_in_its_place(desk, crowd):
    page, wang = desk("/customers/"), desk("/?tab=queue", "wang")
    expect(people(page).get_by_role("listitem").filter(has_text=crowd[0])).to_contain_text("Queue")
    wang.get_by_role("link", name=crowd[0], exact=True).click()
    wang.get_by_role("button", name="Accept").click()
    person(page, crowd[0]).focus()
    expect(people(page).get_by_role("listitem").filter(has_text=crowd[0])).to_contain_text("wang")
    expect(person(page, crowd[0])).to_be_focused()


def test_a_tag_that_a_colleague_gives_appears_in_its_row(desk, crowd, site):
    page = desk("/customers/")
    row = people(page).get_by_role("listitem").filter(has_text=crowd[0])
    key = row.get_attribute("id").removeprefix("customer-")
    with off_the_loop():
        site.agent("wang", "lead").post(f"/customers/{key}/tags/", new="VIP")
    expect(row).to_contain_text("VIP")


def test_without_scripts_the_page_is_a_page(desk, crowd):
    page = desk("/customers/", java_script_enabled=False)
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("No open session").check()
    page.get_by_role("button", name="Filter").click()
    box(page).fill("nobody")
    box(page).press("Enter")
    expect(page).to_have_url(re.compile(r"q=nobody&state=none$"))
    page.get_by_role("link", name="All customers").click()
    person(page, crowd[0]).click()
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()


def test_a_search_that_gets_no_answer_says_so(desk, crowd):
    page = desk("/customers/", errors=(r"ERR_FAILED", r"Failed to fetch", r"Failed to load"))
    page.route("**/customers/?q=*", lambda route: route.abort())
    box(page).fill(crowd[0])
    expect(page.get_by_role("alert").filter(has_text="The search got no answer")).to_be_visible()
    page.unroute("**/customers/?q=*")
    box(page).press("Enter")
    expect(people(page).get_by_role("listitem")).to_have_count(1)


def test_a_phone_shows_the_list_and_then_the_customer(desk, crowd):
    page = desk("/customers/", width=375, height=700)
    person(page, crowd[0]).click()
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
