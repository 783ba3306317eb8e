"""Reports over a year of 10³, 10⁴ and 10⁵ sessions, the raw rows beside them, and what writing costs."""

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
OVERVIEW = (
    *("sessions", "customers", "messages_in", "messages_out", "closed", "reply_rate"),
    *("first_reply", "next_reply", "resolution", "unanswered", "lost", "csat"),
)
OF_AGENTS = (
    *("sessions", "replies", "closed", "first_reply", "next_reply", "handle_time"),
    *("csat", "taken", "time_handled"),
)


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
        most = None if report == "raw" else MOST[name]
        yield line(f"{name}: {report}", ms, " ms", at_most=most, beside=f"{all_sizes} ms")
    slowest = max(ms for report, ms in large.items() if report != "raw")
    yield line(f"{name}: slowest report to raw rows", slowest / large["raw"])


def _costs(name: str, written: dict[int, dict[str, float]]) -> Iterator[Line]:
    small, large = written[min(written)], written[max(written)]
    for part, ms in large.items():
        all_sizes = " / ".join(f"{each[part]:.1f}" for each in written.values())
        yield line(f"{name}: {part}", ms, " ms", beside=f"{all_sizes} ms")
        yield line(f"{name}: … to 10³ sessions", ms / small[part], at_most=1.5)


# --- in a process of its own ----------------------------------------------------------------------


def timed(turns: int) -> dict[str, float]:
    """Medians in ms of each report, and of counting the raw rows by day and origin."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as it does by itself, some minutes after so much
    return {name: _ms(report, turns) for name, report in _reports().items()}


def _reports() -> dict[str, Callable[[], Any]]:
    from django.db.models import Count
    from django.db.models.functions import TruncDate

    from messaging.models import Message
    from sessions.models import Agent
    from sessions.reports.figures import breakdown, figures, heatmap, rows, series
    from sessions.reports.metrics import METRICS
    from sessions.reports.periods import Period
    from sessions.reports.selection import Selection

    wang, year = Agent.objects.get(username="wang"), Selection(Period.preset("year"))
    of_days = Message.objects.annotate(day=TruncDate("sent_at")).values("day", "origin")
    latest = rows(wang, "first_reply", year).order_by("-first_reply_at")
    return {
        "overview, beside the year before": lambda: figures(wang, OVERVIEW, year),
        "all metrics": lambda: figures(wang, METRICS, year, compare=False),
        "agents": lambda: breakdown(wang, OF_AGENTS, year, "agent"),
        "accounts": lambda: breakdown(wang, OVERVIEW, year, "account"),
        "by the week": lambda: series(wang, ["sessions", "replies", "first_reply"], year, "week"),
        "heatmap": lambda: heatmap(wang, ["sessions", "replies", "first_reply"], year),
        "a page of the list behind a number": lambda: (latest.count(), list(latest[:50])),
        "raw": lambda: list(of_days.annotate(rows=Count("pk"))),
    }


def written(turns: int) -> dict[str, float]:
    """A batch of 100 customers routed, and then folded."""
    from messaging.models import Account
    from sessions import intake
    from sessions.reports import folding

    from .storing import _rows, _store

    account = Account.objects.order_by("pk").first()
    routed, folded = [], []
    for _ in range(turns + 1):
        _store(account, _rows(100, 100))
        routed.append(_ms(_until_nothing(intake.route), 1))
        folded.append(_ms(_until_nothing(folding.step), 1))
    return {
        "100 customers routed": median(routed[1:]),
        "… and counted by the worker": median(folded[1:]),
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
