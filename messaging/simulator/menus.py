"""Menu messages (msgmenu, protocol §5.3)."""

from .errors import Refused
from .fields import integer, mapping, string

ACTIVE = ("click", "view", "miniprogram")


def clean_menu(body: dict, on_event: bool) -> dict:
    """The menu as the phone gets it; 95008 for too many items, 95009 for an unknown kind."""
    head = string(body, "head_content", 1024, required=False)
    tail = string(body, "tail_content", 1024, required=False)
    items = body.get("list", [])
    if not isinstance(items, list):
        raise Refused(40058, "field list expect type array")
    _count(items, on_event)
    if not (head or tail or items):
        raise Refused(40058, "field msgmenu unexpected empty")
    return {"head_content": head, "list": [_item(item) for item in items], "tail_content": tail}


def _count(items: list, on_event: bool) -> None:
    active = [item for item in items if isinstance(item, dict) and item.get("type") in ACTIVE]
    if len(items) > (10 if on_event else 50) or len(active) > 10:
        raise Refused(95008)


def _item(item: object) -> dict:
    kind = item.get("type") if isinstance(item, dict) else None
    if not isinstance(kind, str) or kind not in READERS:
        raise Refused(95009)
    return {"type": kind, kind: READERS[kind](mapping(item, kind))}


def _click(body: dict) -> dict:
    """An id with `#` is cut there: the digest says "may be cut"."""
    item_id = string(body, "id", 128, required=False).partition("#")[0]
    return {"id": item_id, "content": string(body, "content", 128)}


def _view(body: dict) -> dict:
    return {"url": string(body, "url", 2048), "content": string(body, "content", 1024)}


def _miniprogram(body: dict) -> dict:
    return {
        "appid": string(body, "appid", 32),
        "pagepath": string(body, "pagepath", 1024),
        "content": string(body, "content", 1024),
    }


def _text(body: dict) -> dict:
    return {
        "content": string(body, "content", 256),
        "no_newline": integer(body, "no_newline", 0, 1, 0),
    }


READERS = {"click": _click, "view": _view, "miniprogram": _miniprogram, "text": _text}
