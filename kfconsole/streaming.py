"""Streaming responses: sync iterators run in threads, a few parts at a time, the loop only sends.

A small file is read whole while its request still has a thread. A longer one takes a thread of the
pool for each piece, not for as long as its client reads. A generator may hold a database cursor, so
all of it runs on one thread of its own.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from itertools import chain
from typing import Any

from django.db import connections
from django.http import FileResponse, StreamingHttpResponse

PIECE_BYTES = 256 * 1024
PIECE_SECONDS = 0.01  # what a slow generator has by then is sent
STREAMS = 8  # generators at once; the next waits


def take(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The next piece, and whether there may be more."""
    taken, size, until = [], 0, time.monotonic() + PIECE_SECONDS
    for part in parts:
        taken.append(part)
        size += len(part)
        if size >= PIECE_BYTES or (size and time.monotonic() > until):
            return b"".join(taken), True
    return b"".join(taken), False


def read_ahead(response: FileResponse) -> None:
    """Read the first piece; a file that ends with it is closed and needs no further thread."""
    parts = iter(response)
    piece, more = take(parts)
    if more:
        response.streaming_content = chain([piece], parts)
    else:
        response.close()
        response.streaming_content = _ready(piece)
    response.is_read = not more


async def _ready(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


async def _pulled(parts: Iterator[bytes], thread: Executor) -> AsyncIterator[bytes]:
    loop, more = asyncio.get_running_loop(), True
    while more:
        piece, more = await loop.run_in_executor(thread, take, parts)
        if piece:
            yield piece


class Streams:
    """Sends streaming responses with the threads of `pool`, or one of their own."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._slots = asyncio.Semaphore(STREAMS)

    async def send(self, response: StreamingHttpResponse, handler, receive, send) -> None:
        """Until the end, or until the client is gone; then close where the iterator ran."""
        if getattr(response, "is_read", False):
            return await handler.send_response(response, send)
        async with self._thread_for(response) as thread:
            try:
                if not response.is_async:
                    response.streaming_content = _pulled(iter(response), thread)
                await _until_gone(handler, handler.send_response(response, send), receive)
            finally:
                await asyncio.get_running_loop().run_in_executor(thread, response.close)

    async def discard(self, response: StreamingHttpResponse) -> None:
        """Nobody is there to send it to."""
        if not getattr(response, "is_read", False):
            await asyncio.get_running_loop().run_in_executor(self._pool, response.close)

    @asynccontextmanager
    async def _thread_for(self, response: StreamingHttpResponse) -> AsyncIterator[Executor]:
        if response.is_async or isinstance(response, FileResponse):
            yield self._pool
            return
        async with self._slots:
            thread = ThreadPoolExecutor(1, thread_name_prefix="kf-stream")
            try:
                yield thread
            finally:
                thread.submit(connections.close_all)
                thread.shutdown(wait=False)


async def _until_gone(handler, sending: Coroutine[Any, Any, None], receive) -> None:
    tasks = [asyncio.ensure_future(sending)]
    tasks.append(asyncio.ensure_future(handler.listen_for_disconnect(receive)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    with suppress(asyncio.CancelledError):
        tasks[0].result()
