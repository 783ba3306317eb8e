"""A group robot of WeCom on this machine: it answers as it is told to, and keeps what was posted.

robot = Robot(); robot.stand_in(monkeypatch); robot.answers = [45009]
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from urllib.parse import urlsplit

from messaging import guard

KEY = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"
ADDRESS = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


class Robot:
    def __init__(self) -> None:
        self.answers: list[int] = []
        self.posts: list[dict] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                code = outer.answers.pop(0) if outer.answers else 0
                outer.posts += [] if code else [told]
                body = json.dumps({"errcode": code, "errmsg": f"said of {self.path}"}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def stand_in(self, monkeypatch) -> None:
        """The same call, of the same name, to this machine, which speaks no TLS."""
        call, port = guard.call, self.server.server_port

        def call_near(method: str, address: str, **how):
            assert address == ADDRESS
            near = f"http://{urlsplit(address).hostname}:{port}/{urlsplit(address).query}"
            return call(method, near, near=True, **how)

        monkeypatch.setattr(guard, "call", call_near)
        monkeypatch.setattr(guard, "look_up", lambda *asked: {ip_address("127.0.0.1")})
