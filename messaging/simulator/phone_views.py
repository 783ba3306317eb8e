"""The phone's pages and deeds: what each address of phone_app.py does."""

import asyncio
from collections.abc import Callable
from random import Random

from django.core.handlers.asgi import ASGIRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from . import persona_props, phone, phone_desk, phone_media
from .errors import Impossible, Refused
from .model import Conversation
from .web import Response
from .world import World

HOLD = 10.0  # seconds a question for news is kept open
LOOKS = 0.2
HTML = "text/html; charset=utf-8"
EMOJI = [
    "😀",
    "😂",
    "😊",
    "😍",
    "😭",
    "😅",
    "😡",
    "👍",
    "👏",
    "🙏",
    "❤️",
    "🎉",
    "🌹",
    "☕",
    "🤔",
    "👀",
]


class Chat:
    """The world through the eyes of one request: the chat it names, if there is one."""

    def __init__(self, world: World, request: ASGIRequest) -> None:
        self.world, self.request = world, request
        self.account = request.GET.get("account", "")
        self.customer = request.GET.get("customer", "")

    @property
    def names(self) -> tuple[str, str]:
        return self.account, self.customer

    def conversation(self) -> Conversation | None:
        try:
            return self.world.conversation(*self.names)
        except Refused:
            return None

    def field(self, name: str, default: str = "") -> str:
        return self.request.POST.get(name, default).strip()

    def signature(self) -> str:
        """Differs whenever something that the page shows has changed."""
        world = self.world
        last = world.calls[-1] if world.calls else {}
        return f"{world.version}-{last.get('time')}-{last.get('ms')}-{world.now // 60}"


# ---- what is shown


def page(chat: Chat, error: str = "", status: int = 200) -> Response:
    context = {**_context(chat), "error": error, "accounts": _accounts(chat.world)}
    context |= {"plus": phone_desk.PLUS, "emoji": EMOJI, "faults": phone_desk.FAULTS}
    html = render_to_string("simulator/phone.html", context)
    return Response(html.encode(), HTML, status)


async def live(chat: Chat) -> Response:
    """The moving parts."""
    return await news(chat, lambda: render_to_string("simulator/_live.html", _context(chat)))


async def news(chat: Chat, draw: Callable[[], str]) -> Response:
    """What `draw` draws, as soon as it differs from what the page has seen; else 204."""
    for _ in range(int(HOLD / LOOKS)):
        if chat.signature() != chat.request.GET.get("seen"):
            headers = {"x-signature": chat.signature()}
            return Response(draw().encode(), HTML, headers=headers)
        await asyncio.sleep(LOOKS)
    return Response(b"", HTML, 204)


async def media(chat: Chat, media_id: str) -> Response:
    found = chat.world.media.files.get(media_id)
    if found is None:
        return Response(b"gone", "text/plain", 404)
    return await asyncio.to_thread(phone_media.show, found, chat.request.headers.get("Range", ""))


def _context(chat: Chat) -> dict:
    world, conversation = chat.world, chat.conversation()
    context = {
        "language": get_language(),
        "signature": chat.signature(),
        "people": phone.people(world),
        "clock": phone.clock_label(world, world.now),
        "weather": phone_desk.weather(world),
        "chosen": None,
    }
    if conversation is None:
        return context
    return context | {
        "chosen": conversation,
        "address": phone.address(*chat.names),
        "me": phone.face(phone.customer_name(world.customer(chat.customer))),
        "them": phone.face(world.account(chat.account).name),
        "rows": phone.thread(world, conversation),
        "standing": phone.standing(world, conversation),
        "client": phone_desk.client(world, conversation),
    }


def _accounts(world: World) -> list:
    return [account for account in world.accounts.values() if not account.deleted]


# ---- what is done; each returns the address to go on with


def enter(chat: Chat) -> str:
    """Come in as a new or a known customer, through a link, Channels, or the list of chats."""
    account, customer = chat.field("account"), chat.field("customer")
    if not customer:
        corp_id = chat.world.corp_of(account).corp_id
        nickname = chat.field("nickname") or "WeChat"
        customer = chat.world.add_customer(nickname, corp_id=corp_id).external_userid
    door = chat.field("door", "link")
    if door == "link":
        chat.world.enter(account, customer, chat.field("scene"), chat.field("scene_param"))
    elif door.isdigit():
        name = chat.world.account(account).name
        key = "nickname" if int(door) <= 3 else "shop_nickname"
        chat.world.enter(account, customer, channels={key: name, "scene": int(door)})
    else:
        chat.world.conversation(account, customer)
    return phone.address(account, customer)


def say(chat: Chat) -> str:
    """Words, a picked sample, or an uploaded file."""
    world, upload = chat.world, chat.request.FILES.get("upload")
    if sample := chat.field("sample"):
        beat = phone_desk.PLUS[sample][1]
        body = persona_props.content(world, chat.account, beat, Random())
        kind = beat.kind
    elif upload:
        data = upload.read()
        kind, body = phone_media.kind_of(data), {"data": data, "filename": upload.name}
    else:
        kind, body = "text", {"content": chat.field("text")}
    if world.say(*chat.names, kind, **body) is None:
        raise Impossible("the message was sent, but the other side refuses it")
    return phone.address(*chat.names)


def click(chat: Chat) -> str:
    chat.world.click(*chat.names, chat.field("msgid"), chat.field("item"))
    return phone.address(*chat.names)


def recall(chat: Chat) -> str:
    chat.world.recall(*chat.names, chat.field("msgid"))
    return phone.address(*chat.names)


def block(chat: Chat) -> str:
    """The switch: refuse what the account sends, or take it again."""
    chat.world.block(*chat.names, not chat.world.conversation(*chat.names).blocked)
    return phone.address(*chat.names)


def servicer(chat: Chat) -> str:
    verb, userid = chat.field("verb"), chat.field("servicer")
    phone_desk.serve(chat.world, chat.names, verb, userid, chat.field("text"))
    return phone.address(*chat.names)


def fault(chat: Chat) -> str:
    phone_desk.order_fault(chat.world, chat.field("fault"))
    return _here(chat)


def clock(chat: Chat) -> str:
    chat.world.clock.advance(int(chat.field("hours")) * 3600)
    chat.world.changed("clock")
    return _here(chat)


def _here(chat: Chat) -> str:
    return phone.address(*chat.names) if chat.account else ""


DEEDS = {
    "enter": enter,
    "say": say,
    "click": click,
    "recall": recall,
    "block": block,
    "servicer": servicer,
    "fault": fault,
    "clock": clock,
}
