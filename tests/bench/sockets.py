"""Hundreds of open pages in one process: they read, note when each frame came, and answer pings."""

import asyncio
import socket
import time

MARK = b'"bench":'
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Origin: http://127.0.0.1\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
)
PING, PONG = b"\x89\x00", b"\x8a\x80\x00\x00\x00\x00"
AT_ONCE = 50


def text_frame(text: str) -> bytes:
    """A short masked text, the mask being zeros."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text.encode()


class Page(asyncio.Protocol):
    """One websocket. `latencies` in seconds, one for each frame that carried the time it left."""

    def __init__(self, request: bytes, watch: str, reads: bool) -> None:
        self.request = request
        self.watch = watch
        self.reads = reads
        self.buffer = b""
        self.latencies: list[float] = []
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.buffer += data
        if not self.opened.done():
            self._open()
        if data.endswith(PING):
            self.transport.write(PONG)
        if not self.reads and self.opened.done():
            self.buffer = b""
        while self._take(now):
            pass

    def _open(self) -> None:
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            return self.opened.set_exception(ConnectionError(head.decode()[:80]))
        self.buffer = rest
        if self.watch:
            self.transport.write(text_frame(self.watch))
        self.opened.set_result(None)

    def _take(self, now: float) -> bool:
        before, mark, rest = self.buffer.partition(MARK)
        if not mark:
            self.buffer = before[-len(MARK) :]
            return False
        stamp, comma, rest = rest.partition(b",")
        if not comma:
            return False
        self.latencies.append(now - float(stamp))
        self.buffer = rest
        return True

    def connection_lost(self, error) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed at once"))


class Crowd:
    """`number` pages, and one more that never reads. Without `reads` what comes is thrown away."""

    def __init__(
        self, port: int, path: str = "/live/", cookie: str = "", watch: str = "", reads: bool = True
    ) -> None:
        headers = f"Cookie: {cookie}\r\n" if cookie else ""
        self.port = port
        self.request = HANDSHAKE.format(path=path, headers=headers).encode()
        self.watch = watch
        self.reads = reads
        self.pages: list[Page] = []
        self.slow: list[Page] = []

    async def gather(self, number: int, with_a_slow_one: bool = True) -> None:
        while number > len(self.pages):
            size = min(AT_ONCE, number - len(self.pages))
            self.pages += await asyncio.gather(*(self._connect() for _ in range(size)))
        if with_a_slow_one:
            page = await self._connect(SO_RCVBUF=4096)
            page.transport.pause_reading()
            self.slow.append(page)

    async def _connect(self, **options: int) -> Page:
        loop = asyncio.get_running_loop()
        line = socket.socket()
        for name, value in options.items():
            line.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
        line.setblocking(False)
        await loop.sock_connect(line, ("127.0.0.1", self.port))
        page = Page(self.request, self.watch, self.reads)
        await loop.create_connection(lambda: page, sock=line)
        await asyncio.wait_for(page.opened, 20)
        return page

    @property
    def received(self) -> int:
        return sum(len(page.latencies) for page in self.pages)

    async def receive(self, frames: int, seconds: float) -> None:
        """Until that many have come in all, or for so long."""
        until = time.monotonic() + seconds
        while self.received < frames and time.monotonic() < until:
            await asyncio.sleep(0.05)

    def take_latencies(self) -> list[float]:
        """Since they were taken last."""
        taken = [latency for page in self.pages for latency in page.latencies]
        for page in self.pages:
            page.latencies = []
        return taken

    def close(self) -> None:
        for page in (*self.pages, *self.slow):
            page.transport.abort()
