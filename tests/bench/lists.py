"""Inbox, thread and counts with 10³, 10⁵ and 10⁶ sessions, one message and more in each."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from .processes import inside, manage
from .table import Line, line

TITLE = "Pages with many sessions (a tenth of them open, at most 20,000): server time"
SIZES, QUICK = (1_000, 100_000, 1_000_000), (1_000, 100_000)
MOST = {"inbox": 15, "thread": 10}  # ms


def measure(bench) -> Iterator[Line]:
    with ExitStack() as stack:
        postgres = {"DATABASE_URL": stack.enter_context(bench.new_postgres())}
        for name, more in (("SQLite", {}), ("PostgreSQL", postgres)):
            env = bench.environment(bench.folder(f"lists-{name}"), **more)
            manage(env, "migrate", "--verbosity", "0")
            sizes = QUICK if bench.quick else SIZES
            found = inside(env, "lists:at_sizes", sizes=sizes, turns=7 if bench.quick else 21)
            for page in found[0]["ms"]:
                yield from _lines(name, page, found)
            yield line(f"{name}: sessions made", found[-1]["made"], " s")


def _lines(name: str, page: str, found: list[dict]) -> Iterator[Line]:
    small, large = found[0], found[-1]
    all_sizes = " / ".join(f"{at['ms'][page]:.1f}" for at in found)
    used, queries = large["cpu"][page], large["queries"][page]
    beside = f"{all_sizes} ms; processor {used:.1f} ms; {queries} queries"
    yield line(f"{name}: {page}", large["ms"][page], " ms", at_most=MOST.get(page), beside=beside)
    goal = {"at_most": 1.5} if page in MOST else {}
    yield line(f"{name}: … to 10³", large["ms"][page] / small["ms"][page], **goal)


# --- in a process of its own ----------------------------------------------------------------------


def at_sizes(sizes: list[int], turns: int) -> list[dict]:
    """The same database grows; medians in ms, and how many queries."""
    from .crowd import grow, people

    lin, before, found = people(), 0, []
    for size in sizes:
        made = grow(before, size)
        found.append({"made": made, **_at_this_size(lin, turns)})
        before = size
    return found


def _at_this_size(lin, turns: int) -> dict:
    pages = _pages(lin)
    anew = {f"{name}, all drawn anew": _anew(pages[name]) for name in ("inbox", "thread")}
    found = [*_timed(pages, turns), *_timed(anew, max(3, turns // 3))]
    return {
        "ms": {name: ms for name, ms, _ in found},
        "cpu": {name: cpu for name, _, cpu in found},
        "queries": {name: _queries(page) for name, page in (pages | anew).items()},
    }


def _anew(page):
    """With nothing kept of what was drawn before."""
    from messaging import kept

    return lambda: (kept.forget(), page())


def _timed(pages: dict, turns: int) -> Iterator[tuple[str, float, float]]:
    """Name, ms, and ms of the processor: medians over so many rounds."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    for turn in range(turns + 1):
        for name, page in pages.items():
            began, before = time.perf_counter(), time.process_time()
            page()
            took = time.perf_counter() - began, time.process_time() - before
            if turn:  # the first is for templates, plans, caches
                times[name].append(took)
    for name, taken in times.items():
        yield name, *(median(values) * 1000 for values in zip(*taken, strict=True))


def _pages(lin) -> dict:
    """As a browser asks for them, through all middleware."""
    from django.test import Client

    from sessions.counts import counts_of, counts_of_accounts
    from sessions.models import Session
    from sessions.sorts import SORTS

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(lin, "django.contrib.auth.backends.ModelBackend")
    opened = Session.objects.open().latest("id").pk
    pane = {"HX-Request": "true", "HX-Target": "div#pane"}
    more = {"HX-Request": "true", "HX-Target": "div#more"}
    middle = Session.objects.ended().order_by("latest_at")[Session.objects.count() // 4]
    cursor = SORTS["newest"].cursor(middle)

    def get(path: str, headers: dict | None = None):
        def page() -> None:
            assert client.get(path, headers=headers).status_code == 200

        return page

    return {
        "inbox": get("/"),
        "thread": get(f"/sessions/{opened}/", pane),
        "counts": lambda: counts_of(lin),
        "counts pushed": lambda: counts_of_accounts([1]),
        "ended, deep in the list": get(f"/?tab=ended&before-row={cursor}", more),
    }


def _queries(page) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        page()
    return len(queries)
