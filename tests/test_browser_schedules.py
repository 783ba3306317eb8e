"""A lead has a report sent regularly: added, edited, sent at once, paused and deleted, all by name."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.robot import ADDRESS, KEY
from tests.site import PASSWORD, wait_until

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser
TITLE = "Sessions of last week"


@pytest.fixture
def lead(desk, site) -> Page:
    """With one saved report, on the page of all of them."""
    with off_the_loop():
        if "boss" not in site.commands:
            site.manage("adduser", "boss", "--role", "lead", "--password-stdin", said=PASSWORD)
            site.commands["boss"] = ()
    page = desk("boss")
    page.goto("/reports/sessions/?period=last_week")
    page.get_by_text("Save report", exact=True).click()
    page.get_by_label("Name").fill(TITLE)
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/reports/saved/")
    return page


def test_a_schedule_from_its_first_day_to_its_last(lead, site):
    page = lead
    form = page.get_by_role("form", name="Send a report regularly")
    form.get_by_label("How often").select_option("Every week")
    form.get_by_label("Weekday").select_option("Wednesday")
    form.get_by_label("Time").fill("08:30")
    form.get_by_label("E-mail addresses").fill("nobody")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_have_text("Not an e-mail address: nobody")
    form.get_by_label("E-mail addresses").fill("boss@example.com")
    form.get_by_label("Address of a WeCom group robot").fill(ADDRESS)
    form.get_by_role("button", name="Save").click()
    schedules = page.get_by_role("region", name="Sent regularly")
    expect(schedules.get_by_text("Every week, Wednesday, 08:30")).to_be_visible()
    expect(schedules.get_by_text(f"…{KEY[-4:]}")).to_be_visible()

    schedules.get_by_role("link", name=f"Edit the schedule of {TITLE}").click()
    form = page.get_by_role("form", name=f"Edit the schedule of {TITLE}")
    expect(form.get_by_label("E-mail addresses")).to_have_value("boss@example.com")
    form.get_by_label("How often").select_option("Every month")
    form.get_by_label("Day of the month").fill("32")
    form.get_by_label("No group robot any more").check()
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("less than or equal to 31")
    form.get_by_label("Day of the month").fill("3")
    form.get_by_role("button", name="Save").click()
    expect(schedules.get_by_text("Every month, day 3, 08:30")).to_be_visible()
    expect(schedules.get_by_text("Group robot", exact=False).first).not_to_be_visible()

    schedules.get_by_role("button", name=f"Pause {TITLE}").click()
    expect(schedules.get_by_text("Paused")).to_be_visible()
    schedules.get_by_role("button", name=f"Send {TITLE} now").click()
    with off_the_loop():
        log = site.folder / "log.txt"  # without a mail server it is where mails go
        wait_until(lambda: "To: boss@example.com" in log.read_text(), what="the mail")
    page.reload()
    expect(schedules.get_by_text(re.compile(r"Last sent: \d{4}"))).to_be_visible()
    expect(schedules.get_by_text("Paused")).to_be_visible()
    schedules.get_by_role("button", name=f"Resume {TITLE}").click()
    expect(schedules.get_by_text(re.compile(r"Next: \d{4}"))).to_be_visible()
    schedules.get_by_role("button", name=f"Delete the schedule of {TITLE}").click()
    expect(schedules.get_by_text("None yet.")).to_be_visible()
