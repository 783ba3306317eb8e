"""Threads of one process queue to write to SQLite, and give way however they end."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from kfconsole.sqlite3 import base
from messaging.models import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def row(db):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    return Refusal.objects.create(slug="x", reason="y", last_at=timezone.now())


def is_free() -> bool:
    return not base._locks[str(connection.settings_dict["NAME"])].locked()


def count_up() -> None:
    """Read, then write: what fails with a lock taken too late."""
    try:
        with transaction.atomic():
            row = Refusal.objects.get()
            Refusal.objects.filter(pk=row.pk).update(count=row.count + 1)
        Refusal.objects.update(count=F("count") + 1)
    finally:
        connection.close()


def test_nothing_is_lost_and_nobody_is_locked_out(row):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: count_up(), range(80)))
    row.refresh_from_db()
    assert row.count == 160
    assert is_free()


def test_a_write_without_a_transaction_waits_for_one(row):
    began, done = threading.Event(), []

    def write() -> None:
        began.set()
        Refusal.objects.update(reason="second")
        done.append(True)
        connection.close()

    with transaction.atomic():
        Refusal.objects.update(reason="first")
        writer = threading.Thread(target=write)
        writer.start()
        began.wait(5)
        writer.join(0.1)
        assert not done
    writer.join(5)
    row.refresh_from_db()
    assert row.reason == "second"


@pytest.mark.parametrize("error", [ValueError, DatabaseError])
def test_a_transaction_that_fails_gives_way(error):
    @transaction.atomic
    def fail() -> None:
        Refusal.objects.update(count=5)
        raise error

    with pytest.raises(error):
        fail()
    assert is_free()


def test_a_statement_that_fails_gives_way():
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE nowhere SET nothing = 1")
    assert is_free()


def test_a_connection_that_is_closed_gives_way():
    @transaction.atomic
    def close() -> None:
        Refusal.objects.update(count=5)
        connection.close()
        assert is_free()
        Refusal.objects.update(count=6)

    with pytest.raises(DatabaseError):
        close()
    assert is_free()


def test_readers_do_not_wait(row):
    seen = []

    def read() -> None:
        seen.append(Refusal.objects.get().count)
        connection.close()

    with transaction.atomic():
        Refusal.objects.update(count=5)
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(5)
    assert seen == [0]
