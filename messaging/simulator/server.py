"""A small HTTP/1.1 server for one ASGI app: keep-alive, streaming, and connections that break.

Only for the simulator standing alone and for tests: unlike Daphne and uvicorn it can drop a
connection in the middle of a call when the app asks for it (errors.Dropped).
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import unquote

import h11

from .errors import Dropped
from .web import DROP

log = logging.getLogger(__name__)
CHUNK = 256 * 1024


class Connection:
    """One client, request after request."""

    def __init__(self, app: Callable, reader, writer) -> None:
        self.app, self.reader, self.writer = app, reader, writer
        self.http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        try:
            while await self._exchange():
                self.http.start_next_cycle()
        except (Dropped, h11.RemoteProtocolError, ConnectionError, TimeoutError):
            self.writer.transport.abort()
        finally:
            self.writer.close()

    async def _exchange(self) -> bool:
        """Answer one request; False when the connection is at its end."""
        request = await self._event()
        if not isinstance(request, h11.Request):
            return False
        try:
            await self.app(self._scope(request), self._receive, self._send)
        except (Dropped, ConnectionError):
            raise
        except Exception:
            log.exception("the app failed")
            raise Dropped from None
        while self.http.their_state is h11.SEND_BODY:  # the app did not read it all
            await self._event()
        return self.http.our_state is h11.DONE and self.http.their_state is h11.DONE

    async def _event(self):
        while True:
            event = self.http.next_event()
            if event is not h11.NEED_DATA:
                return event
            self.http.receive_data(await self.reader.read(CHUNK))

    async def _receive(self) -> dict:
        if self.http.their_state is not h11.SEND_BODY:
            return await self._wait_for_end()
        if self.http.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self.writer.write(self.http.send(go_on))
        event = await self._event()
        if isinstance(event, h11.Data):
            return {"type": "http.request", "body": bytes(event.data), "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _wait_for_end(self) -> dict:
        """After the body only the client's leaving is news; the next request is kept."""
        while data := await self.reader.read(CHUNK):
            self.http.receive_data(data)
        return {"type": "http.disconnect"}

    async def _send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            head = h11.Response(status_code=message["status"], headers=message.get("headers", []))
            self.writer.write(self.http.send(head))
            return
        if body := message.get("body"):
            self.writer.write(self.http.send(h11.Data(data=body)))
        if not message.get("more_body"):
            self.writer.write(self.http.send(h11.EndOfMessage()))
        await self.writer.drain()

    def _scope(self, request: h11.Request) -> dict:
        path, _, query = request.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method.decode(),
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": list(request.headers),
            "client": self.writer.get_extra_info("peername"),
            "server": self.writer.get_extra_info("sockname"),
            "extensions": {DROP: {}},
        }


async def start(app: Callable, host: str = "127.0.0.1", port: int = 0) -> asyncio.Server:
    """Listen; port 0 takes a free one (see `port_of`)."""

    async def connected(reader, writer) -> None:
        with suppress(asyncio.CancelledError):  # by stopping the loop: nothing to report
            await Connection(app, reader, writer).run()

    return await asyncio.start_server(connected, host, port)


def port_of(server: asyncio.Server) -> int:
    return server.sockets[0].getsockname()[1]
