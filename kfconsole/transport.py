"""What lies unsent under a connection of Daphne's: looking at it, waiting for it, cutting it off.

Daphne hands everything to Twisted's transport, whose buffer has no end: a reader that stops reading
would cost all that is sent to it. A websocket's scope offers this to the hub as `kf.transport`.
"""

import asyncio
import time
from collections.abc import Callable
from functools import lru_cache, partial

from autobahn.websocket.protocol import PreparedMessage
from daphne.http_protocol import WebRequest
from daphne.ws_protocol import WebSocketProtocol

BUFFER_BYTES = 512 * 1024  # what one connection may hold unsent before its sender waits
STALLED_SECONDS = 20.0  # nothing read for so long: cut off

Connection = WebRequest | WebSocketProtocol


def extension(websocket: WebSocketProtocol) -> dict[str, Callable]:
    """`buffered()` bytes not yet taken by the kernel, `write(text)` at once, `abort()`."""
    return {
        "buffered": partial(buffered, websocket),
        "write": partial(write, websocket),
        "abort": partial(abort, websocket),
    }


def buffered(connection: Connection) -> int:
    wire = _wire(connection)
    if wire is None or not wire.connected:
        return 0
    return len(wire.dataBuffer) - wire.offset + wire._tempDataLen


def write(websocket: WebSocketProtocol, text: str) -> None:
    """Send a text message to an open websocket, without Daphne's way through a coroutine.

    Where nothing waits it goes to the kernel at once: Twisted's buffer would cost two more system
    calls for each frame. What the kernel does not take, or a line that is broken, is for Twisted.
    """
    if websocket.state != websocket.STATE_OPEN:
        return
    octets = _prepared(text).payloadHybi
    if _is_idle(websocket):
        sent = websocket.transport.writeSomeData(octets)
        octets = octets[sent:] if isinstance(sent, int) else octets
    if octets:
        websocket.sendData(octets)


def _is_idle(websocket: WebSocketProtocol) -> bool:
    """Plain TCP, and all that was written before has left."""
    wire = websocket.transport
    return (
        wire is _wire(websocket)
        and wire.connected
        and not (wire.TLS or wire.disconnecting or websocket.send_queue)
        and not buffered(websocket)
    )


@lru_cache(maxsize=16)
def _prepared(text: str) -> PreparedMessage:
    """Framed once for the thousand sockets that get the same message."""
    return PreparedMessage(text.encode(), False, False, True)


def abort(connection: Connection) -> None:
    """Cut off at once: what is unsent is dropped."""
    if wire := _wire(connection):
        wire.abortConnection()


async def drained(connection: Connection) -> None:
    """Return when half the buffer is free, or when a reader that took nothing has been cut off."""
    pause, least, since = 0.001, buffered(connection), time.monotonic()
    while (size := buffered(connection)) > BUFFER_BYTES // 2:
        if size < least:
            least, since = size, time.monotonic()
        elif time.monotonic() - since > STALLED_SECONDS:
            return abort(connection)
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.05)


def _wire(connection: Connection):
    """The TCP transport, also under TLS; None when the connection or the answer has ended."""
    holder = (
        getattr(connection, "channel", None) if isinstance(connection, WebRequest) else connection
    )
    wire = getattr(holder, "transport", None)
    while wire is not None and not hasattr(wire, "dataBuffer"):
        wire = getattr(wire, "transport", None)
    return wire
