"""Two applications that push on request: the console's own desk, and Channels as its tutorial has it.

POST /push?<account>x<count> sends so many rows, five per second, each with the time it left.
"""

import asyncio
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kfconsole.settings")
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

from kfconsole.asgi import application  # noqa: E402
from messaging.link import Frame  # noqa: E402
from messaging.live import hub  # noqa: E402
from messaging.sockets import encode  # noqa: E402

PER_SECOND = 5
ROW = "<hx-upsert hx-target='#sessions' key='data-key'>" + "<p>a row of the list</p>" * 50


def row(account: int) -> Frame:
    """As large as a real one, in both languages."""
    facts = {
        "bench": time.monotonic(),
        "session": 1,
        "agent": None,
        "ended": False,
        "native": False,
    }
    html = {"en": ROW, "zh-hans": ROW}
    return Frame(group=f"account-{account}", html="", data={**facts, "html": html, "gone": "x"})


async def to_hub(account: int) -> None:
    hub.publish(row(account))


async def to_layer(account: int) -> None:
    frame = row(account)
    frame["html"] = frame["data"].pop("html")["en"]
    await get_channel_layer().group_send("rows", {"type": "row", "text": encode([frame])})


class Plain(AsyncWebsocketConsumer):
    groups = ["rows"]

    async def row(self, event) -> None:
        await self.send(text_data=event["text"])


def with_pushes(inner, publish):
    async def answer(scope, receive, send) -> None:
        if scope["type"] != "http" or scope["path"] != "/push":
            return await inner(scope, receive, send)
        account, count = map(int, scope["query_string"].decode().split("x"))
        began = time.monotonic()
        for turn in range(count):
            await asyncio.sleep(max(0.0, began + turn / PER_SECOND - time.monotonic()))
            await publish(account)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return answer


ours = with_pushes(application, to_hub)
stock = with_pushes(Plain.as_asgi(), to_layer)
