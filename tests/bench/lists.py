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
    sizes = QUICK if bench.quick else SIZES
    with ExitStack() as stack:
        for name in ("SQLite", "PostgreSQL"):
            sites = {}
            for size in sizes:
                postgres = name == "PostgreSQL" and stack.enter_context(bench.new_postgres())
                more = {"DATABASE_URL": postgres} if postgres else {}
                sites[size] = bench.environment(bench.folder(f"lists-{name}-{size}"), **more)
                manage(sites[size], "migrate", "--verbosity", "0")
            yield line(f"{name}: sessions made", sum(_made(sites)), " s")
            found = _in_turns(sites, 2 if bench.quick else 3)
            for page in found[sizes[0]][0]:
                yield from _lines(name, page, found)


def _made(sites: dict[int, dict]) -> Iterator[float]:
    for size, env in sites.items():
        yield inside(env, "crowd:make", size=size)


def _in_turns(sites: dict[int, dict], rounds: int) -> dict[int, list[dict]]:
    """{size: [one for each round]}: the sizes take turns, so that a noisy moment hits all."""
    found: dict[int, list[dict]] = {size: [] for size in sites}
    for _ in range(rounds):
        for size, env in sites.items():
            found[size].append(inside(env, "lists:timed", turns=7))
    return found


def _lines(name: str, page: str, found: dict[int, list[dict]]) -> Iterator[Line]:
    small, large = min(found), max(found)
    ms = {size: [at[page]["ms"] for at in rounds] for size, rounds in found.items()}
    all_sizes = " / ".join(f"{median(values):.1f}" for values in ms.values())
    used = median(at[page]["cpu"] for at in found[large])
    beside = f"{all_sizes} ms; processor {used:.1f} ms; {found[large][0][page]['queries']} queries"
    most = MOST.get(page)
    yield line(f"{name}: {page}", median(ms[large]), " ms", at_most=most, beside=beside)
    growth = median(b / a for a, b in zip(ms[small], ms[large], strict=True))
    yield line(f"{name}: … to 10³", growth, at_most=1.5 if most else None)


# --- in a process of its own ----------------------------------------------------------------------


def timed(turns: int) -> dict[str, dict]:
    """Medians in ms of each page, and how many queries."""
    from sessions.models import Agent

    pages = _pages(Agent.objects.get(username="agent0"))
    anew = {f"{name}, all drawn anew": _anew(pages[name]) for name in ("inbox", "thread")}
    found = [*_timed(pages, turns), *_timed(anew, max(3, turns // 3))]
    return {
        name: {"ms": ms, "cpu": cpu, "queries": _queries((pages | anew)[name])}
        for name, ms, cpu in found
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
