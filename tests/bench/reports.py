"""The pages of reports over a year of 10³, 10⁴ and 10⁵ sessions, and what writing costs.

A page has all that it shows and the year before beside it: figures, charts, tables, HTML.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from statistics import median
from typing import Any

from .processes import inside, manage
from .table import Line, line

TITLE = "Reports over a year, with ten messages in a session: time to answer"
SIZES, QUICK = (1_000, 10_000, 100_000), (1_000, 10_000)  # sessions
MOST = {"SQLite": 500, "PostgreSQL": 300}  # ms
PAGE = "report"  # what is held against the limit


def measure(bench) -> Iterator[Line]:
    sizes = QUICK if bench.quick else SIZES
    with ExitStack() as stack:
        for name in ("SQLite", "PostgreSQL"):
            sites = {}
            for size in sizes:
                postgres = name == "PostgreSQL" and stack.enter_context(bench.new_postgres())
                more = {"DATABASE_URL": postgres} if postgres else {}
                env = bench.environment(bench.folder(f"reports-{name}-{size}"), KF_DEMO="1", **more)
                manage(env, "migrate", "--verbosity", "0")
                manage(env, "demo", "--history", "--messages", str(size * 10))
                sites[size] = env
            found = {size: inside(env, "reports:timed", turns=5) for size, env in sites.items()}
            yield from _lines(name, found)
            written = {size: inside(env, "reports:written", turns=5) for size, env in sites.items()}
            yield from _costs(name, written)


def _lines(name: str, found: dict[int, dict[str, float]]) -> Iterator[Line]:
    large = found[max(found)]
    for report, ms in large.items():
        all_sizes = " / ".join(f"{each[report]:.0f}" for each in found.values())
        most = MOST[name] if report.startswith(PAGE) else None
        yield line(f"{name}: {report}", ms, " ms", at_most=most, beside=f"{all_sizes} ms")


def _costs(name: str, written: dict[int, dict[str, float]]) -> Iterator[Line]:
    small, large = written[min(written)], written[max(written)]
    for part, ms in large.items():
        all_sizes = " / ".join(f"{each[part]:.1f}" for each in written.values())
        yield line(f"{name}: {part}", ms, " ms", beside=f"{all_sizes} ms")
        yield line(f"{name}: … to 10³ sessions", ms / small[part], at_most=1.5)


# --- in a process of its own ----------------------------------------------------------------------


def timed(turns: int) -> dict[str, float]:
    """Medians in ms of each page, and of counting the raw rows by day and origin."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as it does by itself, some minutes after so much
    return {name: _ms(work, turns) for name, work in _works().items()}


def _works() -> dict[str, Callable[[], Any]]:
    from django.db.models import Count
    from django.db.models.functions import TruncDate
    from django.test import Client

    from messaging.models import Message
    from sessions.models import Agent
    from sessions.reports.pages import REPORTS

    client = Client(headers={"host": "localhost"})
    client.force_login(Agent.objects.get(username="wang"))

    def page(address: str) -> Callable[[], Any]:
        def ask() -> None:
            assert client.get(address).status_code == 200

        return ask

    pages = {f"{PAGE} {name}": page(f"/reports/{name}/?period=year") for name in REPORTS}
    of_days = Message.objects.annotate(day=TruncDate("sent_at")).values("day", "origin")
    return pages | {
        "the list behind a number": page("/reports/rows/first_reply/?period=year"),
        "overview of an entrance": page("/reports/overview/?period=year&entrance=website"),
        "all messages counted by day": lambda: list(of_days.annotate(rows=Count("pk"))),
    }


def written(turns: int) -> dict[str, float]:
    """A batch of 100 customers routed, and then folded."""
    from messaging.models import Account
    from sessions import intake
    from sessions.models import RollupDay
    from sessions.reports import folding, keeping

    from .storing import _rows, _store

    account = Account.objects.order_by("pk").first()
    routed, folded = [], []
    for _ in range(turns + 1):
        _store(account, _rows(100, 100))
        routed.append(_ms(_until_nothing(intake.route), 1))
        folded.append(_ms(_until_nothing(folding.step), 1))
    RollupDay.objects.filter(pk__in=RollupDay.objects.order_by("-day")[:5]).update(
        is_stale=True, touched_at=None
    )
    return {
        "100 customers routed": median(routed[1:]),
        "… and counted by the worker": median(folded[1:]),
        "five days kept": _ms(keeping.step, 1),
    }


def _until_nothing(step: Callable[[], int]) -> Callable[[], None]:
    def work() -> None:
        while step():
            pass

    return work


def _ms(work: Callable[[], Any], turns: int) -> float:
    taken = []
    for _ in range(turns):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
