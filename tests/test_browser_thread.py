"""The thread in a real browser: quotes, second tries, faces, pictures, recordings."""

import pytest
from playwright.sync_api import expect

from tests.browser import off_the_loop
from tests.composing import note, opened, reply, thread
from tests.pictures import picture
from tests.signing_in import signed_in
from tests.site import SHOP, wait_until

pytest_plugins = ["tests.composing"]
pytestmark = pytest.mark.browser


def test_a_message_is_quoted(desk, says, site):
    page = opened(desk(), says(7, "The blue one, please"))
    thread(page).get_by_text("The blue one, please").hover()
    thread(page).get_by_role("button", name="Quote").first.click()
    expect(page.locator("#quoted")).to_contain_text("The blue one, please")
    expect(reply(page)).to_be_focused()
    page.keyboard.type("Gladly")
    page.keyboard.press("Enter")
    expect(thread(page).locator(".message--out .message__quoted")).to_contain_text("The blue one")
    expect(page.locator("#quoted")).to_be_empty()
    with off_the_loop():
        wait_until(lambda: len(site.simulator.transcript(SHOP, "wm7")) == 2)
        sent = site.simulator.transcript(SHOP, "wm7")[-1]["content"]["content"]
    assert sent.startswith("「Customer 7：The blue one, please」\n")


def test_what_is_pushed_has_the_times_of_the_agents_own_zone(desk, says, site):
    with off_the_loop():
        site.manage(
            "shell",
            "-c",
            "from sessions.models import Agent; "
            "Agent.objects.filter(username='lin').update(time_zone='America/St_Johns')",
        )
    page = opened(desk(), says(6, "Good evening"))
    says(6, "Is anybody there?")
    last = thread(page).locator(".message").filter(has_text="Is anybody there?")
    expect(last).to_be_visible()
    pushed = [last.locator("time").inner_text(), last.get_attribute("data-day")]
    page.reload()
    assert [last.locator("time").inner_text(), last.get_attribute("data-day")] == pushed


def test_a_failed_answer_is_sent_again_from_its_bubble(desk, says, site):
    page = opened(desk(), says(8, "Hello"))
    with off_the_loop():
        site.simulator.fault("errcode", api="kf/send_msg", errcode=40201)
    reply(page).fill("Second time lucky")
    reply(page).press("Enter")
    thread(page).get_by_role("button", name="Retry").click()
    expect(thread(page).locator(".message--out[data-status=accepted]")).to_be_visible()
    expect(thread(page).get_by_role("button", name="Retry")).to_have_count(0)


def test_faces_are_put_in_at_the_caret_and_drawn_in_the_thread(desk, says):
    page = opened(desk(), says(11, "[微笑]"))
    expect(thread(page).get_by_role("img", name="[微笑]")).to_be_visible()
    reply(page).fill("Thank you")
    page.get_by_label("Insert emoji").first.click()
    page.get_by_role("button", name="[OK]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(reply(page)).to_have_value("Thank you[强]")
    reply(page).press("Enter")
    expect(thread(page).get_by_role("img", name="[强]")).to_be_visible()


def test_pictures_open_large_one_after_the_other(desk, says):
    page = opened(desk(), says(12, "Show me"))
    files = [
        {"name": f"{n}.png", "mimeType": "image/png", "buffer": picture(kind="PNG")} for n in (1, 2)
    ]
    page.get_by_label("Attach file").set_input_files(files)
    page.get_by_role("button", name="Send", exact=True).click()
    pictures = thread(page).get_by_role("link", name="Image sent")
    expect(pictures).to_have_count(2)
    pictures.first.click()
    box = page.get_by_role("dialog", name="Pictures of this conversation")
    expect(box).to_contain_text("1 / 2")
    page.keyboard.press("ArrowRight")
    expect(box).to_contain_text("2 / 2")
    expect(box.get_by_role("button", name="Next picture")).to_be_disabled()
    box.get_by_role("button", name="Zoom").click()
    expect(box.get_by_role("button", name="Zoom")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(pictures.last).to_be_focused()


MICROPHONE = """navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const tone = context.createOscillator(), target = context.createMediaStreamDestination();
  tone.connect(target);
  tone.start();
  return target.stream;
};"""


def test_a_voice_message_is_recorded_and_played_at_the_chosen_speed(desk, says):
    page = opened(desk(), says(13, "Call me"))
    page.evaluate(MICROPHONE)
    button = page.get_by_role("button", name="Record a voice message")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(1200)
    button.click()
    tray = page.get_by_role("list", name="Files to send")
    expect(tray).to_contain_text("Voice message")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(thread(page).locator("audio")).to_be_visible()
    thread(page).get_by_role("button", name="Speed 1×").click()
    assert thread(page).locator("audio").evaluate("player => player.playbackRate") == 1.5


def test_without_scripts_notes_and_quotes_work(new_page, says, site):
    page = new_page(base_url=site.urls["web1"], java_script_enabled=False)
    signed_in(page, site, "wang")
    name = says(14, "no scripts here")
    wait_until(lambda: page.reload() and name in page.content())
    opened(page, name)
    page.get_by_text("Note", exact=True).click()
    note(page).fill("plainly for the team")
    page.get_by_role("button", name="Add note").click()
    expect(thread(page).locator(".message--note")).to_contain_text("plainly for the team")
    thread(page).get_by_role("button", name="Quote").first.click()
    expect(page.locator("#quoted")).to_contain_text("no scripts here")
    reply(page).fill("A plain form")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(thread(page).locator(".message__quoted")).to_contain_text("no scripts here")


IMPATIENT = """const real = window.setTimeout;
window.setTimeout = (act, wait, ...more) => real(act, wait === 8000 ? 1000 : wait, ...more);"""


def test_a_line_that_has_fallen_silent_is_given_up_for_another(desk, says):
    lines, silent = [], []

    def through(line) -> None:
        server = line.connect_to_server()
        server.on_message(lambda text: None if line in silent else line.send(text))
        line.on_message(server.send)
        lines.append(line)

    page = desk()
    page.route_web_socket("**/live/**", through)
    page.add_init_script(IMPATIENT)
    page.reload()
    opened(page, says(10, "one"))
    expect(page.locator("html[data-line=up]")).to_be_attached()
    silent += lines
    before = len(lines)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    says(10, "two, while nothing came through")
    expect(thread(page)).to_contain_text("two, while nothing came through")
    assert len(lines) > before
