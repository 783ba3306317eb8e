"""A million sessions in seconds: one INSERT … SELECT for customers, for sessions, for messages.

Columns that matter are said here; the others take what the models have as defaults.
"""

import time
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from messaging.models import Customer, Message
from sessions.models import Session
from tests.factories import make_account, make_agent

OPEN_SHARE, MOST_OPEN = 10, 20_000
ACCOUNTS, AGENTS, THREAD = 10, 20, 60


def make(size: int) -> float:
    """Accounts, agents and sessions, the newest of them open. Returns the seconds it took."""
    for number in range(ACCOUNTS):
        make_account(f"Account {number}")
    for number in range(AGENTS):
        make_agent(f"agent{number}")
    began = time.perf_counter()
    _grow(size)
    return time.perf_counter() - began


def _grow(size: int) -> None:
    now = timezone.now()
    first_open = size - min(size // OPEN_SHARE, MOST_OPEN)
    ended_at = _text(now - timedelta(days=1))
    at = f"{_moment(now)}"
    common = {"id": "n", "account_id": f"1 + n % {ACCOUNTS}"}
    _insert(Customer, size, external_id="'wm' || n", nickname="'Customer ' || n",
            state="0", last_in_at=at, latest_at=at, **common)  # fmt: skip
    is_open = f"n > {first_open}"
    _insert(Session, size, customer_id="n", opened_at=at, latest_at=at,
            agent_id=f"CASE WHEN {is_open} AND n % 3 > 0 THEN 1 + n % {AGENTS} END",
            ended_at=f"CASE WHEN {is_open} THEN NULL ELSE {ended_at} END",
            latest_text="'你好，请问我的包裹 ' || n", latest_kind="'text'", **common)  # fmt: skip
    said = {"customer_id": "n", "session_id": "n", "sent_at": at, "text": "'你好，请问 ' || n"}
    said |= {"msgid": "'m' || n", "content": '\'{"content": "你好，请问我的包裹到哪里了"}\''}
    _insert(Message, size, **said, **common)
    _thread(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _thread(size: int) -> None:
    """The newest customer has talked at length."""
    session = Session.objects.select_related("customer").get(pk=size)
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            account_id=session.account_id, customer=session.customer, session=session,
            direction=("in", "out")[number % 2], origin=("customer", "agent")[number % 2],
            kind="text", content={"content": f"Line {number}"}, text=f"Line {number}",
            sent_at=now - timedelta(minutes=THREAD - number), created_at=now,
        )
        for number in range(THREAD)
    )  # fmt: skip
    if connection.vendor == "postgresql":
        for model in (Customer, Session, Message):
            _follow(model)


def _follow(model: type[models.Model]) -> None:
    """Keys that we chose ourselves are not given out again."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )


def _insert(model: type[models.Model], size: int, **expressions: str) -> None:
    fields = model._meta.concrete_fields
    columns = {field.column: expressions.get(field.column) or _default(field) for field in fields}
    if model is Message and connection.vendor == "postgresql":
        columns["id"] = "nextval(pg_get_serial_sequence('messaging_message', 'id'))"
    elif model is Message:
        columns["id"] = "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_numbers(size)} {', '.join(columns.values())} FROM numbers".replace(
                "%TABLE", f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
            )
        )


def _numbers(size: int) -> str:
    if connection.vendor == "postgresql":
        series = f"SELECT generate_series(1, {size}) AS n"
        return f"WITH numbers AS ({series}) %TABLE SELECT"
    series = f"SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {size}"
    return f"WITH RECURSIVE numbers(n) AS ({series}) %TABLE SELECT"


def _default(field: models.Field) -> str:
    if field.null:
        return "NULL"
    if field.get_internal_type() == "DateTimeField":
        return _text(timezone.now())
    return _literal(field, field.get_default())


def _literal(field: models.Field, value: Any) -> str:
    if isinstance(field, models.JSONField):
        return "'{}'"
    if isinstance(value, bool):
        return ("FALSE", "TRUE")[value]
    if isinstance(value, int):
        return str(value)
    said = {"direction": "in", "origin": "customer", "kind": "text"}
    return "'{}'".format(said.get(field.column, value or ""))


def _text(moment) -> str:
    if connection.vendor == "postgresql":
        return f"timestamptz '{moment:%Y-%m-%d %H:%M:%S.%f}+00'"
    return f"'{moment:%Y-%m-%d %H:%M:%S.%f}'"


def _moment(now) -> str:
    """The n-th comes n seconds after the first; the last one now is not needed."""
    begin = now - timedelta(days=1)
    if connection.vendor == "postgresql":
        return f"{_text(begin)} + n * interval '0.05 seconds'"
    base = f"{begin:%Y-%m-%d %H:%M:%S}"
    return f"strftime('%Y-%m-%d %H:%M:%f', '{base}', '+' || (n * 0.05) || ' seconds')"
