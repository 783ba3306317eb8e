"""The process's own sockets, and the one place that writes to them.

What the bus hears is encoded once and written to each socket that wants it. Nothing here waits for a
socket: one whose buffer is full misses frames until it has drained, is then told to catch up, and is
cut off when it does not drain at all. All of it runs on one event loop; only `publish` is for threads.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from .bus import Bus
from .link import Frame
from .sockets import Socket, encode

logger = logging.getLogger(__name__)

BUFFER_BYTES = 256 * 1024  # above this a socket lags
DRAIN_SECONDS = 20.0  # and has this long to come back below a quarter of it
LOOK_SECONDS = 0.25
MESSAGE_CHARS = 64 * 1024  # frames that wait together become one message up to this size
SOCKETS_PER_TURN = 64
REST_SECONDS = 0.01  # after each write: what comes meanwhile is one message to each socket
CATCH_UP_SECONDS = (0.01, 10.0)  # a room of pages spreads its requests: per socket, at most
EVERYONE = ""  # a group no name can have

Listener = Callable[[dict[str, Any]], None]


class Hub:
    """Groups of sockets. `start` it on the loop that serves them; starting it again is free."""

    def __init__(self) -> None:
        self.bus = Bus(self._deliver, self.resync)
        self.stats: Counter[str] = self.bus.stats
        self.publish = self.bus.publish
        self.wakes = self.bus.wakes
        self.ready = self.bus.ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: dict[str, Listener] = {}
        self._forget()

    def start(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        loop = loop or asyncio.get_running_loop()
        if loop is self._loop:
            return
        self._forget()
        self._loop = loop
        self._filled = asyncio.Event()
        self._fan_out_task = loop.create_task(self._fan_out())
        self.bus.start(loop)

    async def stop(self) -> None:
        loop, self._loop = self._loop, None
        if loop is not asyncio.get_running_loop():  # not running, or its loop is no more
            return
        await self.bus.stop()
        tasks = [task for task in (self._fan_out_task, self._watch_task) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._forget()

    async def serve(self) -> None:
        """A background coroutine for the server: the hub lives as long as the server does."""
        self.start()
        try:
            await asyncio.Event().wait()
        finally:
            await self.stop()

    def join(self, socket: Socket, *groups: str) -> None:
        for name in (EVERYONE, *groups):
            self.groups.setdefault(name, set()).add(socket)
            socket.groups.add(name)

    def leave(self, socket: Socket, *groups: str) -> None:
        """Leave these groups, or all of them when the socket is gone."""
        if not groups:
            self._lagging.discard(socket)
        for name in groups or list(socket.groups):
            socket.groups.discard(name)
            members = self.groups.get(name, set())
            members.discard(socket)
            if not members:
                self.groups.pop(name, None)

    def hear(self, group: str, listener: Listener) -> None:
        """Of this group the process itself wants to know the facts, whatever its sockets do."""
        self._listeners[group] = listener

    def show(self, frames: list[Frame]) -> None:
        """To this process's own sockets alone."""
        self._inbox.extend(frame for frame in frames if frame["group"] in self.groups)
        if self._inbox:
            self._filled.set()

    def is_heard(self, group: str) -> bool:
        """Might a page hear this group? Others' pages are not known, and then the answer is yes.

        Asked after the commit it is safe to go by: a page that joins later catches up later.
        """
        return self._loop is None or not self.bus.is_alone or group in self.groups

    @property
    def socket_count(self) -> int:
        return len(self.groups.get(EVERYONE, ()))

    @property
    def is_listening(self) -> bool:
        """Does this process hear the others? Always, when there are none."""
        return self.bus.is_listening

    def resync(self) -> None:
        """Tell every page to catch up: something was missed and nobody knows what."""
        if self.socket_count:
            self.show([_catch_up(self.socket_count)])

    def _forget(self) -> None:
        self.groups: dict[str, set[Socket]] = {}
        self._inbox: deque[Frame] = deque()
        self._lagging: set[Socket] = set()
        self._watch_task: asyncio.Task[None] | None = None

    def _deliver(self, frames: list[Frame]) -> None:
        for frame in frames:
            if listener := self._listeners.get(frame["group"]):
                try:
                    listener(frame["data"] or {})
                except Exception:  # of a process that runs another version, perhaps
                    logger.exception("What was heard of %s was not understood", frame["group"])
        self.show(frames)

    async def _fan_out(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._inbox:
                try:
                    await self._write_all(self._take())
                except Exception:
                    logger.exception("A pushed frame was lost")
                await asyncio.sleep(REST_SECONDS)

    def _take(self) -> list[Frame]:
        frames, size = [self._inbox.popleft()], 0
        while self._inbox and (size := size + len(frames[-1]["html"]) + 100) < MESSAGE_CHARS:
            frames.append(self._inbox.popleft())
        return frames

    async def _write_all(self, frames: list[Frame]) -> None:
        """One message to each socket that wants any of these frames; equal messages encoded once."""
        texts: dict[tuple[int, ...], str] = {}
        for turn, (socket, wanted) in enumerate(self._wanted(frames).items(), start=1):
            key = tuple(map(id, wanted))
            text = texts.get(key) or texts.setdefault(key, encode(wanted))
            self._write(socket, text)
            if turn % SOCKETS_PER_TURN == 0:
                await asyncio.sleep(0)

    def _wanted(self, frames: list[Frame]) -> dict[Socket, list[Frame]]:
        wanted: dict[Socket, list[Frame]] = {}
        for frame in frames:
            filtered = frame["group"] != EVERYONE
            for socket in list(self.groups.get(frame["group"], ())):
                seen = self._forward(socket, frame) if filtered and socket.forward else frame
                if seen:
                    wanted.setdefault(socket, []).append(seen)
        return wanted

    def _forward(self, socket: Socket, frame: Frame) -> Frame | None:
        """A consumer's filter that fails costs its own page one frame, and nobody else anything."""
        try:
            return socket.forward(frame)
        except Exception:
            logger.exception("A consumer could not decide about a frame for %s", frame["group"])
            return None

    def _write(self, socket: Socket, text: str) -> None:
        if socket.lagging_since is not None:
            self.stats["skipped"] += 1
        elif socket.pipe.buffered() > BUFFER_BYTES:
            self.stats["lagged"] += 1
            socket.lagging_since = self._loop.time()
            self._lagging.add(socket)
            if self._watch_task is None or self._watch_task.done():
                self._watch_task = self._loop.create_task(self._watch_lagging())
        else:
            self.stats["written"] += 1
            socket.pipe.write(text)

    async def _watch_lagging(self) -> None:
        """Until none lags: who has drained is told to catch up, who cannot is cut off."""
        while self._lagging:
            await asyncio.sleep(LOOK_SECONDS)
            for socket in list(self._lagging):
                if socket.pipe.buffered() <= BUFFER_BYTES // 4:
                    self._lagging.discard(socket)
                    socket.lagging_since = None
                    self._write(socket, encode([_catch_up(1)]))
                elif self._loop.time() - socket.lagging_since > DRAIN_SECONDS:
                    self.stats["aborted"] += 1
                    self.leave(socket)
                    socket.pipe.abort()


def _catch_up(pages: int) -> Frame:
    """`within` spreads the requests of a whole room: fetch at a random moment of these seconds."""
    each, most = CATCH_UP_SECONDS
    within = round(min(each * (pages - 1), most), 1)
    return Frame(group=EVERYONE, html="", data={"resync": True, "within": within})
