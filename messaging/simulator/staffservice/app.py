"""One ASGI app: …/staffService/message, …/files/, …/control/, and pages such as …/webchat/."""

from collections.abc import Awaitable, Callable

from messaging.simulator.phone_media import show
from messaging.simulator.web import json_response, read_request, write_response

from . import api, control
from .calls import Calls
from .world import World

FILES = "/files/"
App = Callable[[dict, Callable, Callable], Awaitable[None]]


class StaffApp:
    """To be run alone or under any prefix; `pages` adds apps by a piece of their path."""

    def __init__(self, world: World, pages: dict[str, App] | None = None) -> None:
        self.world = world
        self.calls = Calls(world)
        self.api = api.Api(world)
        self.parts: dict[str, App] = {
            api.SUFFIX: self.api,
            control.PREFIX: control.Control(world, self.calls),
            FILES: self._files,
            **(pages or {}),
        }

    async def close(self) -> None:
        await self.calls.close()
        await self.api.close()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 4404})
        found = (part for piece, part in self.parts.items() if piece in scope["path"])
        await next(found, _missing)(scope, receive, send)

    async def _files(self, scope: dict, receive: Callable, send: Callable) -> None:
        """As it lies there: what the console is told to fetch."""
        request = await read_request(scope, receive)
        media_id = request.path.partition(FILES)[2].partition("/")[0]
        file = self.world.media.files.get(media_id)
        if file is None:
            return await _missing(scope, receive, send)
        response = show(file, raw=True)
        await write_response(send, response)


async def _missing(scope: dict, receive: Callable, send: Callable) -> None:
    await write_response(send, json_response({"error": "not found"}, 404))
