"""What the tests of the server serve, in a process of its own: `python -m tests.served [PORT]`.

Prints the port; HTTP paths name what goes wrong, websockets hear the group "everyone".
"""

import asyncio
import json
import os
import resource
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kfconsole.settings")
django.setup()

from kfconsole import server, transport  # noqa: E402
from messaging.consumers import LiveConsumer  # noqa: E402
from messaging.link import Frame  # noqa: E402
from messaging.live import attached, hub  # noqa: E402

serving: list[server.Server] = []
beats: list[object] = []


class Everyone(LiveConsumer):
    async def authorise(self, scope):
        return None if scope["path"] == "/stranger/" else "somebody"

    def groups(self):
        return ["everyone"]

    async def receive_json(self, content):
        if "flood" in content:
            for _ in range(content["flood"]):
                await self.send(text_data="x" * 60_000)


async def pages(scope, receive, send):
    answer = ANSWERS.get(scope["path"], hello)
    await answer(scope, receive, send)


async def respond(send, body: bytes, **more) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body, **more})


async def hello(scope, receive, send):
    await respond(send, b"hello")


async def broken(scope, receive, send):
    raise ZeroDivisionError("as asked")


async def half(scope, receive, send):
    await respond(send, b"half", more_body=True)
    raise ZeroDivisionError("as asked")


async def hang(scope, receive, send):
    await asyncio.sleep(60)


async def push(scope, receive, send):
    size, count = map(int, scope["query_string"].decode().split("x"))
    for _ in range(count):
        hub.publish(Frame(group="everyone", html="x" * size, data=None))
        await asyncio.sleep(0.005)
    await respond(send, b"pushed")


async def facts(scope, receive, send):
    loop = asyncio.get_running_loop()
    known = {
        "connections": len(serving[0].connections) if serving else None,
        "sockets": hub.socket_count,
        "same_loop": beats == [loop, loop],  # failed, and started again
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "stats": hub.stats,
    }
    await respond(send, json.dumps(known).encode())


ANSWERS = {
    "/broken": broken, "/half": half, "/hang": hang, "/push": push,
    "/facts": facts,
}  # fmt: skip


async def both(scope, receive, send):
    await (Everyone.as_asgi() if scope["type"] == "websocket" else pages)(scope, receive, send)


application = attached(both)


async def beating() -> None:
    """Fails once, is started again, and says how it ended."""
    beats.append(asyncio.get_running_loop())
    if len(beats) == 1:
        raise RuntimeError("the first time")
    try:
        await asyncio.sleep(3600)
    finally:
        await asyncio.sleep(0.05)
        print("background ended", flush=True)  # noqa: T201


def main(port: int) -> None:
    transport.STALLED_SECONDS = 0.5
    serving.append(
        server.Server(
            application,
            background=[hub.serve, beating],
            ready=lambda host, port: print(port, flush=True),  # noqa: T201
            application_close_timeout=1,
            endpoints=[f"tcp:port={port}:interface=127.0.0.1"],
        )
    )
    serving[0].run()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
