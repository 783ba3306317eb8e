"""The worker's lanes: what is asked for in mid-step is done at once, not at the next sweep."""

import asyncio
import time

from kfconsole.worker import Lane, Worker


async def test_a_hint_that_comes_while_a_step_runs_is_not_lost(monkeypatch):
    ran = []

    def step(owner):
        ran.append(time.monotonic())
        if len(ran) == 1:
            time.sleep(0.2)  # it has looked already when there is something to do
        return 0

    worker = Worker()
    lane = Lane("sync", step, sweep=30.0)
    task = asyncio.create_task(worker._work(lane))
    await asyncio.sleep(0.1)
    worker.hints["sync"].set()
    await asyncio.sleep(0.4)
    task.cancel()
    assert len(ran) == 2


async def test_a_hint_wakes_all_threads_of_a_lane_and_a_sweep_one():
    ran = []
    worker = Worker()
    lane = Lane("outbox", lambda owner: ran.append(owner) or 0, sweep=0.6)
    tasks = [asyncio.create_task(worker._work(lane)) for _ in range(3)]
    await asyncio.sleep(0.2)
    assert len(set(ran)) == len(ran) == 3
    worker.hints["outbox"].set()
    await asyncio.sleep(0.2)
    assert sorted(ran[3:]) == sorted(ran[:3])
    await asyncio.sleep(0.6)
    assert len(ran) == 7
    for task in tasks:
        task.cancel()
