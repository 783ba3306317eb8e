"""One sync_msg page of 1000 rows: stored, routed and pushed as a page, and one by one."""

import asyncio
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median

from .processes import inside, manage
from .table import Line, line

TITLE = "A sync_msg page of 1000 rows: stored, sessions routed, list rows pushed to 20 pages"
ROWS = 1000
PAGES = 20


def measure(bench) -> Iterator[Line]:
    rounds, alone = (2, 40) if bench.quick else (3, 60)
    with bench.new_postgres() as postgres:
        many = {"DATABASE_URL": postgres, "REDIS_URL": bench.redis}
        for name, more in (("SQLite", {}), ("PostgreSQL and Redis", many)):
            env = bench.environment(bench.folder(f"storing-{len(more)}"), **more)
            manage(env, "migrate", "--verbosity", "0")
            found = inside(env, "storing:in_turns", rounds=rounds, alone=alone)
            beside = f"one by one {found['alone']:,.0f} ms"
            yield line(f"{name}: from 300 customers", found["page"], " ms", beside=beside)
            yield line(f"{name}: … times one by one", found["ratio"], at_least=8)
            split = ", ".join(f"{part} {ms:,.0f} ms" for part, ms in found["parts"].items())
            yield line(f"{name}: from 1000 new customers", found["worst"], " ms", beside=split)
            beside = f"of 100 rows: {found['queries_of_100']}"
            yield line(f"{name}: statements for that page", found["queries"], beside=beside)


# --- in a process of its own ----------------------------------------------------------------------


def in_turns(rounds: int, alone: int) -> dict:
    """Medians in ms for 1000 rows."""
    account = _account()
    with _hub():
        _whole(account, _rows(100, 30))
        page, one, worst = [], [], []
        for _ in range(rounds):
            page.append(sum(_whole(account, _rows(ROWS, 300)).values()))
            one.append(_one_by_one(account, _rows(alone, max(1, alone * 3 // 10))) * ROWS / alone)
            worst.append(_whole(account, _rows(ROWS, ROWS)))
        queries = [_queries(account, _rows(size, size)) for size in (ROWS, 100)]
    return {
        "page": median(page),
        "alone": median(one),
        "ratio": median(b / a for a, b in zip(page, one, strict=True)),
        "worst": median(sum(parts.values()) for parts in worst),
        "parts": {part: median(parts[part] for parts in worst) for part in worst[0]},
        "queries": queries[0],
        "queries_of_100": queries[1],
    }


def _account():
    from django.utils import timezone

    from tests.factories import make_account, make_servicer

    account = make_account(history_read_at=timezone.now())
    make_servicer(account)
    return account


@contextmanager
def _hub():
    """As in a server: a hub on its own loop, with pages that see every row of the list."""
    from messaging.live import hub
    from messaging.sockets import Socket

    class Pipe:
        def buffered(self) -> int:
            return 0

        def write(self, text: str) -> None:
            pass

    async def begin() -> None:
        hub.start()
        for _ in range(PAGES):
            hub.join(Socket(Pipe()), "account-1")

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    asyncio.run_coroutine_threadsafe(begin(), loop).result(5)
    yield
    asyncio.run_coroutine_threadsafe(hub.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)


def _rows(count: int, customers: int) -> list:
    """News of so many customers who were never seen before."""
    from django.utils import timezone

    from messaging.backends import Inbound

    series, now = uuid.uuid4().hex[:8], timezone.now()
    return [
        Inbound(
            msgid=f"{series}-{number}",
            kind="text",
            direction="in",
            origin="customer",
            sent_at=now + timedelta(milliseconds=number),
            customer=f"wm{series}{number % customers}",
            content={"content": f"你好，请问我的包裹 {number} 到哪里了？"},
            raw={"msgtype": "text", "text": {"content": "你好"}, "number": number},
        )
        for number in range(count)
    ]


def _whole(account, rows: list) -> dict[str, float]:
    """As the worker does it: a transaction for the page, then the desk's batches."""
    began = time.perf_counter()
    _store(account, rows)
    stored = time.perf_counter()
    _route()
    return {"wire": (stored - began) * 1000, "desk": (time.perf_counter() - stored) * 1000}


def _one_by_one(account, rows: list) -> float:
    began = time.perf_counter()
    for row in rows:
        _store(account, [row])
        _route()
    return (time.perf_counter() - began) * 1000


def _store(account, rows: list) -> None:
    from django.db import transaction

    from messaging import ingest, sync

    with transaction.atomic():
        sync._announce(ingest.store(account, rows, is_history=False))


def _route() -> None:
    from sessions import intake

    while intake.route():
        pass


def _queries(account, rows: list) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _whole(account, rows)
    return len(queries)
