"""python -m messaging.simulator.staffservice --door URL: the simulated app on its own, without its page."""

import argparse
import asyncio
import contextlib
import logging

from messaging.simulator import server

from .app import StaffApp
from .world import World

log = logging.getLogger("staffservice")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("messaging.simulator.staffservice", description=__doc__)
    parser.add_argument("--port", type=int, default=9001, help="0 takes a free one")
    parser.add_argument("--door", default="", help="the console's: …/hooks/staffservice/<slug>")
    parser.add_argument("--app-id", default="1001")
    parser.add_argument("--app-secret", default="abcdef")
    return parser.parse_args()


async def main(arguments: argparse.Namespace) -> None:
    world = World(arguments.app_id, arguments.app_secret, arguments.door)
    app = StaffApp(world)
    listening = await server.start(app, port=arguments.port)
    world.own_url = f"http://127.0.0.1:{server.port_of(listening)}"
    log.info("answers are taken at %s/staffService/message", world.own_url)
    try:
        await listening.serve_forever()
    finally:
        await app.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(read_arguments()))
