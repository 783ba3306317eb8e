"""A lead has raw rows made in the background, watches, is told, and takes the file; also without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.site import PASSWORD, embedded
from tests.test_browser_accessible import complaints

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser
RUNNING = """
from datetime import timedelta
from django.utils import timezone
from sessions.models import Agent, Export
boss, later = Agent.objects.get(username="boss"), timezone.now() + timedelta(hours=1)
Export.objects.filter(what="messages").delete()
Export.objects.create(
    agent=boss, what="messages", form="csv", name="messages.csv.zip", language="en", zone="UTC",
    query="period=custom&since=2026-01-01&until=2026-12-31&closed_by=agent", rows_all=4000,
    rows_done=1000, status="running", next_at=later, lease_owner="somebody",
)
"""
ON_ITS_WAY = """
from sessions.models import Export
Export.objects.filter(what="messages").update(rows_done=3000)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Every file is long."""
    with embedded(tmp_path_factory.mktemp("site"), KF_EXPORT_ROWS="0") as site:
        site.connect(1)
        site.manage("adduser", "boss", "--role", "lead", "--password-stdin", said=PASSWORD)
        yield site


@pytest.fixture
def lead(desk, says):
    """One customer has written, and is counted; a lead looks at today."""
    says(0, "hello, where is my parcel?")

    def open_report(**options) -> Page:
        page = desk("boss", **options)
        page.goto("/reports/?period=today")
        counted = page.locator(".stat").filter(has_text="New sessions")
        for _turn in range(20):
            if "0" not in counted.inner_text():
                break
            page.wait_for_timeout(500)
            page.reload()
        return page

    return open_report


def run(site, script: str) -> None:
    with off_the_loop():
        site.manage("shell", "-c", script)


def test_a_lead_asks_for_all_rows_goes_on_and_takes_the_file(lead):
    page = lead()
    page.get_by_role("button", name="Sessions for Excel").click()
    expect(page).to_have_url(re.compile("/reports/exports/$"))
    expect(page.get_by_role("status").filter(has_text="made in the background")).to_be_visible()
    page.goto("/")
    page.get_by_label("Notices", exact=True).click()
    page.get_by_role("link", name="Your file is ready").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exports")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download sessions").click()
    assert re.fullmatch(r"sessions-[-\d]{21}\.xlsx", download.value.suggested_filename)
    page.get_by_role("button", name="Delete sessions").click()
    expect(page.get_by_role("link", name="Download sessions")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_that_is_open_shows_how_far_it_is(lead, site, theme):
    run(site, RUNNING)
    page = lead(theme=theme)
    page.goto("/reports/exports/")
    bar = page.get_by_role("progressbar", name="Messages as CSV")
    expect(bar).to_have_attribute("value", "1000")
    expect(page.get_by_text("1,000 of about 4,000 rows")).to_be_visible()
    assert not complaints(page, "while one is made")
    page.get_by_role("button", name="Cancel messages.csv.zip").focus()
    run(site, ON_ITS_WAY)
    expect(page.get_by_text("3,000 of about 4,000 rows")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cancelled")).to_be_visible()
    expect(bar).to_have_count(0)
    page.get_by_role("button", name="Try messages.csv.zip again").click()
    expect(page.get_by_role("link", name="Download messages.csv.zip")).to_be_visible()


def test_it_is_asked_for_without_scripts(lead, new_page, site):
    page = lead()
    plain = new_page(
        base_url=site.urls["web1"],
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    )
    plain.goto("/reports/raw/sessions.csv?period=today")
    expect(plain.get_by_role("heading", name="Sessions as CSV")).to_be_visible()
    plain.get_by_role("button", name="Make the file").click()
    expect(plain).to_have_url(re.compile("/reports/exports/$"))
    for _turn in range(20):
        if plain.get_by_role("link", name="Download sessions").count():
            break
        plain.wait_for_timeout(500)
        plain.reload()
    with plain.expect_download() as download:
        plain.get_by_role("link", name="Download sessions").click()
    assert download.value.suggested_filename.endswith(".csv.zip")
