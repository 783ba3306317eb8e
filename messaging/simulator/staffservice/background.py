"""The app in a thread of the running process, for tests; other ASGI apps may stand beside it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from messaging.simulator import server

from .app import StaffApp
from .client import StaffSimulator
from .world import World


@contextmanager
def running_app(
    appid: str, secret: str, console: Callable | None = None
) -> Iterator[tuple[StaffSimulator, str]]:
    """(the app, the address of `console`) while the block runs, each on a free port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="staffservice", daemon=True)
    thread.start()

    def wait(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(10)

    world = World(appid, secret)
    app = wait(_made(world))
    listening = [wait(server.start(each)) for each in (app, console) if each]
    urls = [f"http://127.0.0.1:{server.port_of(each)}" for each in listening]
    world.own_url, world.door = urls[0], urls[-1]
    simulator = StaffSimulator(urls[0])
    try:
        yield simulator, urls[-1]
    finally:
        simulator.close()
        wait(_stop(app, listening))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _made(world: World) -> StaffApp:
    return StaffApp(world)


async def _stop(app: StaffApp, listening: list[asyncio.Server]) -> None:
    for each in listening:
        each.close()
    await app.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
