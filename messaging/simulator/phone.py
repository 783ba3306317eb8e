"""What the phone page shows: the world as rows for templates. Reads only; no HTTP."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .budget import ALLOWANCE, WINDOW
from .media import AMR, amr_seconds
from .model import Bubble, Conversation, Customer
from .world import World

SHOWN = 80  # bubbles of a thread
PEOPLE = 40
GAP = 300  # seconds of silence that WeChat marks with a time
COLOURS = 8
STATES = (
    gettext_lazy("Not handled yet"),
    gettext_lazy("With the assistant"),
    gettext_lazy("Waiting in the pool"),
    gettext_lazy("With a servicer"),
    gettext_lazy("Ended"),
)
KINDS = {  # with a template of their own, and the word for a preview
    "text": "",
    "image": gettext_lazy("Photo"),
    "voice": gettext_lazy("Voice"),
    "video": gettext_lazy("Video"),
    "file": gettext_lazy("File"),
    "location": gettext_lazy("Location"),
    "link": gettext_lazy("Link"),
    "miniprogram": gettext_lazy("Mini program"),
    "msgmenu": gettext_lazy("Menu"),
    "channels": gettext_lazy("Channels"),
    "channels_shop_product": gettext_lazy("Product"),
    "channels_shop_order": gettext_lazy("Shop order"),
    "merged_msg": gettext_lazy("Chat history"),
    "business_card": gettext_lazy("Business card"),
    "ca_link": gettext_lazy("Link"),
}


@dataclass
class Row:
    """One bubble as the template draws it."""

    bubble: Bubble
    content: dict
    time: str  # "" when it follows closely

    @property
    def is_mine(self) -> bool:
        return self.bubble.side == "customer"

    @property
    def template(self) -> str:
        kind = self.bubble.msgtype
        return f"simulator/kinds/_{kind if kind in KINDS else 'other'}.html"

    @property
    def revision(self) -> str:
        """Changes whenever the row has to be drawn again."""
        return f"{int(self.bubble.recalled)}{self.time}{self.bubble.content.get('failed', '')}"


def zone() -> tzinfo:
    return timezone.get_current_timezone()


def colour(name: str) -> int:
    return zlib.crc32(name.encode()) % COLOURS


def initial(name: str) -> str:
    return next((letter for letter in name if letter.isalnum()), "?").upper()


def face(name: str) -> dict:
    """A square with a letter, in a colour of one's own."""
    return {"name": name, "initial": initial(name), "colour": colour(name)}


def address(open_kfid: str, external_userid: str) -> str:
    """The query that leads to a chat; relative, wherever the phone is mounted."""
    return "?" + urlencode({"account": open_kfid, "customer": external_userid})


def customer_name(customer: Customer) -> str:
    return customer.nickname or customer.external_userid[:10]


def thread(world: World, conversation: Conversation) -> list[Row]:
    return rows(world, conversation.transcript[-SHOWN:])


def rows(world: World, bubbles: list[Bubble]) -> list[Row]:
    """The bubbles, oldest first, with a time where there was a pause."""
    found, last = [], 0
    for bubble in bubbles:
        label = clock_label(world, bubble.sent_at) if bubble.sent_at - last > GAP else ""
        last = bubble.sent_at
        found.append(Row(bubble, _drawn(world, bubble), label))
    return found


def clock_label(world: World, moment: float) -> str:
    """21:07, or 11/19 21:07 for another day."""
    then, now = (datetime.fromtimestamp(t, UTC).astimezone(zone()) for t in (moment, world.now))
    return then.strftime("%H:%M" if then.date() == now.date() else "%m/%d %H:%M")


def _drawn(world: World, bubble: Bubble) -> dict:
    """A body with what its template needs to know besides."""
    content = dict(bubble.content)
    if media := world.media.files.get(content.get("media_id", "")):
        content["filename"], content["size"] = media.filename, len(media.data)
        content["extension"] = media.filename.rpartition(".")[2][:4].upper()
        if media.data.startswith(AMR):
            content["seconds"] = max(round(amr_seconds(media.data)), 1)
    if bubble.msgtype == "merged_msg":
        content["lines"] = list(_merged_lines(content.get("item", [])))
    if str(content.get("sales_price", "")).isdigit():
        content["price"] = f"{int(content['sales_price']) / 100:.2f}"
    content["name_of_kind"] = KINDS.get(bubble.msgtype) or bubble.msgtype
    return content


def _merged_lines(items: list[dict]) -> Iterator[dict]:
    """The first lines of a forwarded history; each is JSON in JSON (protocol §3.3)."""
    for item in items[:4]:
        try:
            said = json.loads(item.get("msg_content") or "{}")
        except ValueError:
            said = {}
        kind = str(item.get("msgtype", ""))
        words = said.get("text", {}).get("content") or f"[{KINDS.get(kind) or kind}]"
        yield {"sender": item.get("sender_name", ""), "words": words}


def preview(bubble: Bubble) -> str:
    """One line of a bubble for the list of chats."""
    if bubble.recalled:
        return _("Message recalled")
    if bubble.msgtype == "text":
        return bubble.content.get("content", "")
    if bubble.msgtype == "msgmenu":
        return bubble.content.get("head_content") or _("Menu")
    return f"[{KINDS.get(bubble.msgtype) or bubble.msgtype}]"


def people(world: World) -> list[dict]:
    """Everybody with a chat, the latest first; then who has none yet."""
    chats = [c for c in world.conversations.values() if c.transcript]
    chats.sort(key=lambda c: c.transcript[-1].sent_at, reverse=True)
    known = {c.external_userid for c in chats}
    rows = [chat_row(world, conversation) for conversation in chats]
    first = next(iter(world.accounts), "")
    entered = {customer: account for account, customer in world.conversations}
    rows += [
        {**face(customer_name(customer)), "address": address(entered.get(userid, first), userid)}
        for userid, customer in world.customers.items()
        if userid not in known
    ]
    return rows[:PEOPLE]


def chat_row(world: World, conversation: Conversation) -> dict:
    last = conversation.transcript[-1]
    return {
        **face(customer_name(world.customers[conversation.external_userid])),
        "address": address(conversation.open_kfid, conversation.external_userid),
        "account_name": world.accounts[conversation.open_kfid].name,
        "preview": preview(last),
        "time": clock_label(world, last.sent_at),
        "state": conversation.state,
        "is_theirs": last.side != "customer",
    }


def standing(world: World, conversation: Conversation) -> dict:
    """What the platform knows of a chat: state, budget, window."""
    left = 0.0
    if conversation.last_customer_time is not None:
        left = max(conversation.last_customer_time + WINDOW - world.clock.now(), 0)
    return {
        "state": conversation.state,
        "state_name": STATES[conversation.state],
        "spent": [place < conversation.sent for place in range(ALLOWANCE)],
        "left": max(ALLOWANCE - conversation.sent, 0) if left else 0,
        "hours": int(left // 3600),
        "minutes": int(left % 3600 // 60),
        "servicer": conversation.servicer_userid,
    }
