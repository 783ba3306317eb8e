"""Surveys in a real browser: the question in the dialog, a lead who hears of a low mark, the page."""

# ruff: noqa: F811 (fixtures are imported)
import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.lists_site import desk, item, row, says, site  # noqa: F401
from tests.site import SHOP, wait_until

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PLAN = """
from sessions.models import SurveyPlan
SurveyPlan.objects.update_or_create(account=None, defaults={fields})
"""
KEY = """
from sessions.models import Survey
print(Survey.objects.order_by("-id")[0].key)
"""


@pytest.fixture
def plan(site):
    def plan(**fields) -> None:
        with off_the_loop():
            site.manage("shell", "--no-imports", "-c", PLAN.format(fields=fields))

    yield plan
    with off_the_loop():
        site.manage("shell", "--no-imports", "-c", PLAN.format(fields=USUAL))


USUAL = {"asks_on_end": True, "alerts_leads": False, "reopens": "", "scale": "five", "language": ""}


def ends(page: Page, name: str) -> None:
    row(page, name).click()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_hidden()
    page.get_by_role("button", name="End session").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="Ask how satisfied they were")).to_be_checked()
    dialog.get_by_role("button", name="End session").click()
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("How satisfied are you")


def clicks(site, number: int, score: int) -> None:
    """The customer's thumb, on the menu that the end has brought."""
    who = f"wm{number}"

    def menus():
        return [b for b in site.simulator.transcript(SHOP, who) if b["msgtype"] == "msgmenu"]

    with off_the_loop():
        wait_until(menus, 10, "the menu has arrived")
        menu = menus()[-1]
        ids = [item["click"]["id"] for item in menu["content"]["list"]]
        chosen = next(each for each in ids if each.endswith(f"_{score}"))
        site.simulator.click(SHOP, who, menu["msgid"], chosen)


def test_a_lead_is_told_of_a_low_mark_and_finds_it_in_the_thread(site, desk, says, plan):
    plan(alerts_leads=True)
    lead = desk("/?tab=queue", "wang")
    page = desk("/?tab=all", "lin")
    name = says(0, "Is anybody there?")
    ends(page, name)
    clicks(site, 0, 1)
    toast = lead.get_by_role("status").get_by_role(
        "link", name=re.compile("was not satisfied with")
    )
    expect(toast).to_contain_text(name)
    toast.click()
    thread = lead.get_by_role("log", name="Conversation")
    expect(thread).to_contain_text("The customer rated the session 1 of 5")
    expect(lead.get_by_role("banner").or_(lead.locator(".header"))).to_contain_text("Rated 1 of 5")
    lead.goto("/?tab=queue")
    expect(row(lead, name)).to_have_count(0)  # the click has opened nothing
    lead.goto("/?tab=ended")
    expect(row(lead, name)).to_have_count(1)


def test_a_low_mark_brings_the_customer_back_into_the_queue(site, desk, says, plan):
    plan(alerts_leads=True, reopens="queue")
    lead = desk("/?tab=queue", "wang")
    page = desk("/?tab=all", "lin")
    name = says(11, "It is broken")
    ends(page, name)
    expect(row(lead, name)).to_have_count(0)
    clicks(site, 11, 1)
    again = row(lead, name)
    expect(again).to_be_visible()
    expect(item(lead, name)).to_contain_text("★☆☆☆☆")
    toast = lead.get_by_role("status").get_by_role(
        "link", name=re.compile("was not satisfied with")
    )
    expect(toast).to_contain_text(name)
    again.click()
    thread = lead.get_by_role("log", name="Conversation")
    expect(thread).to_contain_text("Opened again after the low rating")
    lead.get_by_role("button", name="Accept", exact=True).click()
    expect(lead.get_by_role("button", name="End session")).to_be_visible()


def test_the_dialog_says_why_nobody_will_be_asked(desk, says, plan):
    plan(asks_on_end=False)
    page = desk("/?tab=all", "lin")
    row(page, says(1)).click()
    page.get_by_role("button", name="End session").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("is not asked how satisfied they were: surveys are off")
    expect(dialog.get_by_role("checkbox")).to_have_count(0)


@pytest.fixture(scope="module")
def customers():
    """One for each session: a second question in a thread would be taken for the first."""
    return itertools.count(2)


@pytest.fixture
def asked(site, desk, says, plan, customers):
    """The address of the page of a session that has just ended."""

    def asked(**fields) -> str:
        plan(**fields)
        ends(desk("/?tab=all", "lin"), says(next(customers)))
        with off_the_loop():
            return f"/rate/{site.manage('shell', '--no-imports', '-c', KEY).strip()}/"

    return asked


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_is_answered_with_a_thumb_and_without_scripts(site, new_page, asked, scripts):
    page = new_page(base_url=site.urls["web1"], width=375, height=700, java_script_enabled=scripts)
    page.goto(asked(scale="five"))
    page.get_by_role("radio", name="Satisfied", exact=True).check()
    page.get_by_label("Comment").fill("Quick and kind")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("status")).to_contain_text("Your answer was kept: 4 of 5.")
    page.get_by_role("link", name="Change the answer").click()
    expect(page.get_by_role("radio", name="Satisfied", exact=True)).to_be_checked()
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("radio", name="非常满意", exact=True)).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("Quick and kind")


@pytest.mark.parametrize(("theme", "scale"), [("light", "five"), ("dark", "stars")])
def test_the_page_is_for_everybody(site, new_page, asked, shot, theme, scale):
    page = new_page(
        base_url=site.urls["web1"], width=320, theme=theme, errors=(r"status of 404",)
    )  # fmt: skip
    address = asked(scale=scale)
    for path in ("/rate/nobody.knows/", address):
        page.goto(path)
        found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        assert [each["id"] for each in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, f"rate-{scale}")
    best = "5 stars" if scale == "stars" else "Very satisfied"
    expect(page.get_by_role("radio", name=best, exact=True)).to_be_visible()
