"""The customer's web chat: what each address of it shows and does (phone_app.page_app).

For the demo only: it asks nobody who they are.
"""

import asyncio
from urllib.parse import urlencode

from django.core.handlers.asgi import ASGIRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from messaging.simulator import phone, phone_media
from messaging.simulator.errors import Impossible
from messaging.simulator.phone_views import EMOJI, HOLD, HTML, LOOKS
from messaging.simulator.web import Response

from .app import StaffApp
from .world import Chat as Conversation
from .world import World

PREFIX = "/webchat/"
SHOWN = 80
CALLS = 6
FAULTS = {
    "refuse": (gettext_lazy("Refuse the next message"), {"kind": "errcode", "errcode": 40001}),
    "lose": (gettext_lazy("Lose the next answer"), {"kind": "reset_after"}),
    "slow": (gettext_lazy("Take 3 s for the next message"), {"kind": "slow", "seconds": 3}),
}


class Chat:
    """The app through the eyes of one request: the customer it names, if there is one."""

    def __init__(self, app: StaffApp, request: ASGIRequest) -> None:
        self.app, self.world, self.request = app, app.world, request
        self.customer = request.GET.get("customer", "")

    def conversation(self) -> Conversation | None:
        return self.world.chats.get(self.customer)

    def field(self, name: str) -> str:
        return self.request.POST.get(name, "").strip()

    def signature(self) -> str:
        """Differs whenever something that the page shows has changed."""
        world = self.world
        last = world.calls[-1] if world.calls else {}
        return f"{world.version}-{len(world.posts)}-{last.get('ms')}-{world.now // 60}"


# ---- what is shown


def page(chat: Chat, error: str = "", status: int = 200) -> Response:
    context = {**_context(chat), "error": error, "emoji": EMOJI, "faults": FAULTS}
    html = render_to_string("simulator/webchat/page.html", context)
    return Response(html.encode(), HTML, status)


async def live(chat: Chat) -> Response:
    """The moving parts, as soon as they differ from what the page has seen; else 204."""
    for _look in range(int(HOLD / LOOKS)):
        if chat.signature() != chat.request.GET.get("seen"):
            html = render_to_string("simulator/webchat/_live.html", _context(chat))
            return Response(html.encode(), HTML, headers={"x-signature": chat.signature()})
        await asyncio.sleep(LOOKS)
    return Response(b"", HTML, 204)


async def media(chat: Chat, media_id: str) -> Response:
    found = chat.world.media.files.get(media_id)
    if found is None:
        return Response(b"gone", "text/plain", 404)
    return await asyncio.to_thread(phone_media.show, found, chat.request.headers.get("Range", ""))


def address(user_id: str) -> str:
    return "?" + urlencode({"customer": user_id})


def _context(chat: Chat) -> dict:
    world, chosen = chat.world, chat.conversation()
    context = {
        "language": get_language(),
        "signature": chat.signature(),
        "people": _people(world),
        "posts": [_told(world, post) for post in list(world.posts)[-CALLS:]],
        "calls": list(world.calls)[-CALLS:],
        "active": world.faults.active,
        "chosen": chosen,
    }
    if chosen is None:
        return context
    return context | {
        "address": address(chosen.user_id),
        "me": phone.face(_name(chosen)),
        "them": phone.face(_("Service")),
        "rows": phone.rows(world, chosen.transcript[-SHOWN:]),
    }


def _name(conversation: Conversation) -> str:
    return conversation.nickname or conversation.user_id


def _people(world: World) -> list[dict]:
    """The latest first; who has not written yet comes last."""
    chats = sorted(world.chats.values(), key=_last_moment, reverse=True)
    return [_person(world, conversation) for conversation in chats]


def _last_moment(conversation: Conversation) -> int:
    return conversation.transcript[-1].sent_at if conversation.transcript else 0


def _person(world: World, conversation: Conversation) -> dict:
    person = {**phone.face(_name(conversation)), "address": address(conversation.user_id)}
    if conversation.transcript:
        last = conversation.transcript[-1]
        person |= {
            "preview": phone.preview(last),
            "time": phone.clock_label(world, last.sent_at),
        }
    return person


def _told(world: World, post: dict) -> dict:
    answer = post["answer"].get("errcode")
    return {
        "clock": phone.clock_label(world, post["time"]),
        "api": post["body"].get("MsgType") or post["call"],
        "errcode": "?" if answer is None else answer,
    }


# ---- what is done; each returns the address to go on with


def enter(chat: Chat) -> str:
    """A new customer, or one who is known."""
    made = chat.world.add_customer(chat.field("nickname") or _("Visitor"))
    return address(made.user_id)


async def say(chat: Chat) -> str:
    """Words, the number of a choice, or an uploaded file: by its address, or by a path."""
    upload, more = chat.request.FILES.get("upload"), {}
    kind, content = "text", chat.field("text")
    if upload:
        data = upload.read()
        kind = phone_media.kind_of(data)
        more = {"data": data, "filename": upload.name, "by_path": "by_path" in chat.request.POST}
    answer = await chat.app.calls.say(_chosen(chat), kind, content, **more)
    return _went(chat, answer)


async def ask(chat: Chat) -> str:
    return _went(chat, await chat.app.calls.ask_human(_chosen(chat)))


def fault(chat: Chat) -> str:
    chat.world.faults.add(**FAULTS[chat.field("fault")][1])
    chat.world.version += 1
    return address(chat.customer) if chat.customer else ""


def _chosen(chat: Chat) -> str:
    return chat.world.chat(chat.customer).user_id


def _went(chat: Chat, answer: dict) -> str:
    if answer.get("errcode") != 0:
        raise Impossible(_("The console did not take it: %s") % answer.get("errmsg"))
    return address(chat.customer)


DEEDS = {"enter": enter, "say": say, "ask": ask, "fault": fault}
