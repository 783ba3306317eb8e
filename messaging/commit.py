"""Group commit: many small writes that each wait for their own commit share one transaction.

For callbacks that must be acknowledged after a committed row, at rates where a commit each would not
keep up. `write(items)` runs on one thread with its own lasting connection, inside a transaction. It
must be safe to repeat (ON CONFLICT DO NOTHING): a connection may break after the commit was made.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    connections,
    transaction,
)

T = TypeVar("T")
BATCH = 500  # items in one transaction


class Overloaded(Exception):
    """Too many items wait, or the process is stopping: answer 503, the sender tries again."""


class GroupCommit(Generic[T]):
    """`await add(item)` returns when the item is committed, or raises what kept it from being."""

    def __init__(
        self, write: Callable[[list[T]], None], limit: int = 2000, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        self.limit = limit
        self._write = write
        self._using = using
        self._waiting: deque[tuple[T, asyncio.Future[None]]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kf-commit")
        self._draining: asyncio.Task[None] | None = None
        self._closed = False

    def __len__(self) -> int:
        """How many items wait."""
        return len(self._waiting)

    async def add(self, item: T) -> None:
        if self._closed or len(self._waiting) >= self.limit:
            raise Overloaded(f"{len(self._waiting)} items wait")
        loop = asyncio.get_running_loop()
        committed: asyncio.Future[None] = loop.create_future()
        self._waiting.append((item, committed))
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain())
        await committed

    async def close(self) -> None:
        """Take no more, commit what waits, give the connection back."""
        if self._closed:
            return
        self._closed = True
        if self._draining:
            await asyncio.wait([self._draining])
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, lambda: connections[self._using].close())
        self._thread.shutdown(wait=False)

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
            items = [item for item, _ in batch]
            errors = await loop.run_in_executor(self._thread, self._commit, items)
            for (_, committed), error in zip(batch, errors, strict=True):
                if committed.done():  # its caller went away; the item is committed all the same
                    continue
                if error:
                    committed.set_exception(error)
                else:
                    committed.set_result(None)

    # On the thread

    def _commit(self, items: list[T]) -> list[Exception | None]:
        """For each item None, or why it is not committed: one bad item does not fail the rest."""
        error = self._try(items)
        if error is None or len(items) == 1 or _is_broken(error):
            return [error] * len(items)
        return [self._try([item]) for item in items]

    def _try(self, items: list[T]) -> Exception | None:
        """Write in one transaction; once more, on a new connection, if this one was broken."""
        try:
            try:
                self._transaction(items)
            except (InterfaceError, OperationalError):
                connections[self._using].close()
                self._transaction(items)
        except Exception as error:
            return error
        return None

    def _transaction(self, items: list[T]) -> None:
        with transaction.atomic(using=self._using):
            self._write(items)


def _is_broken(error: Exception) -> bool:
    """The database, not the item: trying each alone would only fail as often."""
    return isinstance(error, InterfaceError | OperationalError)
