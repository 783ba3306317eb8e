"""The one consumer: a websocket that hears groups of the hub.

It knows neither users nor sessions: a subclass says who may connect, which groups they hear, which
frames their page shows, and what the page may ask for. No database here beyond `authorise`, and
there in a pool of your own: all websockets of a process share one thread of Django's.
"""

import json
from collections.abc import Iterable
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from .link import Frame
from .live import hub
from .sockets import Socket, pipe_for

SIGN_IN = 4401  # the page goes to the sign-in form; any other code means connect again
READY_SECONDS = 1.0


class LiveConsumer(AsyncWebsocketConsumer):
    """Override `authorise` and `groups`; `forward` and `receive_json` where the page needs them."""

    channel_layer_alias = "none"  # the hub listens for all: no channel and no task per socket
    viewer: Any = None
    socket: Socket | None = None

    async def authorise(self, scope: dict[str, Any]) -> Any | None:
        """Who is it? Anything but None may connect, and is kept as `self.viewer`."""
        return None

    def groups(self) -> Iterable[str]:  # type: ignore[override]
        """The groups heard from the start; `watch` and `unwatch` change them."""
        return ()

    def forward(self, frame: Frame) -> Frame | None:
        """What of this frame the page shows; None for nothing. Called for each socket: be quick.

        Give back the frame itself, or one shared by many sockets: equal answers are encoded once.
        """
        return frame

    async def receive_json(self, content: dict[str, Any]) -> None:
        """The page says something, such as `{"watch": "customer-12"}`. Check before you obey."""

    def watch(self, *groups: str) -> None:
        hub.join(self.socket, *groups)

    def unwatch(self, *groups: str) -> None:
        hub.leave(self.socket, *groups)

    # What Channels calls

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the hop to a thread that closes database connections: none are opened here."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """Hear the bus, accept, join: what the page fetches once it is open leaves no gap."""
        hub.start()
        self.viewer = await self.authorise(self.scope)
        if self.viewer is None:
            await self.accept()  # a refused handshake would hide the code from the page
            return await self.close(code=SIGN_IN)
        await hub.ready(READY_SECONDS)
        await self.accept()
        self.socket = Socket(pipe_for(self.scope, self.base_send), self._filter())
        self.watch(*self.groups())

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Objects go to `receive_json`, pings are answered, the rest is nothing we sent a page."""
        try:
            content = json.loads(message.get("text") or "null")
        except ValueError:
            return
        if not isinstance(content, dict) or self.socket is None:
            return
        if "ping" in content:
            return await self.send(text_data='{"data":[{"pong":true}]}')
        await self.receive_json(content)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self.disconnect(message.get("code"))
        raise StopConsumer()

    async def __call__(self, scope, receive, send) -> None:
        """However it ends, the hub forgets the socket."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.socket:
                hub.leave(self.socket)

    def _filter(self):
        """None when the class does not filter, which saves a call for each socket and frame."""
        return None if type(self).forward is LiveConsumer.forward else self.forward
