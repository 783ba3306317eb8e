"""The product's main job from the first message to the rating, as two agents see it.

Once on one process with SQLite; once with Lin and Wang on two web processes beside two workers, on
PostgreSQL and Redis, so that whatever one of them sees of the other has crossed processes.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import off_the_loop
from tests.site import PASSWORD, SHOP, embedded, many, wait_until

pytestmark = pytest.mark.browser
ALICE = "wm0"


@pytest.fixture(params=["embedded", "many"])
def site(request, tmp_path):
    with off_the_loop():
        if request.param == "embedded":
            running = embedded(tmp_path)
        else:
            database = request.getfixturevalue("postgres_database")
            running = many(tmp_path, database, request.getfixturevalue("redis"))
        site = running.__enter__()
        site.connect(customers=1)
        for name in ("lin", "wang"):
            site.manage("adduser", name, "--role", "agent", "--password-stdin", said=PASSWORD)
    yield site
    with off_the_loop():
        running.__exit__(None, None, None)


@pytest.fixture
def desk(new_page, site):
    def sign_in(username: str, web: str) -> Page:
        page = new_page(base_url=site.urls.get(web, site.urls["web1"]))
        page.goto("/login/?next=/?tab=all")
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("html[data-line=up]")).to_be_attached()
        return page

    return sign_in


class Phone:
    """Alice, and Carol who serves in WeCom's own client."""

    def __init__(self, site):
        self.simulator = site.simulator

    def __getattr__(self, verb):
        def act(*arguments, **fields):
            with off_the_loop():
                return getattr(self.simulator, verb)(SHOP, ALICE, *arguments, **fields)

        return act

    def says(self, words):
        self.say("text", content=words)

    def menu(self):
        """The latest bubble, if it is one with choices."""
        latest = self.transcript()[-1]
        return latest if latest["msgtype"] == "msgmenu" else None


def answer(page: Page, words: str) -> None:
    box = page.get_by_role("textbox", name="Reply")
    box.fill(words)
    box.press("Enter")
    expect(thread(page).get_by_text(words, exact=True)).to_be_visible()


def thread(page: Page):
    return page.get_by_role("log", name="Conversation")


def left(page: Page):
    return page.get_by_role("status", name="Messages left")


def opened(page: Page) -> Page:
    rows = page.get_by_role("list", name="Sessions")
    rows.get_by_role("link", name="Customer 0", exact=True).first.click()
    expect(thread(page)).to_be_visible()
    return page


def test_from_the_first_message_to_the_rating(site, desk):
    alice = Phone(site)
    alice.says("Where is my parcel?")
    lin, wang = opened(desk("lin", "web1")), opened(desk("wang", "web2"))

    lin.get_by_role("button", name="Accept").click()
    expect(lin.get_by_role("button", name="Accept")).to_be_hidden()
    expect(wang.get_by_role("button", name="Accept")).to_be_hidden()

    run_out_of_budget(lin, wang)
    alice.says("And when does it come?")
    expect(left(lin)).to_contain_text("5 of 5")
    expect(left(wang)).to_contain_text("5 of 5")

    to_carol_and_back(lin, wang, alice)
    end_and_rate(lin, alice)


def run_out_of_budget(lin, wang):
    for number in range(1, 6):
        answer(lin, f"Answer {number}")
        expect(left(lin)).to_contain_text(f"{5 - number} of 5")
    expect(wang.get_by_text("Answer 5", exact=True).last).to_be_visible()
    expect(left(wang)).to_contain_text("0 of 5")
    expect(lin.get_by_text("All 5 messages are used.").first).to_be_visible()
    expect(lin.get_by_role("button", name="Send")).to_be_disabled()


def to_carol_and_back(lin, wang, alice):
    """Lin hands over to a servicer; Carol writes in WeCom, and ends; Alice comes back."""
    lin.get_by_role("button", name="Transfer").click()
    dialog = lin.get_by_role("dialog")
    dialog.get_by_text("carol").click()
    dialog.get_by_role("button", name="Transfer").click()
    expect(lin.get_by_text("One text can be sent now").first).to_be_visible()
    answer(lin, "Carol takes over")
    expect(lin.get_by_text("is answering in WeCom").first).to_be_visible()
    expect(lin.get_by_role("button", name="Send")).to_be_disabled()
    expect(wang.get_by_text("is answering in WeCom").first).to_be_visible()
    alice.write("carol", "text", content="Carol here, it comes tomorrow")
    expect(thread(lin).get_by_text("Carol here, it comes tomorrow")).to_be_visible()
    alice.end()
    expect(lin.get_by_text("The session has ended.").first).to_be_visible()
    expect(wang.get_by_text("The session has ended.").first).to_be_visible()


def end_and_rate(lin, alice):
    alice.says("One more question")
    rows = lin.get_by_role("list", name="Sessions")
    rows.get_by_role("link", name="Customer 0", exact=True).first.click()
    answer(lin, "Gladly")
    lin.get_by_role("button", name="End session").click()
    dialog = lin.get_by_role("dialog")
    dialog.get_by_role("button", name="End session").click()
    expect(lin.get_by_text("The session has ended.").first).to_be_visible()
    expect(thread(lin).get_by_text("非常满意").last).to_be_visible()
    menu = wait_until(alice.menu, what="the question on her phone")
    alice.click(menu["msgid"], menu["content"]["list"][1]["click"]["id"])
    expect(lin.get_by_text("Rated 4 of 5").first).to_be_visible()
    expect(lin.get_by_text("The session has ended.").first).to_be_visible()
