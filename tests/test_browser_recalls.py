"""A customer takes a message back, while one agent quotes it and others look on."""

import pytest
from playwright.sync_api import expect

from tests.browser import off_the_loop
from tests.composing import opened, reply, thread
from tests.site import PASSWORD, SHOP
from tests.test_browser_accessible import complaints

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser
SECRET = "My card is 6222 0000 1111"


@pytest.fixture
def recalls(site):
    """Says it for a customer; what is given back takes it back."""

    def say(number: int):
        with off_the_loop():
            msgid = site.simulator.say(SHOP, f"wm{number}", "text", content=SECRET)

        def take_back() -> None:
            with off_the_loop():
                site.simulator.recall(SHOP, f"wm{number}", msgid)

        return take_back

    return say


def test_who_quotes_what_is_recalled_is_told_and_answers_without_it(desk, recalls):
    lin, wang = desk("lin"), desk("wang")
    take_back = recalls(0)
    for page in (lin, wang):
        opened(page, "Customer 0")
    thread(lin).get_by_role("button", name="Quote").first.click()
    expect(lin.locator("#quoted")).to_contain_text(SECRET)
    reply(lin).fill("I have noted it")
    take_back()
    expect(
        lin.get_by_role("alert").filter(has_text="The message you quote was recalled")
    ).to_be_visible()
    for page in (lin, wang):
        expect(thread(page)).to_contain_text("The customer recalled a message")
        expect(page.locator("body")).not_to_contain_text(SECRET)
        expect(page.get_by_role("button", name="Show what was recalled")).to_have_count(0)
    assert complaints(lin, "the strip") == []
    expect(reply(lin)).to_have_value("I have noted it")
    reply(lin).press("Enter")
    expect(thread(wang)).to_contain_text("I have noted it")
    expect(thread(wang).locator(".message__quoted")).to_have_count(0)
    expect(lin.locator("#quoted")).to_be_empty()


def test_a_lead_reads_it_in_a_dialog_and_the_team_is_told(desk, recalls, site):
    with off_the_loop():
        site.manage("adduser", "boss", "--role", "lead", "--password-stdin", said=PASSWORD)
    lin, boss = desk("lin"), desk("boss", theme="dark")
    take_back = recalls(1)
    for page in (lin, boss):
        opened(page, "Customer 1")
    take_back()
    show = boss.get_by_role("button", name="Show what was recalled")
    show.click()
    dialog = boss.get_by_role("dialog", name="What was recalled")
    expect(dialog).to_contain_text(SECRET)
    assert complaints(boss, "what was recalled") == []
    expect(thread(lin)).to_contain_text("boss read the recalled message")
    boss.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(show).to_be_focused()
    expect(boss.locator("body")).not_to_contain_text(SECRET)


def test_a_toast_with_its_words_goes(desk, says, recalls):
    lin = opened(desk("lin"), says(2, "Hello"))
    lin.get_by_role("button", name="Accept").click()
    expect(lin.get_by_role("button", name="Accept")).to_have_count(0)
    lin.goto("/customers/")
    expect(lin.locator("html[data-line=up]")).to_be_attached()
    take_back = recalls(2)
    expect(lin.locator("#toasts")).to_contain_text(SECRET)
    take_back()
    expect(lin.locator("#toasts")).not_to_contain_text(SECRET, timeout=4000)
