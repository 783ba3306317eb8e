"""One at a time makes facts, or an older state could be written last. SQLite has one writer anyway."""

from typing import Any

from django.db import connection

LOCK = 0x6B66_7265  # of PostgreSQL, until the transaction ends


def is_alone() -> bool:
    return connection.vendor != "postgresql" or _ask("SELECT pg_try_advisory_xact_lock(%s)")


def wait_until_alone() -> None:
    if connection.vendor == "postgresql":
        _ask("SELECT pg_advisory_xact_lock(%s)")


def _ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK])
        return cursor.fetchone()[0]
