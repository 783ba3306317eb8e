"""A desk without a mouse, for browser tests: its site, and what keys do there."""

import pytest
from playwright.sync_api import Page, expect

from tests.site import PASSWORD, Desk, installed

CUSTOMERS = 16


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with installed(tmp_path_factory.mktemp("site")) as site:
        site.connect(CUSTOMERS)
        for name, role in (("lin", "lead"), ("wang", "agent"), ("zhao", "agent"), ("sun", "agent")):
            site.manage("adduser", name, "--role", role, "--password-stdin", said=PASSWORD)
        lin = Desk(site, "lin", "web1")
        lin.post("/phrases/new/", title="Hours", body="We are here from 9 to 21", place="mine")
        yield site


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, what: str) -> None:
    for _ in range(30):
        if page.evaluate(f"document.activeElement.{what}"):
            return
        press(page, "Tab")
    raise AssertionError(f"Tab does not reach what has {what}")


def rows(page: Page):
    return page.get_by_role("list", name="Sessions").get_by_role("listitem")


def bar(page: Page):
    return page.get_by_role("dialog", name="Command bar")


def command(page: Page, words: str, found: str) -> None:
    """By the command bar: what is found first is done."""
    press(page, "Control+k")
    page.keyboard.type(words)
    expect(bar(page).get_by_role("option", selected=True)).to_contain_text(found)
    press(page, "Enter")
