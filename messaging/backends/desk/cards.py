"""The customer-service cards inside TIMCustomElem.Data: `src` says which, `content` what.

Field names are those of the vendor's client kits; no page lists them all, so any may be missing.
"""

import time
from collections.abc import Callable
from typing import Any

from django.utils.html import strip_tags

from messaging import kinds

Card = dict[str, Any]
Read = tuple[str, Card]
UNKNOWN: Read = ("unsupported", {})
MARKER = "customerServicePlugin"  # 0, a number
PRODUCT, ORDER, RATING, RATED = "22", "28", "9", "10"
# Sources, dividers, typing, ends and settings: said between the programs, not to people.
SIGNALS = frozenset(
    [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "11",
        "12",
        "17",
        "19",
        "20",
        "23",
        "24",
        "25",
        "26",
        "27",
        "35",
    ]
)
WORDS = frozenset(["13", "30", "31", "37", "38"])  # robots' texts and hints
RATING_HOURS = 24


def read(card: Card) -> Read:
    """(kind, content); events are among the kinds."""
    if card.get(MARKER) not in (0, "0") or isinstance(card.get(MARKER), bool):
        return UNKNOWN
    source = str(card.get("src"))
    if source in SIGNALS:
        return "desk_signal", {"src": source}
    if source in WORDS:
        return _words(card)
    reader = _READERS.get(source)
    return reader(card) if reader else UNKNOWN


def write(kind: str, content: Card, session: str) -> Card:
    """A link goes out as the card for products, a question about satisfaction as the stars."""
    source, body = {"link": _as_product, "rating_card": _as_rating}[kind](content, session)
    return {MARKER: 0, "src": source} | body


def _as_product(content: Card, session: str) -> tuple[str, Card]:
    shown = {"header": "title", "desc": "desc", "pic": "pic_url", "url": "url"}
    return PRODUCT, {"content": {to: content.get(name, "") for to, name in shown.items()}}


def _as_rating(content: Card, session: str) -> tuple[str, Card]:
    menu = {
        "head": content["head"],
        "tail": content.get("tail", ""),
        "type": 1,  # stars
        "menu": content["choices"],
        "sessionId": session,
        "effectiveHour": RATING_HOURS,
        "expireTime": int(time.time()) + RATING_HOURS * 3600,
    }
    return RATING, {"menuContent": menu}


def stars(choice: Any) -> int | None:
    """1 to 5, of an id as the kits use them, "101" to "105" from worst to best."""
    digits = str(choice)
    if digits in ("1", "2", "3", "4", "5"):
        return int(digits)
    return int(digits[2]) if digits in ("101", "102", "103", "104", "105") else None


# --- reading --------------------------------------------------------------------------------------


def _words(card: Card) -> Read:
    said = card.get("content")
    if isinstance(card.get("chunks"), list):
        said = "".join(str(chunk) for chunk in card["chunks"])
    if isinstance(said, dict):
        said = said.get("content") or said.get("title")
    words = strip_tags(said).strip() if isinstance(said, str) else ""
    return ("text", {"content": words}) if words else UNKNOWN


def _product(card: Card) -> Read:
    shown = _object(card, "content")
    lines = [_string(shown, "desc")]
    lines += [
        f"{_string(one, 'name')}: {_string(one, 'value')}" for one in _list(shown, "customField")
    ]
    content = {
        "title": _string(shown, "header"),
        "desc": "\n".join(filter(None, lines)),
        "url": _string(shown, "url"),
        "pic_url": _string(shown, "pic"),
    }  # fmt: skip
    content = {name: value for name, value in content.items() if value}
    return ("link", content) if content else UNKNOWN


def _rating(card: Card) -> Read:
    menu = _object(card, "menuContent")
    return "rating_card", {
        "head": _string(menu, "head"),
        "tail": _string(menu, "tail"),
        "choices": [{n: _string(one, n) for n in ("id", "content")} for one in _list(menu, "menu")],
        "selected": _string(_object(menu, "selected"), "content"),
    }


def _rated(card: Card) -> Read:
    chosen = _object(card, "menuSelected")
    rating, session = stars(chosen.get("id")), _string(chosen, "sessionId")
    if rating is None:
        return UNKNOWN
    named = {"session": session} if session else {}
    return "desk_event", {"event": "SatisfactionSelected", "rating": rating} | named


def _choice(card: Card) -> Read:
    """Branches, forms, welcomes and the steps of a task: a head and what can be chosen."""
    shown = _object(card, "content")
    heads = (_string(shown, name) for name in ("title", "header", "tip", "content"))
    items = _list(shown, "items") or _list(shown, "inputVariables")
    return _menu("\n".join(filter(None, heads)), items, _string(shown, "tail"))


def _menu(head: str, items: list[Card], tail: str) -> Read:
    words = [_item(item) for item in items]
    listed = [{"type": "click", "click": {"content": word}} for word in words if word]
    content = {"head_content": head, "list": listed, "tail_content": tail}
    content = {name: value for name, value in content.items() if value}
    return ("msgmenu", content) if content else UNKNOWN


def _item(item: Card) -> str:
    name = _string(item, "content") or _string(item, "name")
    value = _string(item, "variableValue") or _string(item, "desc")
    return ": ".join(filter(None, (name, value)))


def _nobody(card: Card) -> Read:
    return "desk_event", {"event": "NoAgentOnline"}


_READERS: dict[str, Callable[[Card], Read]] = {
    PRODUCT: _product,
    ORDER: _product,
    RATING: _rating,
    RATED: _rated,
    "15": _choice,
    "18": _nobody,
    "21": _choice,
    "29": _choice,
    "32": _choice,
    "33": _choice,
}


def _object(card: Card, name: str) -> Card:
    found = card.get(name)
    return found if isinstance(found, dict) else {}


def _list(card: Card, name: str) -> list[Card]:
    found = card.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _string(card: Card, name: str) -> str:
    found = card.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return kinds.storable(str(found))
