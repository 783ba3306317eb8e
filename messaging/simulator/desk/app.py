"""One ASGI app of it all: …/v4/ the API, …/control/ the control plane, …/media/ the files.

With the user's page: `desk_app(world, pages={PREFIX: page_app(world, page_views, PREFIX)})`.
"""

import asyncio
from collections.abc import Awaitable, Callable

from messaging.simulator.phone_media import show
from messaging.simulator.web import Response, json_response, read_request, write_response

from . import api, control
from .webhooks import Webhooks
from .world import World

App = Callable[[dict, Callable, Callable], Awaitable[None]]
MEDIA = "/media/"


def desk_app(
    world: World, webhooks: Webhooks | None = None, pages: dict[str, App] | None = None
) -> App:
    """An app to run alone or under any prefix; `pages` adds apps by a piece of their path."""
    webhooks = webhooks or Webhooks(world)
    parts: dict[str, App] = {
        api.PREFIX: api.Api(world),
        control.PREFIX: control.Control(world, webhooks),
        MEDIA: _files(world),
        **(pages or {}),
    }

    async def app(scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4404})
            return
        for piece, part in parts.items():
            if piece in scope["path"]:
                await part(scope, receive, send)
                return
        await write_response(send, json_response({"error": "no such page"}, 404))

    return app


def _files(world: World) -> App:
    """What a Url leads to: the file, for whoever knows the address."""

    async def app(scope: dict, receive: Callable, send: Callable) -> None:
        request = await read_request(scope, receive)
        file_id = request.path.partition(MEDIA)[2].partition("/")[0]
        stored = world.files.files.get(file_id)
        response = Response(b"gone", "text/plain", 404)
        if stored is not None:
            wanted = request.headers.get("range", "")
            response = await asyncio.to_thread(show, stored, wanted)
        response.headers["x-content-type-options"] = "nosniff"
        await write_response(send, response)

    return app
