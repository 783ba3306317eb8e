"""A browser tab as the hub sees it: the groups it hears, and a pipe to it that never blocks."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol

from .link import Frame

Forward = Callable[[Frame], Frame | None]
Send = Callable[[dict[str, Any]], Awaitable[None]]
TRANSPORT = "kf.transport"  # the scope extension of kfconsole/server.py
TRY_AGAIN_LATER = 1013


class Pipe(Protocol):
    """The way out to one socket. `write` returns at once; `buffered` says what it still holds."""

    def buffered(self) -> int: ...
    def write(self, text: str) -> None: ...
    def abort(self) -> None: ...


class Socket:
    """One websocket. `forward(frame)` gives what it is to see of a frame, or None for nothing."""

    __slots__ = ("forward", "groups", "lagging_since", "pipe")

    def __init__(self, pipe: Pipe, forward: Forward | None = None) -> None:
        self.pipe = pipe
        self.forward = forward
        self.groups: set[str] = set()
        self.lagging_since: float | None = None


class TransportPipe:
    """Straight to the server's transport, where the server offers one."""

    __slots__ = ("abort", "buffered", "write")

    def __init__(self, transport: dict[str, Callable]) -> None:
        self.buffered = transport["buffered"]
        self.write = transport["write"]
        self.abort = transport["abort"]


class QueuePipe:
    """For any other ASGI server: a queue, and a task that waits for the socket in its stead."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._texts: deque[str] = deque()
        self._size = 0
        self._task: asyncio.Task[None] | None = None

    def buffered(self) -> int:
        return self._size

    def write(self, text: str) -> None:
        self._texts.append(text)
        self._size += len(text)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._drain())

    def abort(self) -> None:
        """Drop what waits and ask the server to close; its own ping timeout ends the rest."""
        self._texts.clear()
        if self._task:
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(self._close())

    async def _drain(self) -> None:
        with suppress(Exception):  # the socket went away: the consumer hears of it by itself
            while self._texts:
                text = self._texts.popleft()
                await self._send({"type": "websocket.send", "text": text})
                self._size -= len(text)

    async def _close(self) -> None:
        with suppress(Exception):
            await self._send({"type": "websocket.close", "code": TRY_AGAIN_LATER})


def pipe_for(scope: dict[str, Any], send: Send) -> Pipe:
    """The best way out that this server has."""
    transport = (scope.get("extensions") or {}).get(TRANSPORT)
    return TransportPipe(transport) if transport else QueuePipe(send)


def encode(frames: Iterable[Frame]) -> str:
    """One websocket message as htmx's hx-ws takes it: `content` is swapped, `data` is for scripts."""
    message: dict[str, Any] = {}
    if content := "".join(frame["html"] for frame in frames):
        message["content"] = content
    if data := [frame["data"] for frame in frames if frame["data"]]:
        message["data"] = data
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
