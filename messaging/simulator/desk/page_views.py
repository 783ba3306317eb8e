"""The user's app: what each address of its page shows and does (phone_app.page_app)."""

from django.core.handlers.asgi import ASGIRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.simulator import phone, phone_desk, phone_media, phone_views
from messaging.simulator.errors import Impossible
from messaging.simulator.phone_app import HEADERS
from messaging.simulator.phone_views import EMOJI, HTML, news
from messaging.simulator.scripts.beats import sample
from messaging.simulator.web import Response

from . import cards, rows
from .model import FREE, OFFLINE, REST
from .world import World

PREFIX = "/desk/"
# Files come by their Url, as they do in a real app: from wherever the sender has put them.
POLICY = (
    HEADERS["content-security-policy"]
    .replace("img-src 'self'", "img-src 'self' http: https:")
    .replace("media-src 'self'", "media-src 'self' http: https:")
)
# What the "+" offers: name, icon, the kind and what it carries.
PLUS = {
    "photo": (_("Photo"), "image", "photo_parcel.jpg"),
    "voice": (_("Voice"), "voice", "voice_parcel_zh.amr"),
    "video": (_("Video"), "video", "video_router.mp4"),
    "file": (_("File"), "file", "invoice.pdf"),
    "location": (_("Location"), "location", ""),
}
CARDS = {
    "product": (
        _("Product"),
        cards.product(
            "头戴式主动降噪耳机 AN-7 曜石黑",
            "40 小时续航，30 天无理由退货",
            "https://example.com/img/anc-headphones.jpg",
            "https://example.com/p/an-7",
            价格="¥599",
        ),
    ),
    "order": (
        _("Order"),
        cards.order(
            "户外防水双肩包 35L",
            "订单号 3721090211447",
            "https://example.com/img/backpack.jpg",
            "https://example.com/o/3721090211447",
            状态="待收货",
            金额="¥329.00",
        ),
    ),
}
FAULTS = {
    "twice": (_("3 callbacks sent twice"), {"kind": "duplicate_callback", "count": 3}),
    "reorder": (_("3 callbacks out of order"), {"kind": "reorder_callback", "count": 3}),
    "lost": (_("3 callbacks lost"), {"kind": "drop_callback", "count": 3}),
    "late": (_("3 callbacks 5 s late"), {"kind": "delay_callback", "seconds": 5.0, "count": 3}),
    "sign": (_("3 callbacks signed wrongly"), {"kind": "bad_sign", "count": 3}),
    "slow": (_("10 calls answered 3 s late"), {"kind": "slow", "seconds": 3.0, "count": 10}),
    "limit": (
        _("3 calls: too many (60011)"),
        {"kind": "errcode", "errcode": 60011, "count": 3},
    ),
    "gateway": (_("3 calls: HTTP 502"), {"kind": "bad_gateway", "count": 3}),
    "answer": (
        _("Next message: accepted, answer lost"),
        {"kind": "reset_after", "api": "send_msg"},
    ),
}
STATUSES = {"free": FREE, "rest": REST, "offline": OFFLINE}


class Chat(phone_views.Chat):
    """The world through the eyes of one request: the user and the account it names."""

    def __init__(self, world: World, request: ASGIRequest) -> None:
        self.world, self.request = world, request
        self.client = request.GET.get("client", "")
        self.service = request.GET.get("service", "")

    @property
    def names(self) -> tuple[str, str]:
        return self.client, self.service

    @property
    def is_chosen(self) -> bool:
        return self.client in self.world.clients and self.service in self.world.services

    def require(self) -> tuple[str, str]:
        if not self.is_chosen:
            raise Impossible("choose a user first")
        return self.names


def page(chat: Chat, error: str = "", status: int = 200) -> Response:
    context = {**_context(chat), "error": error, "services": list(chat.world.services.values())}
    context |= {"plus": PLUS, "cards": CARDS, "emoji": EMOJI, "faults": FAULTS}
    html = render_to_string("simulator/desk/page.html", context)
    return Response(html.encode(), HTML, status, {"content-security-policy": POLICY})


async def live(chat: Chat) -> Response:
    return await news(chat, lambda: render_to_string("simulator/desk/_live.html", _context(chat)))


async def media(chat: Chat, file_id: str) -> Response:
    """Files have addresses of their own (app.py)."""
    return Response(b"not found", "text/plain", 404)


