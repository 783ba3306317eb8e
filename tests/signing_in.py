"""An agent's page: by the form for the first time on a site, with the cookie of then afterwards."""

import re

from playwright.sync_api import Page, expect

from tests.site import PASSWORD, Site


def signed_in(page: Page, site: Site, username: str, path: str = "/") -> Page:
    """A cookie that holds no more, as somebody has signed out, leads to the form as well."""
    page.context.add_cookies(site.cookies.get(username, []))
    page.goto(path)
    if "/login/" in page.url:
        page.locator("#id_username").fill(username)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("button[type=submit]").last.click()
        expect(page).not_to_have_url(re.compile("/login/"))
        cookies = page.context.cookies()
        site.cookies[username] = [each for each in cookies if each["name"] == "sessionid"]
    return page
