"""For everybody: axe-core finds nothing on any screen, and nothing is cut off on a narrow one."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.composing import opened, reply, thread
from tests.site import PASSWORD

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORTS = [
    *("overview", "sessions", "agents", "accounts", "waiting", "responses", "heatmap"),
    *("satisfaction", "tags", "failures", "lost", "platform"),
]
LISTS = ["mine", "queue", "team", "all", "closing", "mentioned", "native", "snoozed", "ended"]
PAGES = [
    *(f"/?tab={name}" for name in LISTS),
    "/filter/",
    "/views/",
    "/views/new/",
    "/customers/",
    "/customers/?q=customer&state=open",
    "/customers/?q=nobody&state=muted",
    "/customers/filter/",
    "/search/",
    "/search/?q=hello",
    "/search/?q=nothing+like+it",
    "/wallboard/",
    *(f"/reports/{name}/?period=today" for name in REPORTS),
    "/reports/?period=week&tag=1&time=business",
    "/reports/heatmap/?period=today&layer=replies",
    "/reports/definitions/",
    "/reports/saved/",
    "/reports/exports/",
    "/reports/rows/sessions/?period=today",
    "/reports/rows/reply_rate/?period=today&of=all",
    "/phrases/",
    "/phrases/new/",
    "/phrases/import/",
    "/notices/",
    "/settings/notices/",
    "/settings/keyboard/",
    "/settings/keyboard/sheet/",
    "/offline/",
    "/nowhere/",
]
OF_SESSION = [
    "",
    "transfer/",
    "end/",
    "tags/",
    "priority/",
    "snooze/",
    "menu/",
    "export/",
    *(f"send/{kind}/" for kind in ("link", "miniprogram", "location", "msgmenu")),
]


# Made by Django's own markup and scripts, which we do not write anew.
DJANGOS = {
    "aria-prohibited-attr": "the hint beside the filter of two lists is a span with a label",
    "empty-table-header": "tables of inlines have a column without a name for what was stored",
    "label-title-only": "the label of the search is a picture with a name",
}
SETTINGS = """
from datetime import time
from messaging.models import Account
from sessions.models import *
account, boss = Account.objects.get(), Agent.objects.get(username="boss")
AccountRules.objects.create(account=account)
CustomField.objects.create(name="Level")
Hours.objects.create(account=account, since="2026-01-01", weekly={"0": [["09:00", "18:00"]]})
Phrase.objects.create(title="Hi", body="Hello", scope="account", account=account)
weekly = SavedReport.objects.create(owner=boss, name="Weekly", report="overview")
ReportSchedule.objects.create(report=weekly, owner=boss, at=time(9), emails=["a@example.com"])
SavedView.objects.create(owner=boss, name="Mine", query="tab=mine")
Tag.objects.create(name="refund")
Team.objects.create(name="Returns").agents.add(boss)
Welcome.objects.create(account=account, text="Hello", choices="My order")
"""


def complaints(page: Page, where: str, **options) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"], **options})
    return [
        f"{where}: {each['id']} ({each['help']}): {node['html'][:160]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


@pytest.fixture
def talk(desk, says):
    """An open session with a bit of everything; returns its page."""

    def open_talk(**options) -> Page:
        name = says(0, "hello, where is my parcel?")
        says(0, kind="location", name="人民广场", address="上海", latitude=31.2, longitude=121.4)
        says(0, kind="link", title="A parcel", desc="On its way", url="https://example.com/")
        page = desk(**options)
        page.goto("/?tab=all")
        opened(page, name)
        if page.get_by_role("button", name="Accept").is_visible():
            reply(page).fill("Let me look.")
            reply(page).press("Enter")
            expect(thread(page).get_by_text("Let me look.")).to_be_visible()
        return page

    return open_talk


def addresses(page: Page) -> list[str]:
    session = re.search(r"/sessions/\d+/", page.url)[0]
    return [*PAGES, *(session + part for part in OF_SESSION)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(talk, new_page, site, theme):
    errors = (r"status of 404",)
    page = talk(theme=theme, errors=errors)
    found = []
    for address in addresses(page):
        page.goto(address)
        found += complaints(page, address)
    stranger = new_page(base_url=site.urls["web1"], theme=theme)
    stranger.goto("/")
    found += complaints(stranger, "/login/")
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def boss(site):
    site.manage("adduser", "boss", "--role", "admin", "--password-stdin", said=PASSWORD)
    site.manage("shell", "--no-imports", "-c", SETTINGS)
    return "boss"


def of_leads(page: Page) -> list[str]:
    """The hours of all accounts, and of one: with errors, and with a day that differs."""
    page.goto("/settings/hours/")
    one = page.locator(".timetable__account a").first.get_attribute("href")
    return ["/settings/hours/", one, "/reports/?period=today&time=business"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_of_leads(talk, boss, theme):
    page, found = talk(username=boss, theme=theme), []
    for address in of_leads(page):
        page.goto(address)
        found += complaints(page, address)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(of_leads(page)[1])
    page.get_by_role("textbox", name="Saturday").fill("18:00-09:00")
    page.get_by_role("textbox", name="Hours 1").fill("9-12")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_count(3)
    found += complaints(page, "hours with errors")
    assert not found, "\n".join(found)


def of_admin(page: Page) -> list[str]:
    """Each list, its first row and what adds one; the index and the health page."""
    page.goto("/admin/")
    found = []
    for address in [link.get_attribute("href") for link in page.locator("#content th a").all()]:
        page.goto(address)
        first = page.locator("#result_list tbody th a").first
        found += [address, first.get_attribute("href")] if first.count() else [address]
        if page.locator("#content .addlink").count():
            found.append(f"{address}add/")
    return ["/admin/", "/admin/health/", *found]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_of_ours_in_the_admin(talk, boss, theme):
    page = talk(username=boss, theme=theme)
    addresses, found = of_admin(page), []
    # Read by axe itself, what style sheets import would offend against our policy.
    of_django = {"rules": {rule: {"enabled": False} for rule in DJANGOS}, "preload": False}
    for address in addresses:
        page.goto(address)
        found += complaints(page, address, **of_django)
    assert len(addresses) > 30
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_form_of_a_schedule(talk, boss, theme):
    page = talk(username=boss, theme=theme)
    page.goto("/reports/saved/")
    found = complaints(page, "saved reports")
    page.get_by_role("link", name="Edit the schedule of Weekly").click()
    expect(page.get_by_role("form", name="Edit the schedule of Weekly")).to_be_visible()
    found += complaints(page, "a schedule")
    assert not found, "\n".join(found)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_to_print(talk, theme):
    page = talk(theme=theme)
    page.goto(f"{page.url.partition('?')[0]}export/")
    page.get_by_role("checkbox", name="With internal notes").check()
    with page.context.expect_page() as shown:
        page.get_by_role("button", name="Print").click()
    shown.value.wait_for_load_state()
    expect(shown.value.get_by_role("heading", level=1)).to_contain_text("Customer 0")
    found = complaints(shown.value, "on screen")
    shown.value.emulate_media(media="print")
    found += complaints(shown.value, "on paper")
    assert not found, "\n".join(found)


OPENERS = {
    "transfer": lambda page: page.get_by_role("button", name="Transfer").click(),
    "end": lambda page: page.get_by_role("button", name="End session").click(),
    "more actions": lambda page: page.get_by_label("More actions").click(),
    "profile": lambda page: page.locator(".rail summary").last.click(),
    "order": lambda page: page.locator(".list__sort").click(),
    "other lists": lambda page: page.locator(".tabs__menu summary").click(),
    "filter": lambda page: page.get_by_role("link", name="Filter").click(),
    "emoji": lambda page: page.get_by_label("Insert emoji").first.click(),
    "phrases": lambda page: page.keyboard.press("Control+/"),
    "command bar": lambda page: page.keyboard.press("Control+k"),
    "keys": lambda page: page.keyboard.press("?"),
    "note": lambda page: page.get_by_text("Note", exact=True).first.click(),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens_over_the_desk(talk, theme):
    page = talk(theme=theme)
    address, found = page.url, complaints(page, "desk")
    for name, opens in OPENERS.items():
        page.goto(address)
        expect(page.locator("html[data-line=up]")).to_be_attached()
        page.locator("#thread").focus()
        opens(page)
        page.wait_for_timeout(300)
        # What lies half under it is not small: on pages of its own every target is looked at.
        found += complaints(page, name, rules={"target-size": {"enabled": False}})
    assert not found, "\n".join(found)


def test_nothing_is_cut_off_at_320_pixels(talk):
    page = talk(width=1280, errors=(r"status of 404",))
    page.set_viewport_size({"width": 320, "height": 640})
    found = []
    for address in addresses(page):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            found.append(f"{address} is {wide} wide")
    assert not found
