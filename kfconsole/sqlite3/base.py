"""SQLite, whose writers in one process wait for each other in a lock and not in their sleep.

SQLite admits one write transaction at a time. Whoever finds it taken sleeps for 1, 2, 5 … 100 ms
and looks again: with the threads of a site and its worker, most of a message's way was such sleep.
Between processes that remains. All else is Django's own backend.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)  # by the file's name
os.register_at_fork(after_in_child=_locks.clear)  # whoever held one is not in the child


class Cursor(base.SQLiteCursorWrapper):
    """A statement that writes outside a transaction is one of its own, and queues as well."""

    database: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        with self.database.queued(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self.database.queued(query):
            return super().executemany(query, param_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds its file's lock for as long as it writes."""

    has_lock = False

    def create_cursor(self, name: str | None = None) -> Cursor:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.database = self
        return cursor

    @contextmanager
    def queued(self, query: str) -> Iterator[None]:
        is_alone = not (self.in_atomic_block or self.has_lock)
        if not (is_alone and query.lstrip()[:7].upper().startswith(WRITES)):
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._give_back()

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # when that fails, a rollback follows
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._give_back()

    @property
    def _lock(self) -> threading.Lock:
        return _locks[str(self.settings_dict["NAME"])]

    def _take(self) -> None:
        """Wait as long as SQLite itself would; then it is asked, and says what is wrong."""
        if self.has_lock:
            return
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5)
        self.has_lock = self._lock.acquire(timeout=seconds)

    def _give_back(self) -> None:
        if self.has_lock:
            self.has_lock = False
            self._lock.release()
