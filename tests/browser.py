"""A real Chromium for tests: `page`, or `new_page(locale="zh-CN", theme="dark")` for several.

A page that logs an error, breaks the content security policy or throws fails its test.
"""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MILLISECONDS = 10_000
# A form with errors answers 422, which Chromium reports although nothing is wrong.
EXPECTED = [r"the server responded with a status of 422"]

OpenPage = Callable[..., Page]


def chromium() -> str:
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, (name and shutil.which(name) for name in names)), None)
    if not found:
        pytest.fail("Chromium is not installed (Debian: chromium), nor CHROMIUM set to its path.")
    return found


@contextlib.contextmanager
def off_the_loop() -> Iterator[None]:
    """Playwright leaves its event loop marked as running in this thread; Django and other async
    code refuse to work under it. Nothing of Playwright may be called inside the block."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def _running_browser() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        loop = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        yield running, loop
        asyncio._set_running_loop(loop)
        running.close()


@pytest.fixture
def browser(_running_browser, monkeypatch) -> Iterator[Browser]:
    """Chromium, started once per process. The loop is marked only while a test uses it, so that
    tests without a browser may run in the same process."""
    running, loop = _running_browser
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    asyncio._set_running_loop(loop)
    yield running
    asyncio._set_running_loop(None)


@pytest.fixture
def new_page(browser: Browser, request, tmp_path: Path) -> Iterator[OpenPage]:
    """Open a page in a browser context of its own: another person, or another device.

    `errors` are patterns of console messages that this test provokes on purpose.
    """
    opened: list[Page] = []
    complaints: list[str] = []

    def open_page(
        *,
        locale: str = "en-US",
        theme: str = "light",
        width: int = 1280,
        height: int = 800,
        base_url: str | None = None,
        errors: tuple[str, ...] = (),
        **options,
    ) -> Page:
        context = browser.new_context(
            locale=locale,
            color_scheme=theme,
            viewport={"width": width, "height": height},
            base_url=base_url,
            reduced_motion="reduce",
            **options,
        )
        page = context.new_page()
        page.set_default_timeout(WAIT_MILLISECONDS)
        listen(page, complaints, [*EXPECTED, *errors])
        opened.append(page)
        return page

    yield open_page
    if request.node.stash.get(FAILED, False):
        for number, page in enumerate(opened):
            print("screenshot:", screenshot(page, f"failed-{number}", tmp_path))  # noqa: T201
    for page in opened:
        page.context.close()
    assert not complaints, "the browser's console:\n" + "\n".join(complaints)


@pytest.fixture
def page(new_page: OpenPage) -> Page:
    return new_page()


def listen(page: Page, complaints: list[str], expected: list[str]) -> None:
    def note(text: str) -> None:
        if not any(re.search(pattern, text) for pattern in expected):
            complaints.append(f"{page.url}: {text}")

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            note(message.text)

    page.on("console", note_message)
    page.on("pageerror", lambda error: note(str(error)))


def screenshot(page: Page, name: str, folder: Path) -> Path:
    """Keep a picture, in KF_SCREENSHOTS if that is set, and say where it is."""
    folder = Path(os.environ.get("KF_SCREENSHOTS", folder))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    with contextlib.suppress(Exception):  # a page that crashed must not hide the failure itself
        page.screenshot(path=path, full_page=True)
    return path


@pytest.fixture
def shot(tmp_path: Path) -> Callable[[Page, str], Path]:
    return lambda page, name: screenshot(page, name, tmp_path)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
