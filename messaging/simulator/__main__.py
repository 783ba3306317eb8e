"""python -m messaging.simulator --port 9000: the simulated platform on its own."""

import argparse
import asyncio
import contextlib
import logging
import signal
from pathlib import Path

from . import server, snapshot
from .app import simulator_app
from .callbacks import Callbacks
from .demo import demo_world
from .world import World

log = logging.getLogger("simulator")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("messaging.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000, help="0 takes a free one")
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
    callbacks = Callbacks(world)
    app = simulator_app(world, callbacks)
    listening = await server.start(app, arguments.host, arguments.port)
    log.info("listening on http://%s:%s", arguments.host, server.port_of(listening))
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    keeping = (
        asyncio.create_task(snapshot.keep(world, arguments.state)) if arguments.state else None
    )
    await stop.wait()
    await callbacks.close()
    if keeping:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(main(read_arguments()))
