"""python -m messaging.simulator.desk --port 9100: the simulated Desk on its own."""

import argparse
import asyncio
import contextlib
import logging
import signal
from pathlib import Path

from messaging.simulator import server, snapshot

from .app import desk_app
from .demo import demo_world, keep_time
from .webhooks import Webhooks
from .world import World

log = logging.getLogger("desk")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("messaging.simulator.desk", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="keep the world in this file")
    parser.add_argument("--callback", default="", help="where the console is: http://host:port")
    parser.add_argument("--empty", action="store_true", help="start with nobody in the world")
    return parser.parse_args()


def open_world(arguments: argparse.Namespace) -> World:
    """The saved world, else the demo's or an empty one."""
    world = snapshot.load(arguments.state) if arguments.state else None
    if world is None:
        world = World() if arguments.empty else demo_world(arguments.callback)
    return world


async def main(arguments: argparse.Namespace) -> None:
    world = open_world(arguments)
    webhooks = Webhooks(world)
    listening = await server.start(desk_app(world, webhooks), arguments.host, arguments.port)
    world.files.base_url = f"http://{arguments.host}:{server.port_of(listening)}"
    log.info("listening on %s", world.files.base_url)
    end = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, end.set)
    tasks = [asyncio.create_task(keep_time(world))]
    if arguments.state:
        tasks.append(asyncio.create_task(snapshot.keep(world, arguments.state)))
    await end.wait()
    await webhooks.close()
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(main(read_arguments()))
