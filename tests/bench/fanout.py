"""Fan-out: one row to every open page, five rows per second, one page never reading."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from . import load
from .numbers import percentile
from .processes import Process, inside, manage, serving
from .sockets import Crowd
from .table import Line, line

TITLE = (
    "Fan-out to N pages, one of them never reading; stock: AsyncWebsocketConsumer, in-memory layer"
)
APP = "tests.bench.push"
SIZES = (1000, 500, 100)  # the largest first: memory is what the first thousand cost
ROUNDS = {1000: 3, 500: 2, 100: 1}
BROADCASTS = 15
LATE_SECONDS = 15.0


@dataclass
class Side:
    """One server, its pages, and what was seen."""

    server: Process
    crowd: Crowd
    cpu: list[float] = field(default_factory=list)  # µs per delivered frame
    p50: list[float] = field(default_factory=list)  # ms, one for each round
    p99: list[float] = field(default_factory=list)
    lost: int = 0


def measure(bench) -> Iterator[Line]:
    env = bench.environment(bench.folder("fanout"))
    manage(env, "migrate", "--verbosity", "0")
    account, cookie = inside(env, "fanout:sign_in")
    with serving(f"{APP}:ours", env) as ours, serving(f"{APP}:stock", env) as stock:
        for size in (500, 100) if bench.quick else SIZES:
            found = asyncio.run(_with_pages(size, account, cookie, ours, stock, bench.quick))
            yield from _lines(size, *found)


def sign_in() -> tuple[int, str]:
    """An account and the cookie of an agent who serves it."""
    from django.conf import settings
    from django.test import Client

    from tests.factories import make_account, make_agent, make_customer, make_session

    account, client = make_account(), Client()
    make_session(make_customer(account))
    client.force_login(make_agent("lin"), "django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return account.pk, f"{name}={client.cookies[name].value}"


async def _with_pages(
    size: int, account: int, cookie: str, ours: Process, stock: Process, quick: bool
):
    watch = '{"watch":{"list":"tab=all"}}'
    sides = [Side(ours, Crowd(ours.port, "/live/", cookie, watch)), Side(stock, Crowd(stock.port))]
    each = []
    try:
        for side in sides:
            before = side.server.rss()
            await side.crowd.gather(size)
            await asyncio.sleep(1)
            each.append((side.server.rss() - before) / size / 1024)
        for _ in range(1 if quick else ROUNDS[size]):
            for side in sides:
                await _broadcast(side, size, account)
    finally:
        for side in sides:
            side.crowd.close()
    return (*sides, each)


async def _broadcast(side: Side, size: int, account: int) -> None:
    before, expected = side.server.cpu(), BROADCASTS * size
    push = load.post(f"/push?{account}x{BROADCASTS}", b"")
    await asyncio.gather(_ask(side.server.port, push), side.crowd.receive(expected, LATE_SECONDS))
    latencies = side.crowd.take_latencies()
    side.cpu.append((side.server.cpu() - before) / max(1, len(latencies)) * 1e6)
    side.p50.append(percentile(latencies, 0.50) * 1000)
    side.p99.append(percentile(latencies, 0.99) * 1000)
    side.lost += expected - len(latencies)


async def _ask(port: int, request: bytes) -> None:
    line = await load.connect(port)
    await asyncio.wait_for(line.ask(request), LATE_SECONDS)
    line.transport.close()


def _lines(size: int, ours: Side, stock: Side, each: list[float]) -> Iterator[Line]:
    cpu, theirs = median(ours.cpu), median(stock.cpu)
    large = size == max(SIZES)
    beside = f"{cpu:.0f} µs, stock {theirs:.0f} µs"
    goal = {"at_most": 0.25} if large else {}
    yield line(f"N = {size}: CPU per frame, to stock", cpu / theirs, beside=beside, **goal)
    beside = f"p50 {median(ours.p50):.0f} ms; stock {median(stock.p50):,.0f} / {median(stock.p99):,.0f} ms"
    most = 150 if size >= 500 else None
    yield line(f"N = {size}: p99", median(ours.p99), " ms", at_most=most, beside=beside)
    yield line(f"N = {size}: frames lost", ours.lost, at_most=0, beside=f"stock {stock.lost}")
    if large:
        yield line("memory per page", each[0], " KB", at_most=45, beside=f"stock {each[1]:.0f} KB")
