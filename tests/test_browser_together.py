"""Two agents, two browsers, one customer: each sees the other, and one of them answers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.composing import opened, reply, thread

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser


@pytest.fixture
def both(desk, says):
    """Lin and Wang, who have the same session open."""

    def meet(number: int) -> tuple[Page, Page, str]:
        lin, wang = desk("lin"), desk("wang")
        name = says(number, "Where is it?")
        return opened(lin, name), opened(wang, name), name

    return meet


def row(page: Page, name: str):
    rows = page.get_by_role("list", name="Sessions").get_by_role("listitem")
    return rows.filter(has=page.get_by_role("link", name=name, exact=True))


def take_over(page: Page):
    return page.get_by_role("button", name=re.compile("is answering – take over"))


def sends(page: Page):
    return page.get_by_role("button", name="Send", exact=True)


def types(page: Page, words: str) -> None:
    reply(page).press_sequentially(words)


def test_each_sees_the_other_until_they_leave(both):
    lin, wang, name = both(0)
    for page, other in ((lin, "wang"), (wang, "lin")):
        expect(page.locator(".header").get_by_text(f"{other} is also here")).to_be_visible()
        expect(row(page, name).locator(".together")).to_have_attribute(
            "title", f"{other} is also here"
        )
    wang.context.close()
    expect(lin.get_by_text("is also here")).to_have_count(0)


def test_who_opens_another_session_is_seen_there_and_not_here(both, says):
    lin, wang, name = both(1)
    other = says(2, "Hello")
    expect(row(lin, name).locator(".together")).to_have_text(re.compile("wang is also here"))
    opened(wang, other)
    expect(row(lin, other).locator(".together")).to_have_text(re.compile("wang is also here"))
    expect(lin.locator(".header").get_by_text("is also here")).to_have_count(0)


def test_typing_is_seen_and_ends(both):
    lin, wang, _ = both(3)
    types(lin, "It")
    expect(wang.get_by_text("lin is typing a reply…")).to_be_visible()
    lin.get_by_text("Note", exact=True).click()
    lin.get_by_role("textbox", name="Note").press_sequentially("She is cross")
    expect(wang.get_by_text("lin is typing a note…")).to_be_visible()
    lin.get_by_role("button", name="Add note").click()
    expect(wang.get_by_text("is typing")).to_have_count(0)


def test_the_second_is_asked_takes_over_and_nobody_loses_a_word(both):
    lin, wang, _ = both(4)
    types(lin, "It left yesterday")
    expect(take_over(wang)).to_be_visible()
    types(wang, "It left today")
    reply(wang).press("Enter")
    expect(wang.get_by_text("lin is answering. Take over, then send.")).to_be_visible()
    expect(sends(wang)).to_be_hidden()
    take_over(wang).click()
    expect(lin.get_by_text("wang has taken over. Your text is kept.").first).to_be_visible()
    expect(take_over(lin)).to_have_text(re.compile("wang is answering"))
    expect(reply(lin)).to_have_value("It left yesterday")
    reply(wang).press("Enter")
    expect(thread(lin)).to_contain_text("It left today")
    expect(sends(lin)).to_be_visible()
    reply(lin).press("Enter")
    expect(lin.locator("#composer-error")).to_contain_text("wang answered while you typed")
    expect(reply(lin)).to_have_value("It left yesterday")
    reply(lin).press("Enter")
    expect(thread(wang)).to_contain_text("It left yesterday")


def test_who_closes_the_tab_blocks_nobody(both):
    lin, wang, _ = both(5)
    types(lin, "It left")
    types(wang, "Gladly")
    expect(take_over(wang)).to_be_visible()
    lin.context.close()
    expect(sends(wang)).to_be_visible()
    reply(wang).press("Enter")
    expect(thread(wang)).to_contain_text("Gladly")
