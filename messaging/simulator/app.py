"""One ASGI app of it all: …/cgi-bin/ the API, …/control/ the control plane, …/phone/ the phone."""

from collections.abc import Awaitable, Callable

from . import api, control, faces
from .callbacks import Callbacks
from .web import json_response, write_response
from .world import World

App = Callable[[dict, Callable, Callable], Awaitable[None]]


def simulator_app(
    world: World, callbacks: Callbacks | None = None, pages: dict[str, App] | None = None
) -> App:
    """An app to run alone or under any prefix.

    `pages` adds apps by a piece of their path, e.g. {"/phone/": phone_app(world)}; they also get
    WebSocket connections. `callbacks` defaults to new ones that listen to the world.
    """
    callbacks = callbacks or Callbacks(world)
    parts: dict[str, App] = {
        api.PREFIX: api.Api(world),
        faces.PREFIX: faces.face,
        control.PREFIX: control.Control(world, callbacks),
        **(pages or {}),
    }

    async def app(scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            await _live(callbacks, receive, send)
            return
        for piece, part in parts.items():
            if piece in scope["path"]:
                await part(scope, receive, send)
                return
        await _missing(scope, send)

    return app


async def _live(callbacks: Callbacks, receive: Callable, send: Callable) -> None:
    """Start and stop with the server."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await callbacks.close()
    await send({"type": "lifespan.shutdown.complete"})


async def _missing(scope: dict, send: Callable) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4404})
        return
    await write_response(send, json_response({"error": "no such page"}, 404))
