"""A simulator in a thread of the running process, for tests."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from . import server
from .app import simulator_app
from .callbacks import Callbacks
from .client import Simulator
from .world import World


@contextmanager
def running_simulator(world: World | None = None, port: int = 0) -> Iterator[Simulator]:
    """Serve a world on a free port while the block runs. Speak to it through the Simulator."""
    world = world or World()
    callbacks = Callbacks(world)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulator", daemon=True)
    thread.start()
    listening = _in(loop, server.start(simulator_app(world, callbacks), port=port))
    simulator = Simulator(f"http://127.0.0.1:{server.port_of(listening)}")
    try:
        yield simulator
    finally:
        simulator.close()
        _in(loop, _stop(listening, callbacks))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _stop(listening: asyncio.Server, callbacks: Callbacks) -> None:
    listening.close()
    await callbacks.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _in(loop: asyncio.AbstractEventLoop, work):
    return asyncio.run_coroutine_threadsafe(work, loop).result(10)
