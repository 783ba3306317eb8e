"""A desk to write at, for browser tests: a real site, customers who write, agents who sign in.

pytest_plugins = ["tests.composing"] gives the fixtures of a module.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.signing_in import signed_in
from tests.site import PASSWORD, SHOP, Site, installed

CUSTOMERS = 16


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with installed(tmp_path_factory.mktemp("site")) as site:
        site.connect(CUSTOMERS)
        for name in ("lin", "wang"):
            site.manage("adduser", name, "--role", "agent", "--password-stdin", said=PASSWORD)
        yield site


@pytest.fixture
def says(site: Site):
    def say(number: int, text: str = "", kind: str = "text", **content) -> str:
        content = content or {"content": text}
        with off_the_loop():
            site.simulator.say(SHOP, f"wm{number}", kind, **content)
        return f"Customer {number}"

    return say


@pytest.fixture
def desk(new_page, site: Site):
    def sign_in(username: str = "lin", **options) -> Page:
        page = signed_in(new_page(base_url=site.urls["web1"], **options), site, username)
        expect(page.locator("html[data-line=up]")).to_be_attached()
        return page

    return sign_in


def opened(page: Page, name: str) -> Page:
    page.get_by_role("list", name="Sessions").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name).first).to_be_visible()
    return page


def reply(page: Page):
    return page.get_by_role("textbox", name="Reply")


def note(page: Page):
    return page.get_by_role("textbox", name="Note")


def thread(page: Page):
    return page.get_by_role("log", name="Conversation")
