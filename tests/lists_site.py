"""A desk with its lists in a real browser, for the tests of lists and of what sorts them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.signing_in import signed_in
from tests.site import PASSWORD, SHOP, Site, installed, wait_until

CUSTOMERS = 12


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with installed(tmp_path_factory.mktemp("lists")) as site:
        site.connect(CUSTOMERS)
        for name, role in (("lin", "agent"), ("wang", "lead")):
            site.manage("adduser", name, "--role", role, "--password-stdin", said=PASSWORD)
        yield site


@pytest.fixture
def says(site: Site):
    def say(number: int, text: str = "Hello") -> str:
        with off_the_loop():
            site.simulator.say(SHOP, f"wm{number}", "text", content=text)
        return f"Customer {number}"

    return say


@pytest.fixture
def desk(new_page, site: Site):
    def sign_in(path: str = "/", username: str = "lin", **options) -> Page:
        page = signed_in(new_page(base_url=site.urls["web1"], **options), site, username, path)
        if options.get("java_script_enabled", True):
            expect(page.locator("html[data-line=up]")).to_be_attached()
        return page

    return sign_in


def rows(page: Page):
    return page.get_by_role("list", name="Sessions")


def row(page: Page, name: str):
    return rows(page).get_by_role("link", name=name, exact=True)


def item(page: Page, name: str):
    return (
        rows(page)
        .get_by_role("listitem")
        .filter(has=page.get_by_role("link", name=name, exact=True))
    )


def top(page: Page, name: str) -> float:
    return row(page, name).bounding_box()["y"]


def assert_above(page: Page, upper: str, lower: str) -> None:
    """At once or soon: what is pushed may be on its way."""
    wait_until(lambda: page.wait_for_timeout(50) or top(page, upper) < top(page, lower), 10)


def aside(page: Page) -> None:
    page.mouse.move(900, 300)
