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
    with event_loop("simulator") as loop:
        listening = inside(loop, server.start(simulator_app(world, callbacks), port=port))
        simulator = Simulator(f"http://127.0.0.1:{server.port_of(listening)}")
        try:
            yield simulator
        finally:
            simulator.close()
            inside(loop, stop(listening, callbacks))


@contextmanager
def event_loop(name: str) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=name, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def stop(listening: asyncio.Server, callbacks) -> None:
    """Take no more calls, give up those under way."""
    listening.close()
    await callbacks.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def inside(loop: asyncio.AbstractEventLoop, work):
    """The result of work done on that loop."""
    return asyncio.run_coroutine_threadsafe(work, loop).result(10)
