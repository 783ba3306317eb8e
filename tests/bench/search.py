"""Search over 10⁶ messages: the desk's own answer, and what LIKE takes on the same rows."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from statistics import median

from .numbers import percentile
from .processes import inside, manage
from .table import Line, line

TITLE = "Search over many messages: index, and rows fetched through the agent"
SIZE, QUICK, CHUNK = 1_000_000, 100_000, 100_000
MOST = {"SQLite": 30, "PostgreSQL": 100}  # ms, p95 over all queries
SYLLABLES = "包裹快递订单退款地址电话客服商品质量颜色尺码发货收到时间今天明天昨天帮我查一下谢谢你好请问什么可以怎么为什么没有已经还是付款优惠活动会员积分账号密码登录注册手机"


def measure(bench) -> Iterator[Line]:
    size = QUICK if bench.quick else SIZE
    with ExitStack() as stack:
        postgres = {"DATABASE_URL": stack.enter_context(bench.new_postgres())}
        for name, more in (("SQLite", {}), ("PostgreSQL", postgres)):
            env = bench.environment(bench.folder(f"search-{name}"), **more)
            manage(env, "migrate", "--verbosity", "0")
            for first in range(0, size, CHUNK):
                inside(env, "search:fill", first=first, last=first + CHUNK, size=size)
            began = time.monotonic()
            manage(env, "reindex")
            yield line(f"{name}: reindex", time.monotonic() - began, " s")
            yield from _lines(name, inside(env, "search:ask", turns=5))


def _lines(name: str, found: dict) -> Iterator[Line]:
    ours, like = found["ours"], found["like"]
    slowest = sorted(ours, key=lambda question: -percentile(ours[question], 0.95))[:3]
    beside = ", ".join(f"{question} {median(ours[question]):.1f}" for question in slowest)
    p95 = percentile([ms for times in ours.values() for ms in times], 0.95)
    yield line(f"{name}: p95 of all", p95, " ms", at_most=MOST[name], beside=f"slowest: {beside}")
    yield line(f"{name}: median", median(ms for times in ours.values() for ms in times), " ms")
    theirs = percentile([ms for times in like.values() for ms in times], 0.95)
    yield line(f"{name}: … of LIKE (p95)", p95 / theirs, at_most=0.1, beside=f"{theirs:.0f} ms")
    for question in ours:
        beside = f"LIKE {median(like[question]):.1f} ms" if question in like else ""
        what = f"{name}: {question} ({found['hits'][question]} on the page)"
        yield line(what, median(ours[question]), " ms", beside=beside)
    yield line(
        f"{name}: index of messages", found["index"], " MB", beside=f"rows {found['rows']:,.0f} MB"
    )


# --- in a process of its own ----------------------------------------------------------------------


def ask(turns: int) -> dict:
    from sessions.models import Agent

    lin = Agent.objects.get(username="lin")
    ours: dict[str, list[float]] = {}
    like: dict[str, list[float]] = {}
    hits = {}
    for question in QUESTIONS:
        hits[question] = _ours(lin, question)
        ours[question] = [_milliseconds(lambda q=question: _ours(lin, q)) for _ in range(turns)]
        if ":" not in question:
            like[question] = [_milliseconds(lambda q=question: _like(lin, q)) for _ in range(3)]
    return {"ours": ours, "like": like, "hits": hits, **_sizes()}


QUESTIONS = (
    # one character, two, a phrase, several words; frequent and rare
    *("包", "鑫", "包裹", "退款", "鑫淼", "帮我查一下", "谢谢你好请问", "包裹 退款", "你好 鑫淼"),
    # Latin and mixed; a beginning; a number and its beginnings
    *("iphone", "ip", "iPhone15手机", "parcel 包裹", "SF5", "SF500", "SF5000", "SF500000042"),
    # nothing; frequent in the older half only; two that are frequent and never meet
    *("霾霾", "双十", "双十 春节", "双十 包裹"),
    # operators
    *("from:customer 包裹", "from:lin 退款", "account:7 包裹", "has:image", "is:failed", "is:failed 包裹"),
    *("before:2026-03 包裹", "after:2026-02-03 before:2026-02-17 退款", "from:张三 包裹"),
)  # fmt: skip


def _ours(lin, question: str) -> int:
    from sessions import search

    return len(search.find(lin, question).hits)


def _like(lin, question: str) -> int:
    rows = lin.messages().select_related("customer", "account", "author")
    for word in question.split():
        rows = rows.filter(text__icontains=word)
    return len(rows.order_by("-pk")[:31])


def _milliseconds(work) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def fill(first: int, last: int, size: int) -> None:
    """Messages of a year, of 20,000 customers on 10 accounts, answered by two agents."""
    from datetime import UTC, datetime

    from messaging.models import Customer, Message

    dice = random.Random(first)
    agents = _people(dice) if first == 0 else _agents()
    people = list(Customer.objects.only("account_id"))
    start, step = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=365) / size
    for at in range(first, last, 5000):
        Message.objects.bulk_create(
            Message(
                **_words(dice, number, size),
                account_id=person.account_id,
                customer=person,
                author=agents[number % 2] if number % 3 == 0 else None,
                direction="out" if number % 3 == 0 else "in",
                origin="agent" if number % 3 == 0 else "customer",
                status="failed" if number % 9999 == 0 else "",
                sent_at=start + step * number,
                created_at=start + step * number,
            )
            for number in range(at, at + 5000)
            for person in [dice.choice(people)]
        )


def _agents() -> list:
    from sessions.models import Agent

    return list(Agent.objects.order_by("pk"))


def _people(dice: random.Random) -> list:
    from messaging.models import Customer
    from tests.factories import make_account, make_agent

    accounts = [make_account(f"Account {number}") for number in range(10)]
    Customer.objects.bulk_create(
        Customer(
            account=accounts[number % 10],
            external_id=f"wmBenchmark{number:08}",
            nickname=dice.choice("张李王赵刘陈") + dice.choice("三四五芳敏静鑫涛") + str(number),
        )
        for number in range(20_000)
    )
    return [make_agent("lin"), make_agent("wang")]


def _words(dice: random.Random, number: int, size: int) -> dict[str, str]:
    """Some 25 characters: frequent pairs, and what is asked for as rarely as it would be."""
    if number % 20 == 0:
        return {"kind": "image", "text": ""}
    starts = [2 * min(int(dice.expovariate(0.08)), 39) for _ in range(dice.randint(4, 16))]
    parts = [SYLLABLES[start : start + 2] for start in starts]
    if number % 10 == 0:
        parts.append("双十一" if number < size // 2 else "春节")
    if number % 25 == 0:
        parts.append(dice.choice(["iPhone15手机壳", "parcel", "hello", "ipad", "VIP会员"]))
    if number % 8 == 0:
        parts.append(f"SF{500_000_000 + number}")
    if number % 50_000 == 7:
        parts.append("鑫淼")
    dice.shuffle(parts)
    return {"kind": "text", "text": "".join(parts[:6]) + "，" + "".join(parts[6:])}


def _sizes() -> dict[str, float]:
    """In MB."""
    from django.db import connection

    of_sqlite = (
        "SELECT sum(pgsize) FILTER (WHERE name LIKE 'messaging_search%'), "
        "sum(pgsize) FILTER (WHERE name = 'messaging_message') FROM dbstat"
    )
    of_postgres = (
        "SELECT pg_total_relation_size('messaging_search'), "
        "pg_total_relation_size('messaging_message')"
    )
    with connection.cursor() as cursor:
        cursor.execute(of_sqlite if connection.vendor == "sqlite" else of_postgres)
        index, rows = cursor.fetchone()
    return {"index": float(index) / 1e6, "rows": float(rows) / 1e6}
