"""A lead enters business hours in a real browser, by the names of things; and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.site import PASSWORD

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser


@pytest.fixture
def lead(desk, site):
    with off_the_loop():
        if "boss" not in site.commands:
            site.manage("adduser", "boss", "--role", "lead", "--password-stdin", said=PASSWORD)
            site.commands["boss"] = ()
    return lambda **options: desk("boss", **options)


def hours_of_shop(page: Page) -> Page:
    page.goto("/reports/definitions/")
    page.get_by_role("navigation", name="Reports").get_by_role(
        "link", name="Business hours"
    ).click()
    page.get_by_role("link", name="Shop", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Business hours of Shop")
    return page


def test_a_lead_types_a_week_sees_it_in_words_and_saves_it(lead):
    page = hours_of_shop(lead())
    expect(page.locator("html[data-line=up]")).to_be_attached()
    preview = page.get_by_role("region", name="Preview")
    page.get_by_role("textbox", name="Monday").fill("9-12，13:30-18")
    expect(preview).to_contain_text("Mon 09:00–12:00, 13:30–18:00")
    like_monday = page.get_by_role("button", name="Tuesday to Friday like Monday")
    like_monday.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Friday")).to_have_value("9-12，13:30-18")
    expect(like_monday).to_be_focused()
    expect(preview).to_contain_text("Mon–Fri 09:00–12:00, 13:30–18:00")
    page.get_by_role("textbox", name="Day 1").fill("2027-01-01")
    page.get_by_role("textbox", name="Note 1").fill("元旦")
    expect(preview).to_contain_text("2027-01-01 Fri closed (元旦)")
    page.get_by_role("textbox", name="Saturday").fill("25")
    expect(preview).to_contain_text("Saturday: “25” is not understood")
    page.get_by_role("textbox", name="Saturday").press("Enter")
    expect(page.get_by_role("textbox", name="Saturday")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("textbox", name="Note 1")).to_have_value("元旦")
    page.get_by_role("textbox", name="Saturday").fill("")
    page.get_by_role("textbox", name="Saturday").press("Enter")
    expect(page.get_by_role("status").filter(has_text="are saved")).to_be_visible()
    page.get_by_role("link", name="All accounts").click()
    expect(page.get_by_role("main")).to_contain_text("Mon–Fri 09:00–12:00, 13:30–18:00 · Sat–Sun")
    expect(page.get_by_role("main")).to_contain_text("Changed by boss")


def test_without_scripts_buttons_keep_what_is_typed(lead, new_page, site):
    plain = new_page(
        base_url=site.urls["web1"],
        java_script_enabled=False,
        storage_state=lead().context.storage_state(),
    )
    hours_of_shop(plain)
    plain.get_by_role("textbox", name="Monday").fill("8-10")
    plain.get_by_label("Valid from").fill("2026-01-01")
    plain.get_by_role("textbox", name="Public holidays of China, year").fill("2026")
    plain.get_by_role("button", name="Add holidays and make-up days").click()
    expect(plain.get_by_role("textbox", name="Monday")).to_have_value("8-10")
    expect(plain.get_by_role("textbox", name="Day 1", exact=True)).to_have_value("2026-01-01")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.get_by_role("region", name="Preview")).to_contain_text(
        "2026-01-04 Sun 08:00–10:00"
    )
    plain.get_by_role("button", name="Save").click()
    versions = plain.get_by_role("region", name="Hours over time")
    expect(versions).to_contain_text("From 2026-01-01 on")
    versions.get_by_label("Delete the hours from 2026-01-01 on…").click()
    versions.get_by_role("button", name="Delete the hours from 2026-01-01 on").click()
    expect(versions).not_to_contain_text("From 2026-01-01 on")
