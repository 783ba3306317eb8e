"""A lead reads reports in a real browser, by the names of things; and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.site import PASSWORD

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser


@pytest.fixture
def lead(desk, says, site):
    """Two customers have written, one was answered; a lead looks."""
    with off_the_loop():
        if "boss" not in site.commands:
            site.manage("adduser", "boss", "--role", "lead", "--password-stdin", said=PASSWORD)
            site.commands["boss"] = ()
    says(0, "hello, where is my parcel?")
    says(1, "and mine?")
    return lambda **options: desk("boss", **options)


def sessions_of(page: Page):
    """The number of new sessions, which leads to them."""
    return page.locator(".stat").filter(has_text="New sessions").locator(".stat__link")


def test_a_lead_walks_from_the_rail_to_the_sessions_behind_a_number(lead):
    page = lead()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/reports/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.get_by_role("combobox", name="Period", exact=True).select_option("Today")
    expect(page).to_have_url(re.compile(r"period=today$"))
    said = page.get_by_role("status").filter(has_text="days of Asia")
    expect(said).to_be_attached()
    eventually_two(page)
    page.get_by_role("navigation", name="Reports").get_by_role("link", name="Heatmap").click()
    expect(page).to_have_url(re.compile(r"/reports/heatmap/\?period=today"))
    page.go_back()
    sessions_of(page).click()
    expect(page.locator("#rows-count")).to_have_text("2")
    page.get_by_role("link", name="Customer 0", exact=True).click()
    expect(page).to_have_url(re.compile(r"/sessions/\d+/"))


def test_what_is_chosen_before_the_scripts_are_there_is_asked_for(lead):
    page = lead()
    page.add_init_script("""document.addEventListener('readystatechange', () => {
      if (document.readyState === 'interactive') document.querySelector('[name=period]').value = 'today';
    })""")
    page.goto("/reports/")
    expect(page).to_have_url(re.compile(r"period=today"))


def eventually_two(page: Page) -> None:
    """Facts follow what happened within seconds."""
    for _ in range(20):
        if sessions_of(page).count() and sessions_of(page).inner_text() == "2":
            return
        page.wait_for_timeout(500)
        page.reload()
    expect(sessions_of(page)).to_have_text("2")


def test_filters_add_up_in_the_address_and_are_taken_back(lead):
    page = lead()
    page.goto("/reports/?period=today")
    page.locator("#asking-filters").click()
    page.get_by_role("group", name="Account").get_by_label("Shop").check()
    expect(page).to_have_url(re.compile(r"period=today&account=\d+$"))
    page.get_by_role("group", name="Ended by").get_by_label("48 hours of silence").check()
    expect(page).to_have_url(re.compile(r"account=\d+&closed_by=silence$"))
    expect(page.locator(".stat").filter(has_text="New sessions")).to_contain_text("0")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Remove the filter 48 hours of silence").click()
    expect(page).to_have_url(re.compile(r"account=\d+$"))


def test_a_chart_has_a_name_and_a_table_beside_it(lead):
    page = lead()
    page.goto("/reports/?period=today")
    chart = page.get_by_role("img", name="Sessions")
    expect(chart).to_be_visible()
    part = page.get_by_role("region", name="Sessions").first
    part.get_by_text("As a table").click()
    expect(part.get_by_role("table")).to_be_visible()


def test_on_paper_it_is_light_and_nothing_stands_over_it(lead):
    page = lead(theme="dark")
    page.goto("/reports/?period=today")
    page.emulate_media(media="print", color_scheme="dark")
    part = page.get_by_role("region", name="Sessions").first
    red, *_rest = map(
        int, re.findall(r"\d+", part.evaluate("e => getComputedStyle(e).backgroundColor"))
    )
    assert red > 200
    expect(page.locator(".toasts")).to_be_hidden()


def test_a_table_is_taken_out_as_a_file(lead):
    page = lead()
    page.goto("/reports/agents/?period=today")
    with page.expect_download() as download:
        page.get_by_role("link", name="Agents for Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_days_of_ones_own_are_asked_for_without_scripts(lead, new_page, site):
    page = lead()
    plain = new_page(
        base_url=site.urls["web1"],
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    )
    plain.goto("/reports/")
    plain.get_by_role("combobox", name="Period", exact=True).select_option("Days of your choice")
    plain.get_by_label("From", exact=True).fill("2026-01-01")
    plain.get_by_label("To", exact=True).fill("2026-01-31")
    plain.get_by_role("button", name="Show").click()
    expect(plain.get_by_text("2026-01-01 to 2026-01-31")).to_be_visible()
