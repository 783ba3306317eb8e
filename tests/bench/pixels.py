"""From the customer's phone to the pixels of a real browser, and from Send to WeCom."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from tests.browser import FLAGS, chromium
from tests.site import PASSWORD, SHOP, Site, wait_until

from . import load
from .numbers import percentile
from .processes import ROOT, cpu_of, inside
from .table import Line, line

TITLE = "serve on SQLite, 200 pages open, 50 customers' messages per second: to the pixel and back"
PAGES, CUSTOMERS, RATE = 200, 50, 50
WARM, REST = 3, 2  # seconds before and after what counts
DEFAULTS = {
    "KF_POLL_SECONDS": "60",
    "KF_LEASE_SECONDS": "20",
    "KF_HTTP_SECONDS": "8",
    "KF_SWEEP_SECONDS": "2",
}
WITNESS = """
window.seen = {bubble: {}, row: {}};
new MutationObserver((changes) => {
  const now = Date.now();
  for (const { target, addedNodes } of changes)
    for (const node of [target, ...addedNodes])
      for (const [, number] of node.textContent.matchAll(/#(\\d+)#/g)) {
        const element = node.nodeType === 1 ? node : node.parentElement;
        const place = element?.closest("#messages") ? "bubble" : element?.closest("#sessions") ? "row" : null;
        if (place) window.seen[place][number] ??= now;
      }
}).observe(document, { childList: true, subtree: true, characterData: true });
"""
PRESS = "() => { const at = Date.now(); document.getElementById('send').click(); return at; }"


def measure(bench) -> Iterator[Line]:
    site = Site(bench.folder("pixels"), **DEFAULTS)
    with contextlib.ExitStack() as stack:
        stack.callback(site.stop)
        site.start_simulator()
        site.start_serve()
        site.connect(CUSTOMERS)
        for number in range(CUSTOMERS):
            site.simulator.say(SHOP, f"wm{number}", content="hello")
        lin = site.agent("lin")
        inside(site.environment, "pixels:hold_nothing")
        wait_until(lambda: len(lin.sessions()) == CUSTOMERS, 30, "all sessions are listed")
        page = _browser(stack, site, lin.sessions()["Customer 0"])
        _pages(stack, site, lin)
        seconds = 6 if bench.quick else 15
        before = cpu_of(site.processes["web1"].pid)
        said = _say(site, page, seconds)
        used = (cpu_of(site.processes["web1"].pid) - before) / (RATE * (WARM + seconds))
        yield from _seen(page, said)
        yield line("processor time of serve for one message", used * 1000, " ms")
        yield from _sent(site, page, 5 if bench.quick else 20)


def hold_nothing() -> None:
    """What is measured is the way, not the moment in which an answer can be taken back."""
    from sessions.models import Agent

    if any(field.name == "hold_seconds" for field in Agent._meta.fields):
        Agent.objects.update(hold_seconds=0)


def _browser(stack: contextlib.ExitStack, site: Site, session: int) -> Page:
    playwright = stack.enter_context(sync_playwright())
    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
    stack.callback(browser.close)
    page = browser.new_context(base_url=site.urls["web1"], locale="en-US").new_page()
    page.add_init_script(WITNESS)
    page.goto(f"/login/?next=/sessions/{session}/")
    page.get_by_label("Name").fill("lin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("html[data-line=up]").wait_for(state="attached")
    return page


def _pages(stack: contextlib.ExitStack, site: Site, lin) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in lin.http.cookies.items())
    port = site.urls["web1"].rpartition(":")[2]
    command = [sys.executable, "-m", "tests.bench.pages_open", port, cookie, str(PAGES)]
    crowd = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    stack.callback(crowd.wait, 10)
    stack.callback(crowd.stdin.close)
    assert crowd.stdout.readline().strip() == "open"


def _say(site: Site, page: Page, seconds: int) -> dict[int, float]:
    """{number: when it was said}; every tenth to the thread that is open."""
    said: dict[int, float] = {}

    def requests() -> Iterator[tuple[int, bytes]]:
        for number in range(RATE * (WARM + seconds)):
            who = 0 if number % 10 == 0 else 1 + number % (CUSTOMERS - 1)
            body = {"open_kfid": SHOP, "external_userid": f"wm{who}", "content": f"Hi #{number}#"}
            said[number] = time.time() * 1000
            yield number, load.post("/control/customer/say", json.dumps(body).encode())

    port = int(site.simulator.base_url.rpartition(":")[2])
    arguments = (port, requests(), RATE, WARM + seconds)
    sayer = threading.Thread(target=load.paced, args=arguments)
    sayer.start()
    while sayer.is_alive():
        page.wait_for_timeout(100)
    page.wait_for_timeout(REST * 1000)
    return {number: at for number, at in said.items() if number >= WARM * RATE}


def _seen(page: Page, said: dict[int, float]) -> Iterator[Line]:
    seen = page.evaluate("window.seen")
    for place, goals in (("bubble", (60, 150)), ("row", (60, 150))):
        shown = {int(number): at for number, at in seen[place].items()}
        delays = [shown[number] - at for number, at in said.items() if number in shown]
        due = [n for n in said if n % 10 == 0] if place == "bubble" else list(said)
        beside = f"{len(delays)} of {len(due)} seen"
        yield line(f"{place}: p50", percentile(delays, 0.5), " ms", at_most=goals[0], beside=beside)
        yield line(f"{place}: p95", percentile(delays, 0.95), " ms", at_most=goals[1])
    newest = max(n for n in said if n % 10 == 0)
    lost = sum(1 for n in said if n % 10 == 0 and str(n) not in seen["bubble"])
    yield line(f"bubbles lost (the last was #{newest})", lost, at_most=0)


def _sent(site: Site, page: Page, count: int) -> Iterator[Line]:
    """Send pressed → the request's arrival in the simulator's log, one at a time."""
    pressed: dict[str, float] = {}
    for number in range(count):
        words = f"answer {number}"
        site.simulator.say(SHOP, "wm0", content=f"question {number}")  # five more
        page.get_by_text(f"question {number}", exact=True).first.wait_for()
        page.locator("#composer-state [role=status], [data-may-reply=yes]").first.wait_for()
        page.wait_for_timeout(150)
        page.get_by_role("textbox", name="Reply").fill(words)
        pressed[words] = page.evaluate(PRESS)
        page.locator(".message[data-status=accepted]", has_text=words).wait_for()
    calls = {
        call["request"]["text"]["content"]: call["time"] * 1000
        for call in site.simulator.calls(api="kf/send_msg")
    }
    delays = [calls[words] - at for words, at in pressed.items()]
    yield line("Send → request at WeCom: p50", percentile(delays, 0.5), " ms", at_most=60)
    yield line(
        "Send → request at WeCom: p95",
        percentile(delays, 0.95),
        " ms",
        beside=f"{count} sent",
    )