def _context(chat: Chat) -> dict:
    world = chat.world
    world.tick()
    context = {
        "language": get_language(),
        "signature": chat.signature(),
        "people": rows.users(world),
        "clock": phone.clock_label(world, world.now),
        "weather": phone_desk.weather(world),
        "standing": rows.standing(world, None),
        "chosen": None,
    }
    if not chat.is_chosen:
        return context
    session, service = world.last_session(*chat.names), world.services[chat.service]
    return context | {
        "chosen": world.clients[chat.client],
        "service": service,
        "address": rows.address(*chat.names),
        "me": phone.face(world.clients[chat.client].nickname),
        "them": phone.face(service.name),
        "headline": rows.headline(world, session, chat.service),
        "rows": rows.thread(world, *chat.names),
        "standing": rows.standing(world, session),
        "offers": rows.offers(world, session, chat.client),
    }


# ---- what is done; each returns the address to go on with


def enter(chat: Chat) -> str:
    """Open the chat of an account as a new or a known user."""
    world, client, service = chat.world, chat.field("client"), chat.field("service")
    world.service(service)
    if client:
        world.client(client)
    else:
        client = f"user_{10_000 + len(world.clients)}_{world.version}"
        channel = "Web" if chat.field("channel") == "Web" else "SDK"
        platform = "Web" if channel == "Web" else "Android"
        nickname = chat.field("nickname") or client
        world.add_client(client, nickname, channel=channel, platform=platform)
    world.enter(client, service)
    return rows.address(client, service)


def say(chat: Chat) -> str:
    """Words, a picked sample, a card, or an uploaded file."""
    client, service = chat.require()
    world, upload = chat.world, chat.request.FILES.get("upload")
    if name := chat.field("sample"):
        _label, kind, file = PLUS[name]
        fields = {"data": sample(file), "filename": file} if file else {}
        world.send(client, kind, service, **fields)
    elif name := chat.field("card"):
        world.say(client, body=[CARDS[name][1]], service=service)
    elif upload:
        data = upload.read()
        kind = phone_media.kind_of(data)
        world.send(client, kind, service, data=data, filename=upload.name)
    else:
        world.say(client, chat.field("text"), service=service)
    return rows.address(client, service)


def click(chat: Chat) -> str:
    client, service = chat.require()
    chat.world.click(client, chat.field("key"), chat.field("item"), service)
    return rows.address(client, service)


def fill(chat: Chat) -> str:
    client, service = chat.require()
    names, values = (chat.request.POST.getlist(name) for name in ("name", "value"))
    chat.world.fill(client, chat.field("key"), dict(zip(names, values, strict=True)), service)
    return rows.address(client, service)


def rate(chat: Chat) -> str:
    chat.world.rate(chat.field("session"), int(chat.field("stars", "0")))
    return rows.address(*chat.require())


def verb(chat: Chat) -> str:
    """What the buttons above the composer do."""
    client, service = chat.require()
    world, name = chat.world, chat.field("verb")
    deeds = {
        "human": lambda: world.ask_human(client, service),
        "end": lambda: world.leave(client, service),
        "rating": lambda: world.ask_rating(client, service),
        "away": lambda: world.close_app(client),
        "back": lambda: world.open_app(client),
    }
    deeds[name]()
    return rows.address(client, service)


def workbench(chat: Chat) -> str:
    """What the visitor does as an agent in Desk's own workbench."""
    client, service = chat.require()
    world, name, mail = chat.world, chat.field("verb"), chat.field("member")
    if name in STATUSES:
        world.set_status(mail, STATUSES[name])
        return rows.address(client, service)
    session = world.last_session(client, service)
    if session is None:
        raise Impossible("there is no session yet")
    deeds = {
        "accept": lambda: world.accept(session.session_id, mail),
        "write": lambda: world.agent_say(session.session_id, chat.field("text")),
        "forward": lambda: world.agent_forward(session.session_id, mail),
        "end": lambda: world.agent_end(session.session_id),
    }
    deeds[name]()
    return rows.address(client, service)


def fault(chat: Chat) -> str:
    """A fault by its name, or `none` to mend all."""
    world, name = chat.world, chat.field("fault")
    if name == "none":
        world.faults.clear()
    else:
        world.faults.add(**FAULTS[name][1])
    world.changed("setup")
    return _here(chat)


def clock(chat: Chat) -> str:
    chat.world.advance(int(chat.field("minutes")) * 60)
    return _here(chat)


def _here(chat: Chat) -> str:
    return rows.address(*chat.names) if chat.is_chosen else ""


DEEDS = {
    "enter": enter,
    "say": say,
    "click": click,
    "fill": fill,
    "rate": rate,
    "verb": verb,
    "workbench": workbench,
    "fault": fault,
    "clock": clock,
}
