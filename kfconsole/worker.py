"""The worker: steps that say how many things they did, run until there is nothing left to do.

Each step runs when somebody hints at it (a callback came, a message was queued) and, as hints may be
lost, every few seconds anyway. What a dead worker held becomes due again by itself (leases.py).
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import close_old_connections, connections

from messaging import (
    accounts,
    leases,
    media,
    outbox,
    pictures,
    profiles,
    rates,
    statistics,
    sync,
)
from messaging.backfill import Backfill
from messaging.live import hub, wakes
from sessions import intake, notices, presence, silence, waking, webpush, welcomes
from sessions.models import export
from sessions.reports import exporting, folding, keeping, sending

logger = logging.getLogger(__name__)

Step = Callable[[str], int]
PAUSE_AFTER_ERROR = 1.0
GATHER_SECONDS = 0.02  # nobody sees it; ten messages cost little more than one


def tidy(owner: str) -> int:
    """Remove what nobody needs any more. Returns 0: there is no hurry for a second look."""
    media.discard_unsent()
    rates.forget_old()
    notices.forget_old()
    welcomes.forget_old()
    export.forget_old()
    return 0


@dataclass(frozen=True)
class Lane:
    """A step, the hint that starts it, how many threads do it, and how often it looks unasked.

    A thread begins at most once in `rest` seconds, so that what comes meanwhile is done together.
    After it did something it looks `again`, unless the step itself hints that more is waiting.
    """

    name: str
    step: Step
    threads: int = 1
    sweep: float | None = None
    rest: float = 0.0
    again: bool = True


def lanes() -> list[Lane]:
    return [
        Lane("sync", sync.pull, threads=2, rest=GATHER_SECONDS, again=False),
        Lane("intake", intake.route, rest=GATHER_SECONDS),
        Lane("outbox", outbox.send, threads=settings.KF_WORKER_LANES),
        Lane("media", media.fetch, threads=2),
        Lane("profiles", profiles.fetch),
        Lane("pictures", pictures.fetch, sweep=15.0),
        Lane("accounts", accounts.settle),
        Lane("servicers", accounts.mirror_servicers, sweep=30.0),
        Lane("statistics", statistics.pull, sweep=60.0),
        Lane("backfill", Backfill(), sweep=10.0),
        Lane("presence", presence.Presence(), sweep=3.0, again=False),
        Lane("silence", silence.end, sweep=60.0),
        Lane("snooze", waking.wake, sweep=15.0),
        Lane("closing", waking.Closing(), sweep=30.0),
        Lane("codes", waking.expire, sweep=30.0),
        Lane("push", webpush.send, sweep=3.0),
        Lane("reports", folding.step, sweep=2.0, rest=0.1),  # others write between two pieces
        Lane("rollups", keeping.step, sweep=60.0, rest=0.1),
        Lane("schedules", sending.send, sweep=15.0),
        Lane("exports", exporting.Exports(), sweep=5.0),
        Lane("tidy", tidy, sweep=3600.0),
    ]


# Who did something has work for these: no need to wait for the hint to come round.
FOLLOWED_BY = {"sync": ("intake",), "accounts": ("sync",)}


class Worker:
    """Runs all lanes on one event loop; the steps themselves run in threads of its own."""

    def __init__(self) -> None:
        self.lanes = lanes()
        count = sum(lane.threads for lane in self.lanes)
        self.pool = ThreadPoolExecutor(count, thread_name_prefix="kf-worker")
        self.hints = {lane.name: asyncio.Event() for lane in self.lanes}
        self.looked_at = dict.fromkeys(self.hints, 0.0)

    async def run(self) -> None:
        """Work until cancelled; a step that has begun is waited for, so nothing is left half done."""
        hub.start()
        tasks = [asyncio.create_task(self._listen())]
        for lane in self.lanes:
            tasks += [asyncio.create_task(self._work(lane)) for _ in range(lane.threads)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.pool.shutdown(wait=False)

    async def _listen(self) -> None:
        hints = wakes()
        while True:
            for name in await hints.wait(60.0):
                # A callback may be about an account that is not known yet.
                for known in (name, "accounts") if name == "sync" else (name,):
                    if known in self.hints:
                        self.hints[known].set()

    async def _work(self, lane: Lane) -> None:
        owner, hint = leases.new_owner(), self.hints[lane.name]
        while True:
            began = self.looked_at[lane.name] = time.monotonic()
            hint.clear()  # before it looks: what is asked for meanwhile is looked at again
            done = await self._do(lane, owner)
            await asyncio.sleep(began + lane.rest - time.monotonic())
            if done and lane.again:
                hint.set()  # there may be more, for this thread and the others of the lane
            if done:
                for name in FOLLOWED_BY.get(lane.name, ()):
                    self.hints[name].set()
            await self._rest_of(lane)

    async def _rest_of(self, lane: Lane) -> None:
        """Until somebody hints, or none of the lane's threads has looked for as long as a sweep."""
        sweep = lane.sweep or settings.KF_SWEEP_SECONDS
        while (left := self.looked_at[lane.name] + sweep - time.monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self.hints[lane.name].wait()
                    return

    async def _do(self, lane: Lane, owner: str) -> int:
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self.pool, _guarded, lane.step, owner)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work], timeout=settings.KF_HTTP_SECONDS)
            raise
        except Exception:
            logger.exception("%s failed", lane.name)
            await asyncio.sleep(PAUSE_AFTER_ERROR)
            return 0


def _guarded(step: Step, owner: str) -> int:
    close_old_connections()
    try:
        return step(owner)
    except Exception:
        connections.close_all()  # whatever state it is in, the next step begins afresh
        raise


async def work() -> None:
    """A coroutine for a server's `background`, and the whole of `manage.py worker`."""
    await Worker().run()
