"""This process's place on the channel layer: numbered messages out, and a gap in what comes in noticed.

A layer may drop silently, hang, lose its connection or forget its members. So every message carries
its sender and a running number, an idle process repeats its last number every few seconds, and who
hears nothing at all, not even itself, subscribes anew. A number that does not follow means: resync.
"""

import asyncio
import logging
import os
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypedDict

from channels_redis.pubsub import RedisPubSubChannelLayer

logger = logging.getLogger(__name__)

GROUP = "kf.live"
BEAT_SECONDS = 3.0
SILENCE_SECONDS = 7.0  # two beats and a bit
LAYER_SECONDS = 2.0  # a layer that takes longer to answer is down
PAUSE_SECONDS = (0.5, 10.0)  # before subscribing anew: first, at most
SENDERS_REMEMBERED = 1000


class Frame(TypedDict):
    """One pushed fragment: who is to hear it, the markup, and facts about it."""

    group: str
    html: str
    data: dict[str, Any] | None


class Link:
    """`heard(frames, steps)` is called with what arrives, `lost()` when something did not."""

    def __init__(
        self,
        layer: Any,
        heard: Callable[[list[Frame], list[str]], None],
        lost: Callable[[], None],
        stats: Counter[str],
    ) -> None:
        self.layer = layer
        self.listening = asyncio.Event()
        self._heard = heard
        self._lost = lost
        self._stats = stats
        self._failing = False
        self._pid = 0
        self._last_of: dict[str, int] = {}
        self._since = 0.0

    async def send(self, frames: list[Frame], steps: list[str]) -> bool:
        """One layer message, a beat if it is empty. False when the layer did not take it."""
        message = {"type": "live.frame", "frames": frames, "wakes": steps}
        message |= self._number(counts=bool(frames))
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                await self.layer.group_send(GROUP, message)
        except Exception as error:
            self._failed(error)
            return False
        self._worked()
        return True

    async def listen(self) -> None:
        """Hear the others, and ourselves, until cancelled."""
        pause, longest = PAUSE_SECONDS
        while True:
            try:
                channel = await self._subscribe()
                pause = PAUSE_SECONDS[0]
                while True:
                    async with asyncio.timeout(SILENCE_SECONDS):
                        message = await self.layer.receive(channel)
                    self._hear(message)
            except Exception as error:
                self._failed(error)
            finally:
                self.listening.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)
            await self.close()

    async def close(self) -> None:
        """Drop the connections of this loop; the next use opens new ones."""
        if isinstance(self.layer, RedisPubSubChannelLayer):  # elsewhere flush() is for everybody
            with suppress(Exception):
                async with asyncio.timeout(LAYER_SECONDS):
                    await self.layer.flush()

    async def _subscribe(self) -> str:
        async with asyncio.timeout(LAYER_SECONDS):
            channel = await self.layer.new_channel()
            await self.layer.group_add(GROUP, channel)
        self._last_of.clear()
        self._since = time.monotonic()
        self.listening.set()
        self._worked()
        self._lost()  # whoever was here before us may have missed something
        return channel

    def _number(self, counts: bool) -> dict[str, str | int]:
        if self._pid != os.getpid():  # a forked child is a sender of its own
            self._pid, self._sender, self._seq = os.getpid(), uuid.uuid4().hex[:12], 0
        self._seq += counts
        return {"from": self._sender, "seq": self._seq}

    def _hear(self, message: dict[str, Any]) -> None:
        if self._missed_before(message):
            self._stats["gaps"] += 1
            self._lost()
        self._heard(message["frames"], message["wakes"])

    def _missed_before(self, message: dict[str, Any]) -> bool:
        """Is this not the number that follows the sender's last?

        A sender never heard of is new (and starts at 1), or as quiet as a process without a loop,
        or was here before us: only who has listened for some beats can tell.
        """
        sender, seq = message["from"], message["seq"]
        previous = seq - bool(message["frames"])
        known = self._last_of.pop(sender, None)
        self._last_of[sender] = seq
        if len(self._last_of) > SENDERS_REMEMBERED:
            del self._last_of[next(iter(self._last_of))]
        if known is None:
            return previous > 0 and time.monotonic() - self._since > SILENCE_SECONDS
        return known < previous

    def _failed(self, error: BaseException) -> None:
        self._stats["layer_failures"] += 1
        if not self._failing:
            logger.error("The channel layer fails, pages catch up by themselves: %r", error)
        self._failing = True

    def _worked(self) -> None:
        if self._failing:
            logger.warning("The channel layer works again")
        self._failing = False
