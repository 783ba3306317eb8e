"""The closed list of message kinds and the fields of each; unknown kinds are kept raw.

Field names are WeCom's (protocol/wecom_kf.md §3.3-3.4). Every kind has a template
`messaging/kinds/_<kind>.html`; a test compares the two lists.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

Content = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """`text` gives the words of a row for previews and search; `noun` stands in when it has none.

    `noun` is an English msgid, translated when it is shown, not when it is stored.
    """

    name: str
    fields: tuple[str, ...]
    noun: str
    text: Callable[[Content], str] = field(default=lambda content: "")
    has_media: bool = False
    is_event: bool = False


def _joined(*names: str) -> Callable[[Content], str]:
    return lambda content: " ".join(str(content[n]) for n in names if content.get(n))


def _menu_text(content: Content) -> str:
    listed = content.get("list")
    items = [_item_text(item) for item in listed] if isinstance(listed, list) else []
    parts = [content.get("head_content"), *items, content.get("tail_content")]
    return "\n".join(str(part) for part in parts if part)


def _item_text(item: Any) -> Any:
    body = item.get(str(item.get("type"))) if isinstance(item, dict) else None
    return body.get("content") if isinstance(body, dict) else None


_MESSAGES = (
    Kind("text", ("content", "menu_id"), gettext_noop("Text"), _joined("content")),
    Kind("image", ("media_id",), gettext_noop("Image"), has_media=True),
    Kind("voice", ("media_id",), gettext_noop("Voice message"), has_media=True),
    Kind("video", ("media_id",), gettext_noop("Video"), has_media=True),
    Kind("file", ("media_id",), gettext_noop("File"), has_media=True),
    Kind(
        "location",
        ("latitude", "longitude", "name", "address"),
        gettext_noop("Location"),
        _joined("name", "address"),
    ),
    Kind(
        "link", ("title", "desc", "url", "pic_url"), gettext_noop("Link"), _joined("title", "desc")
    ),
    Kind("business_card", ("userid",), gettext_noop("Business card"), _joined("userid")),
    Kind(
        "miniprogram",
        ("title", "appid", "pagepath", "thumb_media_id"),
        gettext_noop("Mini program"),
        _joined("title"),
    ),
    Kind("msgmenu", ("head_content", "list", "tail_content"), gettext_noop("Menu"), _menu_text),
    Kind(
        "channels_shop_product",
        ("product_id", "head_image", "title", "sales_price", "shop_nickname", "shop_head_image"),
        gettext_noop("Product"),
        _joined("title", "shop_nickname"),
    ),
    Kind(
        "channels_shop_order",
        ("order_id", "product_titles", "price_wording", "state", "image_url", "shop_nickname"),
        gettext_noop("Shop order"),
        _joined("order_id", "product_titles"),
    ),
    Kind("merged_msg", ("title", "item"), gettext_noop("Chat history"), _joined("title")),
    Kind(
        "channels",
        ("sub_type", "nickname", "title"),
        gettext_noop("Channels"),
        _joined("nickname", "title"),
    ),
    Kind(
        "rating_card",
        ("head", "tail", "choices", "selected"),
        gettext_noop("Question about satisfaction"),
        _joined("head", "selected"),
    ),
    Kind("meeting", (), gettext_noop("Meeting")),
    Kind("calendar", (), gettext_noop("Calendar")),
    Kind("note", (), gettext_noop("WeChat note")),
    Kind("ca_link", ("link_url",), gettext_noop("Acquisition link"), _joined("link_url")),
)
_EVENTS = (
    Kind("ask_human", (), gettext_noop("Asks for a human"), is_event=True),
    Kind(
        "enter_session",
        ("scene", "scene_param", "wechat_channels"),
        gettext_noop("Opened the chat"),
        is_event=True,
    ),
    Kind(
        "msg_send_fail", ("fail_msgid", "fail_type"), gettext_noop("Not delivered"), is_event=True
    ),
    Kind(
        "servicer_status_change",
        ("servicer_userid", "status", "stop_type"),
        gettext_noop("Servicer's status"),
        is_event=True,
    ),
    Kind(
        "session_status_change",
        ("change_type", "old_servicer_userid", "new_servicer_userid"),
        gettext_noop("State changed in WeCom"),
        is_event=True,
    ),
    Kind("user_recall_msg", ("recall_msgid",), gettext_noop("Message recalled"), is_event=True),
    Kind(
        "servicer_recall_msg",
        ("recall_msgid", "servicer_userid"),
        gettext_noop("Message recalled"),
        is_event=True,
    ),
    Kind(
        "reject_customer_msg_switch_change",
        ("servicer_userid", "reject_switch"),
        gettext_noop("Mute switched"),
        is_event=True,
    ),
    # Of Desk: what happens to a session there, and what its programs tell each other.
    Kind(
        "desk_event",
        ("event", "servicer_userid", "old_servicer_userid", "ended_by", "rating", "session"),
        gettext_noop("State changed in Desk"),
        is_event=True,
    ),
    Kind("desk_signal", ("src",), gettext_noop("Signal"), is_event=True),
    # Ours: what was found when the state was read again.
    Kind("state_read", ("state", "servicer_userid"), gettext_noop("State in WeCom"), is_event=True),
    # Ours: what agents do stands in the same thread, between the texts.
    Kind("accept", ("agent",), gettext_noop("Accepted"), is_event=True),
    Kind(
        "transfer",
        ("to", "name", "team", "state", "servicer_userid"),
        gettext_noop("Transferred"),
        is_event=True,
    ),
    Kind("end", ("by", "state"), gettext_noop("Ended"), is_event=True),
    Kind(
        "rating",
        ("rating", "comment", "is_comment", "is_late"),
        gettext_noop("Rating"),
        _joined("comment"),
        is_event=True,
    ),
    Kind("reopen", ("after", "rating"), gettext_noop("Opened again"), is_event=True),
    Kind("tag", ("added", "removed"), gettext_noop("Tags changed"), is_event=True),
    Kind("priority", ("priority",), gettext_noop("Priority changed"), is_event=True),
    Kind("snooze", ("until",), gettext_noop("Snoozed"), is_event=True),
    Kind("wake", ("by",), gettext_noop("Back from snooze"), is_event=True),
    Kind("block", ("is_on", "reason"), gettext_noop("Blocked or unblocked"), is_event=True),
    Kind("export", ("format", "whole", "notes"), gettext_noop("Exported"), is_event=True),
    Kind("recall_read", ("message",), gettext_noop("Recalled message read"), is_event=True),
    Kind("unsupported", (), gettext_noop("Unsupported message")),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _MESSAGES + _EVENTS}

# Rows that say something to us but are not drawn in the thread: what they changed is drawn.
HIDDEN = frozenset(
    {
        "desk_signal",
        "msg_send_fail",
        "user_recall_msg",
        "servicer_recall_msg",
        "servicer_status_change",
    }
)
RECALLS = ("user_recall_msg", "servicer_recall_msg")
ALIASES = {"schedule": "calendar"}  # an SDK's name for it
SENDABLE = frozenset(
    {
        "text",
        "image",
        "voice",
        "video",
        "file",
        "link",
        "miniprogram",
        "msgmenu",
        "location",
        "ca_link",
    }
)


def storable(value: Any) -> Any:
    """The same without what no database and no page takes: NUL, and halves of a character."""
    if isinstance(value, str):
        if not value.isascii():
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def is_deeper(value: Any, levels: int) -> bool:
    """What one thread can just read, another may fail to write: far from that, nothing is taken."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(is_deeper(one, levels - 1) for one in inner)


def kind_of(name: str) -> Kind:
    return KINDS.get(ALIASES.get(name, name), KINDS["unsupported"])


def content_of(name: str, body: Any) -> Content:
    """Only the fields that a kind has; an unknown kind keeps its whole body elsewhere (raw)."""
    if not isinstance(body, dict):
        return {}
    return {key: body[key] for key in kind_of(name).fields if body.get(key) not in (None, "")}


def text_of(name: str, content: Content) -> str:
    return kind_of(name).text(content)


def template_of(name: str) -> str:
    return f"messaging/kinds/_{kind_of(name).name}.html"


def preview_of(name: str, text: str) -> str:
    """One line for a list: the words, or what it is in the reader's language."""
    if name == "text" and text:
        return text
    noun = _(kind_of(name).noun)
    is_said = not kind_of(name).is_event or name == "rating"  # of stars, how many
    return f"[{noun}] {text}".strip() if text and is_said else f"[{noun}]"
