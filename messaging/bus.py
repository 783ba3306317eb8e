"""What one process publishes, all hear: gathered into few messages, in order, from any thread.

With the in-memory layer there is nobody else to tell, and what is published goes straight to this
process's own hub. Otherwise it goes out on the layer and comes back with everybody else's.
"""

import asyncio
import threading
import weakref
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from .link import BEAT_SECONDS, Frame, Link

GATHER_SECONDS = 0.001  # the frames of one transaction come together, and leave together
FRAMES_PER_MESSAGE = 500
CANCEL_AGAIN_SECONDS = 0.5


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    """Until they are done: channels_redis takes a cancellation for its own while it flushes."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        waiting = (await asyncio.wait(waiting, timeout=CANCEL_AGAIN_SECONDS))[1]


class Wakes:
    """The steps a worker was asked for since it last looked."""

    def __init__(self) -> None:
        self._steps: set[str] = set()
        self._event = asyncio.Event()

    def add(self, steps: list[str]) -> None:
        self._steps.update(steps)
        self._event.set()

    async def wait(self, timeout: float) -> set[str]:
        """The steps asked for; empty when nobody asked within `timeout` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._event.wait()
        self._event.clear()
        steps, self._steps = self._steps, set()
        return steps


class Bus:
    """`deliver(frames)` is called on the loop with what was heard, `lost()` when some was not."""

    def __init__(self, deliver: Callable[[list[Frame]], None], lost: Callable[[], None]) -> None:
        self.stats: Counter[str] = Counter()
        self._deliver = deliver
        self._lost = lost
        self._loop: asyncio.AbstractEventLoop | None = None
        self._link: Link | None = None
        self._frames: deque[Frame] = deque()
        self._steps: deque[str] = deque()
        self._listeners: weakref.WeakSet[Wakes] = weakref.WeakSet()
        self._tasks: list[asyncio.Task[None]] = []
        self._alone = threading.Lock()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Publish and listen on this loop from now on."""
        self._loop = loop
        self._pending = asyncio.Event()
        self._link = self._new_link()
        self._tasks = [loop.create_task(self._publish_gathered())]
        if self._link:
            self._tasks.append(loop.create_task(self._link.listen()))

    async def stop(self) -> None:
        """End the tasks, send what waits, close the layer's connections."""
        tasks, self._tasks, self._loop = self._tasks, [], None
        await _cancel(tasks)
        if self._link:
            await self._link.send(*self._take())
            await self._link.close()

    @property
    def is_alone(self) -> bool:
        """Without a shared layer there are no pages but this process's own."""
        return self._link is None

    @property
    def is_listening(self) -> bool:
        return self._link is None or self._link.listening.is_set()

    async def ready(self, timeout: float) -> None:
        """Return once this process hears the others, or after `timeout` seconds if it cannot."""
        if not self.is_listening:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._link.listening.wait()

    def wakes(self) -> Wakes:
        """A new listener; forgotten when its holder drops it."""
        wakes = Wakes()
        self._listeners.add(wakes)
        return wakes

    def publish(self, frame: Frame | None = None, step: str = "") -> None:
        """Hand over, from any thread. Never raises; waits only in a process without a loop."""
        if frame:
            self._frames.append(frame)
        if step:
            self._steps.append(step)
        if self._loop is None or self._loop.is_closed():
            self._publish_alone()
        elif not self._pending.is_set():
            with suppress(RuntimeError):  # closed this very moment
                self._loop.call_soon_threadsafe(self._pending.set)

    async def _publish_gathered(self) -> None:
        while True:
            with suppress(TimeoutError):
                # Not wait_for(): when its future is done just then, it swallows being cancelled.
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._pending.wait()
                await asyncio.sleep(GATHER_SECONDS)
            self._pending.clear()
            await self._send(*self._take())
            while self._frames:
                await self._send(*self._take())

    async def _send(self, frames: list[Frame], steps: list[str]) -> None:
        """Through the layer; if that is away, at least our own sockets hear it."""
        if self._link is None or not await self._link.send(frames, steps):
            self._heard(frames, steps)

    def _heard(self, frames: list[Frame], steps: list[str]) -> None:
        if frames:
            self._deliver(frames)
        if steps:
            for wakes in self._listeners:
                wakes.add(steps)

    def _take(self) -> tuple[list[Frame], list[str]]:
        frames = [self._frames.popleft() for _ in range(min(len(self._frames), FRAMES_PER_MESSAGE))]
        steps = [self._steps.popleft() for _ in range(len(self._steps))]
        return frames, list(dict.fromkeys(steps))

    def _publish_alone(self) -> None:
        """In a command, or before any loop runs: one message, here and now.

        Without a shared layer nobody could hear it; and a thread may find that another took its
        frame along.
        """
        with self._alone:
            frames, steps = self._take()
            self._link = self._link or self._new_link()
            if self._link and (frames or steps):
                with suppress(RuntimeError):  # on a loop that never started the hub
                    async_to_sync(self._link.send)(frames, steps)

    def _new_link(self) -> Link | None:
        layer = get_channel_layer()
        if layer is None or isinstance(layer, InMemoryChannelLayer):
            return None
        return Link(layer, self._heard, self._lost, self.stats)
