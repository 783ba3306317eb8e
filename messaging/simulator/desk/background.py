"""A simulated Desk in a thread of the running process, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from messaging.simulator import server
from messaging.simulator.background import event_loop, inside, stop

from .app import desk_app
from .client import Desk
from .webhooks import Webhooks
from .world import World


@contextmanager
def running_desk(world: World | None = None, port: int = 0) -> Iterator[Desk]:
    """Serve a world on a free port while the block runs. Speak to it through the Desk."""
    world = world or World()
    webhooks = Webhooks(world)
    with event_loop("desk") as loop:
        listening = inside(loop, server.start(desk_app(world, webhooks), port=port))
        world.files.base_url = f"http://127.0.0.1:{server.port_of(listening)}"
        desk = Desk(world.files.base_url)
        try:
            yield desk
        finally:
            desk.close()
            inside(loop, stop(listening, webhooks))
