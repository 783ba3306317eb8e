"""Two applications that push on request: the console's own desk, and Channels as its tutorial has it.

POST /push?<account>x<count> sends so many rows, five per second, each with the time it left.
"""

import asyncio
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kfconsole.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

from kfconsole.asgi import application  # noqa: E402
from messaging.fragments import draw  # noqa: E402
from messaging.link import Frame  # noqa: E402
from messaging.live import hub  # noqa: E402
from messaging.sockets import encode  # noqa: E402
from sessions import fragments, inbox  # noqa: E402
from sessions.models import Session  # noqa: E402

PER_SECOND = 5
_row: dict = {}


def read_row() -> None:
    """The row of the one session, with all facts, as it is pushed when something happens to it."""
    session = inbox.with_names(Session.objects.all()).get()
    html = draw("sessions/frames/row.html", {"session": session})
    _row.update(fragments.facts_of(session), html=html, gone="<hx-partial></hx-partial>")


async def row(account: int) -> Frame:
    if not _row:
        await sync_to_async(read_row)()
    data = {"bench": time.monotonic(), **_row}
    return Frame(group=f"account-{account}", html="", data=data)


async def to_hub(account: int) -> None:
    hub.publish(await row(account))


async def to_layer(account: int) -> None:
    frame = await row(account)
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
