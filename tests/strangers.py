"""A real server that does what strangers' servers do.

stranger = Stranger(); stranger.url; stranger.heard
    /file/<type>/<size>    bytes of that type; /picture, /page     /to?<address>   a redirect
    /endless               never stops                              /drip, /mute    a byte at times
"""

import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.pictures import picture


class Stranger:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []  # path, host
        self.files: dict[str, tuple[str, bytes]] = {
            "/picture": ("image/png", picture()),
            "/page": ("text/html", b"<!doctype html><title>Sign in</title>"),
            "/error": ("application/json", b'{"errcode": 404}'),
            "/page-as-picture": ("image/png", b"<!doctype html><title>Sign in</title>"),
        }
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.heard.append((self.path, self.headers["Host"]))
                with suppress(OSError):
                    outer.answer(self)

            def log_message(self, *arguments: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(asked.path)
        if parts.path == "/to":
            return self.say(asked, 302, {"Location": unquote(parts.query)})
        if parts.path == "/around":
            return self.say(asked, 302, {"Location": "/around"})
        if parts.path == "/zipped":
            return self.say(asked, 200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")
        if parts.path in ("/endless", "/drip", "/mute"):
            return self.go_on(asked, parts.path)
        if parts.path not in self.files:
            return self.say(asked, 404, {}, b"no")
        content_type, data = self.files[parts.path]
        return self.say(asked, 200, {"Content-Type": content_type}, data)

    @staticmethod
    def say(asked: Any, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        asked.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(body)

    @staticmethod
    def go_on(asked: Any, path: str) -> None:
        """Endlessly, or so slowly that no single wait is long."""
        if path == "/mute":
            asked.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        else:
            asked.send_response(200)
            asked.end_headers()
        piece = 64 * 1024 * b"x" if path == "/endless" else b"x"
        for _ in range(2000):
            asked.wfile.write(piece)
            asked.wfile.flush()
            if path != "/endless":
                time.sleep(0.02)
