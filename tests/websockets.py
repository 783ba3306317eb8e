"""A websocket client that tests can misuse: it reads when told to, and may stop reading."""

import socket
from typing import Self

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
)


class Closed(Exception):
    """The other side closed; `code` is 1006 when it did not say why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class RawWebsocket:
    def __init__(self, port: int, path: str = "/live/", headers: str = "", **options: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        for name, value in options.items():
            self._socket.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
        self._file = self._socket.makefile("rb")
        self._socket.sendall(HANDSHAKE.format(path=path, headers=headers).encode())
        self.status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, text: str, opcode: int = TEXT) -> None:
        payload = text.encode()
        size = len(payload)
        length = bytes([128 | size]) if size < 126 else b"\xff" + size.to_bytes(8, "big")
        self._socket.sendall(bytes([128 | opcode]) + length + bytes(4) + payload)  # mask of zeros

    def receive(self) -> str:
        """The next text; answers pings, raises Closed."""
        while True:
            opcode, payload = self._frame()
            if opcode == TEXT:
                return payload.decode()
            if opcode == CLOSE:
                raise Closed(int.from_bytes(payload[:2], "big"))
            if opcode == PING:
                self.send(payload.decode("latin1"), PONG)

    def closed_with(self) -> int:
        """Read to the end; the code that the other side closed with."""
        try:
            while True:
                self.receive()
        except Closed as closed:
            return closed.code

    def _frame(self) -> tuple[int, bytes]:
        try:
            head = self._file.read(2)
            if len(head) < 2:
                raise Closed(1006)
            size = head[1] & 127
            if size > 125:
                size = int.from_bytes(self._file.read(2 if size == 126 else 8), "big")
            return head[0] & 15, self._file.read(size)
        except ConnectionError:
            raise Closed(1006) from None
