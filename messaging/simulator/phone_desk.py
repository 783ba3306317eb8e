"""The two panels beside the phone: WeCom's own client, and the faults a visitor can order."""

from django.utils.translation import gettext_lazy as _

from . import phone
from .errors import Impossible
from .model import ENDED, POOL, SERVICER, Conversation
from .scripts.beats import card, file, merged, photo, video, voice
from .world import World

CALLS = 8  # the last ones that are shown

# What the "+" of the phone offers: name, icon, what it sends.
PLUS = {
    "photo": (_("Photo"), photo("photo_parcel.jpg")),
    "screenshot": (_("Screenshot"), photo("screen_payment.jpg")),
    "voice": (_("Voice"), voice("voice_parcel_zh.amr")),
    "video": (_("Video"), video("video_router.mp4")),
    "file": (_("File"), file("invoice.pdf")),
    "location": (
        _("Location"),
        card(
            "location",
            latitude=31.230416,
            longitude=121.473701,
            name="人民广场",
            address="上海市黄浦区人民大道 120 号",
        ),
    ),
    "link": (
        _("Link"),
        card(
            "link",
            title="AN-7 头戴式降噪耳机",
            desc="40 小时续航，30 天无理由退货",
            url="https://example.com/p/an-7",
            pic_url="https://example.com/img/anc-headphones.jpg",
        ),
    ),
    "miniprogram": (
        _("Mini program"),
        card(
            "miniprogram",
            thumb="thumb_headphones.jpg",
            title="新人专享券 满 500 减 60",
            appid="wx7c8d593b2c3a7703",
            pagepath="pages/coupon/detail.html?id=8821",
        ),
    ),
    "channels": (
        _("Channels"),
        card("channels", sub_type=1, nickname="声界数码", title="AN-7 开箱：地铁里终于安静了"),
    ),
    "product": (
        _("Product"),
        card(
            "channels_shop_product",
            product_id="10000455210",
            head_image="https://example.com/img/anc-headphones.jpg",
            title="头戴式主动降噪耳机 AN-7 曜石黑",
            sales_price="59900",
            shop_nickname="声界数码",
            shop_head_image="https://example.com/img/soundworld.png",
        ),
    ),
    "order": (
        _("Shop order"),
        card(
            "channels_shop_order",
            order_id="3721090211447",
            product_titles="户外防水双肩包 35L",
            price_wording="¥329.00",
            state="待收货",
            image_url="https://example.com/img/backpack.jpg",
            shop_nickname="山野集",
        ),
    ),
    "merged": (
        _("Chat history"),
        merged(
            "群聊的聊天记录",
            (1795140120, "陈思琪", "年会礼品定了吗？"),
            (1795140185, "老周", "预算每人 550 以内"),
        ),
    ),
    "card": (_("Business card"), card("business_card", userid="zhangwei")),
    "meeting": (_("Meeting"), card("meeting")),
    "unknown": (_("Something new"), card("sticker_3d", id="42")),
}

FAULTS = {
    "slow": (_("10 calls answered 3 s late"), {"kind": "slow", "seconds": 3.0, "count": 10}),
    "busy": (_("3 calls: system busy (-1)"), {"kind": "errcode", "errcode": -1, "count": 3}),
    "limit": (_("3 calls: too many (45009)"), {"kind": "errcode", "errcode": 45009, "count": 3}),
    "reset": (
        _("Next message: accepted, answer lost"),
        {"kind": "reset_after", "api": "kf/send_msg"},
    ),
    "fail": (
        _("Next message: accepted, not delivered"),
        {"kind": "send_fail", "api": "kf/send_msg", "seconds": 2.0, "fail_type": 13},
    ),
    "callbacks": (_("5 callbacks lost"), {"kind": "drop_callback", "count": 5}),
    "twice": (_("3 pages: every row twice"), {"kind": "duplicate_rows", "count": 3}),
}
HOURS = (1, 49)


def order_fault(world: World, name: str) -> None:
    """A fault by its name, or `token` to take the access token back, or `none` to mend all."""
    if name == "token":
        world.tokens.invalidate()
    elif name == "none":
        world.faults.clear()
    elif name in FAULTS:
        world.faults.add(**FAULTS[name][1])
    else:
        raise Impossible(f"no fault {name}")
    world.changed("setup")


def client(world: World, conversation: Conversation) -> dict:
    """What a servicer could do with this chat, and who waits in the pool of its account."""
    account = world.accounts[conversation.open_kfid]
    members = world.corps[account.corp_id].members
    return {
        "servicers": [
            {"userid": s.userid, "name": members[s.userid].name, "is_on": not s.status}
            for s in account.servicers.values()
        ],
        "can_pick_up": conversation.state == POOL,
        "can_write": conversation.state in (SERVICER, ENDED),
        "can_end": conversation.state == SERVICER,
        "rejected": conversation.rejected,
        "pool": [
            phone.chat_row(world, other)
            for other in world.conversations.values()
            if other.open_kfid == account.open_kfid and other.state == POOL and other.transcript
        ],
    }


def serve(world: World, names: tuple[str, str], verb: str, servicer: str, text: str) -> None:
    """What the visitor does as a servicer."""
    conversation = world.conversation(*names)
    if verb == "pick_up":
        world.pick_up(*names, servicer)
    elif verb == "write" and text:
        world.write(*names, servicer, content=text)
    elif verb == "transfer":
        world.transfer(*names, servicer)
    elif verb == "end":
        world.end(*names)
    elif verb == "reject":
        world.reject(*names, servicer, not conversation.rejected)
    elif verb == "receiving":
        status = world.account(names[0]).servicers[servicer].status
        world.set_receiving(names[0], servicer, bool(status))
    else:
        raise Impossible(f"nothing to {verb or 'do'}")


def weather(world: World) -> dict:
    """The faults in force and how the last calls went."""
    return {
        "active": [
            {"kind": fault.kind, "api": fault.api, "count": fault.count}
            for fault in world.faults.active
        ],
        "calls": [
            {**call, "clock": phone.clock_label(world, call["time"])}
            for call in list(world.calls)[: -CALLS - 1 : -1]
        ],
    }
