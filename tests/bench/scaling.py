"""Two web and two worker processes against one of each: PostgreSQL, Redis, four accounts."""

import contextlib
import json
import os
import time
from collections.abc import Iterator

import psycopg

from tests.site import AES_KEY, CORP, SECRET, TOKEN, Site, wait_until

from . import load
from .numbers import in_turns, medians, ratio
from .pixels import DEFAULTS
from .table import Line, line

TITLE = "A backlog pulled, stored, routed and announced, on PostgreSQL and Redis"
ACCOUNTS, CUSTOMERS = 4, 50
READ = "SELECT count(*) FROM messaging_account WHERE history_read_at IS NOT NULL"
ROUTED = "SELECT count(*) FROM messaging_message WHERE is_routed"
FACTS = """
    SELECT (SELECT count(*) FROM messaging_message), (SELECT sum(unread) FROM kf_sessions_session),
           (SELECT count(*) FROM kf_sessions_session)
"""


def measure(bench) -> Iterator[Line]:
    each = 300 if bench.quick else 1000  # messages of an account
    wrong: list[int] = []

    def way(count: int):
        return lambda: _throughput(bench, count, each, wrong)

    found = in_turns(1 if bench.quick else 2, two=way(2), one=way(1))
    rates = medians(found)
    beside = f"{ACCOUNTS * each} messages of {ACCOUNTS} accounts"
    yield line("1 web + 1 worker, messages per second", rates["one"], beside=beside)
    yield line("2 web + 2 workers, messages per second", rates["two"])
    cores = f"{os.cpu_count()} cores, shared with PostgreSQL, Redis and the simulator"
    yield line("… to 1 + 1", ratio(found, "two", "one"), at_least=1.5, beside=cores)
    yield line("messages lost or doubled", sum(wrong), at_most=0)


def _throughput(bench, count: int, each: int, wrong: list[int]) -> float:
    folder = bench.root / f"scaling-{time.monotonic_ns()}"
    folder.mkdir()
    with bench.new_postgres() as database, contextlib.ExitStack() as stack:
        site = Site(folder, DATABASE_URL=database, REDIS_URL=bench.redis, **DEFAULTS)
        stack.callback(site.stop)
        watcher = stack.enter_context(_start(site, count, database))
        total = ACCOUNTS * each
        _speak(site, total)
        began = time.monotonic()
        for number in range(ACCOUNTS):  # each account's only callback
            site.simulator.say(f"wk{number}", "wm0", content="The last one")
        wait_until(lambda: _number(watcher, ROUTED) >= total, 90, f"all routed\n{site.words()}")
        took = time.monotonic() - began
        stored, unread, sessions = watcher.execute(FACTS).fetchone()
        wrong.append(abs(stored - total) + abs(unread - total))
        wrong.append(abs(sessions - ACCOUNTS * CUSTOMERS))
        return total / took


def _start(site: Site, count: int, database: str) -> psycopg.Connection:
    site.manage("migrate", "--verbosity", "0")
    site.start_simulator()
    for number in range(count):
        site.start(f"worker{number}", "manage.py", "worker")
        site.start_web(f"web{number}")
    simulator = site.simulator
    simulator.add_corp(CORP, SECRET, "", TOKEN, AES_KEY)
    for number in range(ACCOUNTS):
        simulator.add_account(f"Shop {number}", f"wk{number}")
    for number in range(CUSTOMERS):
        simulator.add_customer(f"Customer {number}", f"wm{number}")
    said = site.manage(
        "connect", "wecom", "--name", "Corp", "--corp-id", CORP, "--secret", SECRET,
        "--token", TOKEN, "--aes-key", AES_KEY, "--api-base", simulator.base_url, "--json",
    )  # fmt: skip
    simulator.set_callback(site.urls["web0"] + json.loads(said)["callback_path"], TOKEN, AES_KEY)
    watcher = psycopg.connect(database, autocommit=True)
    wait_until(lambda: _number(watcher, READ) == ACCOUNTS, 30, f"history\n{site.words()}")
    return watcher


def _number(watcher: psycopg.Connection, query: str) -> int:
    return watcher.execute(query).fetchone()[0]


def _speak(site: Site, total: int) -> None:
    """All but the last lie there before the first callback comes."""
    site.simulator.fault("drop_callback", count=total - ACCOUNTS)
    said = (_said(number) for number in range(total - ACCOUNTS))
    port = int(site.simulator.base_url.rpartition(":")[2])
    load.as_fast_as_possible(port, said, 1, 60)


def _said(number: int) -> tuple[int, bytes]:
    body = {"open_kfid": f"wk{number % ACCOUNTS}", "content": f"Hello {number}"}
    body["external_userid"] = f"wm{number // ACCOUNTS % CUSTOMERS}"
    return number, load.post("/control/customer/say", json.dumps(body).encode())
