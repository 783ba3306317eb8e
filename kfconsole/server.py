"""Daphne, with what a console of many open sockets needs. Any ASGI application runs under it.

    manage.py serve                                          run(), the worker on the same loop
    python -m kfconsole.server kfconsole.asgi:application    the daphne command line, repaired
    daphne kfconsole.asgi:application                        works too, without the repairs:

- a connection is forgotten when it ends, not by a sweep of all of them each second
- who does not read is waited for, then cut off; the hub can look before it writes (transport.py)
- no idle timeout; stopping closes websockets with 1012, which tells the page to connect again
- the heap is frozen after start: the garbage collector need not walk all of Django again and again
- background coroutines live on the loop that serves, and end with it
"""

from daphne.server import Server as DaphneServer  # isort:skip  installs the asyncio reactor first
import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.endpoints import build_endpoint_description_strings
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer, reactor

from messaging.live import hub

from . import transport

logger = logging.getLogger(__name__)

DEFAULTS = {
    "http_timeout": 120,  # until the answer begins
    "request_buffer_size": 64 * 1024,
    "websocket_timeout": -1,
    "websocket_max_message_size": 64 * 1024,
    "websocket_max_frame_size": 64 * 1024,
    "application_close_timeout": 10,
    "verbosity": 0,
    "server_name": "",
}
FREEZE_SECONDS = 30.0  # by then the first requests have loaded what loads lazily
GRACE_SECONDS = 0.5  # for requests that run when the server stops
BACKGROUND_SECONDS = 5.0  # for background work to end its step
SERVICE_RESTART = 1012

Background = Callable[[], Awaitable[None]]


class Server(DaphneServer):
    """`background` coroutine functions start with the server; one that fails is started again."""

    def __init__(
        self,
        application: Callable[..., Awaitable[None]],
        background: Sequence[Background] = (),
        ready: Callable[[str, int], None] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(application, **(DEFAULTS | options))
        self.background = background
        self.ready = ready
        self._ports: list[Any] = []
        self._tasks: list[asyncio.Task[None]] = []

    def run(self) -> None:
        reactor.callWhenRunning(self._started)
        super().run()

    def _started(self) -> None:
        loop = asyncio.get_event_loop()
        self._tasks = [loop.create_task(_kept_alive(work)) for work in self.background]
        _freeze()
        reactor.callLater(FREEZE_SECONDS, _freeze)
        if self.ready:
            loop.call_soon(self.ready, *self.listening_addresses[0])

    def listen_success(self, port) -> None:
        self._ports.append(port)
        super().listen_success(port)

    # The life of a connection

    def create_application(self, protocol, scope):
        if protocol not in self.connections:  # its client has gone already
            return None
        if scope["type"] == "websocket":
            scope["extensions"] = {"kf.transport": transport.extension(protocol)}
        queue = super().create_application(protocol, scope)
        task = self.connections[protocol]["application_instance"]
        task.add_done_callback(partial(self._application_ended, protocol))
        return queue

    def _application_ended(self, protocol, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error:
            logger.error("Exception inside application: %s", error, exc_info=error)
        details = self.connections.get(protocol, {})
        details.pop("application_instance", None)
        if "disconnected" in details:
            del self.connections[protocol]
        elif error:
            _answer_with(error, protocol)

    def protocol_disconnected(self, protocol) -> None:
        details = self.connections.get(protocol, {})
        details.setdefault("disconnected", time.time())
        if "application_instance" not in details:
            self.connections.pop(protocol, None)

    async def handle_reply(self, protocol, message) -> None:
        """Who sends faster than its client reads is made to wait."""
        await super().handle_reply(protocol, message)
        if transport.buffered(protocol) > transport.BUFFER_BYTES:
            await transport.drained(protocol)

    def application_checker(self) -> None:
        """What is left of Daphne's sweep: applications that do not end when their client has."""
        latest = time.time() - self.application_close_timeout
        for details in list(self.connections.values()):
            if details.get("disconnected", latest) < latest and "application_instance" in details:
                details["application_instance"].cancel()
        reactor.callLater(self.application_close_timeout, self.application_checker)

    def timeout_checker(self) -> None:
        """An answer that has begun may take as long as its reader reads."""
        for protocol in list(self.connections):
            if not getattr(protocol, "_response_started", False):
                protocol.check_timeouts()
        reactor.callLater(2, self.timeout_checker)

    # The end

    def kill_all_applications(self) -> defer.Deferred:
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._wind_down()))

    async def _wind_down(self) -> None:
        """No new clients; pages connect elsewhere; what runs has a moment to end."""
        for port in self._ports:
            port.stopListening()
        for task in self._tasks:
            task.cancel()
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                protocol.sendCloseFrame(code=SERVICE_RESTART)  # sendClose() does not know 1012
        late = await _still_running(self._applications(), GRACE_SECONDS)
        for task in late:
            task.cancel()
        await _still_running([*late, *self._tasks], BACKGROUND_SECONDS)

    def _applications(self) -> list[asyncio.Task[None]]:
        found = (details.get("application_instance") for details in self.connections.values())
        return [task for task in found if task]


def run(
    application: Callable[..., Awaitable[None]],
    host: str = "127.0.0.1",
    port: int = 8000,
    background: Sequence[Background] = (),
    ready: Callable[[str, int], None] | None = None,
    **options: Any,
) -> None:
    """Serve until a signal; the hub runs too. `ready(host, port)` tells the port that 0 became.

    `options` are Daphne's, such as `proxy_forwarded_address_header`.
    """
    endpoints = build_endpoint_description_strings(host=host, port=port)
    server = Server(
        application,
        background=[hub.serve, *background],
        ready=ready,
        endpoints=endpoints,
        **options,
    )
    server.run()
    if server.abort_start:  # and the log says why
        raise SystemExit(1)


class CommandLine(CommandLineInterface):
    server_class = partial(Server, background=[hub.serve])

    def __init__(self) -> None:
        super().__init__()
        self.parser.set_defaults(**DEFAULTS)


async def _kept_alive(work: Background) -> None:
    while True:
        try:
            return await work()
        except Exception:
            logger.exception("%s failed and is started again", getattr(work, "__name__", work))
            await asyncio.sleep(1)


async def _still_running(tasks: list[asyncio.Task[None]], seconds: float) -> set[asyncio.Task]:
    return (await asyncio.wait(tasks, timeout=seconds))[1] if tasks else set()


def _answer_with(error: Exception, protocol) -> None:
    try:
        protocol.handle_exception(error)
    except Exception:  # it had begun to answer: cut off, so that it does not look complete
        transport.abort(protocol)


def _freeze() -> None:
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    CommandLine.entrypoint()
