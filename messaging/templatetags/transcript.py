"""What templates need to draw messages (protocol/wecom_kf.md §3.3-3.4).

Contents come from strangers: every filter takes anything and answers with something to show.
"""

import json
import math
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote, urlsplit

from django import template
from django.template.loader import render_to_string

from messaging import failures, kept, kinds
from messaging.merged import merged_items
from messaging.models import Message
from messaging.pieces import http_url, pieces, words

register = template.Library()
for _filter in (merged_items, http_url, pieces, words):
    register.filter(_filter)


@register.simple_tag
def drawn(message: Message) -> str:
    """The message's list item; as it was drawn before, if nothing about it has changed."""
    if message.hold_left:  # a bar that runs down is true for a moment only
        return render_to_string("messaging/_message.html", {"message": message})
    return kept.draw("messaging/_message.html", "message", message)


@register.filter
def is_drawn(message: Message) -> bool:
    return message.kind not in kinds.HIDDEN


@register.filter
def host(value: Any) -> str:
    """example.com, of https://example.com/a/b."""
    address = http_url(value)
    return (urlsplit(address).hostname or "") if address else ""


@register.filter
def yuan(fen: Any) -> str:
    """A price in fen (0.01 CNY) as ¥12.34; what is no number is shown as it came."""
    try:
        return f"¥{Decimal(str(fen)) / 100:.2f}"
    except (InvalidOperation, ValueError):
        return str(fen or "")


@register.filter
def minutes(seconds: Any) -> str:
    """A duration as players show it: 0:07, 12:30."""
    if not isinstance(seconds, int | float) or not math.isfinite(seconds):
        return ""
    whole = max(1, round(seconds)) if seconds > 0 else 0
    return f"{whole // 60}:{whole % 60:02}"


@register.filter
def stars(rating: Any) -> str:
    """★★☆☆☆, of 2 of 5; nothing of what is no rating."""
    is_rating = isinstance(rating, int) and 1 <= rating <= 5
    return "★" * rating + "☆" * (5 - rating) if is_rating else ""


@register.filter
def coordinates(content: Any) -> str:
    """ "23.106021, 113.320503" (latitude first), or nothing when they are none."""
    place = _place(content)
    return f"{place[0]:.6f}, {place[1]:.6f}" if place else ""


@register.filter
def map_url(content: Any) -> str:
    """The place on AMap, which counts in the same shifted coordinates (GCJ-02) as WeChat."""
    place = _place(content)
    if not place:
        return ""
    name = quote(str(content.get("name") or ""), safe="")
    return f"https://uri.amap.com/marker?position={place[1]:.6f},{place[0]:.6f}&name={name}"


def _place(content: Any) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(content["latitude"]), float(content["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180 or math.isnan(latitude + longitude):
        return None
    return latitude, longitude


@register.filter
def menu_items(content: Any) -> list[dict[str, Any]]:
    """The items of a msgmenu, each {type, text, url} (§5.3)."""
    listed = content.get("list") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        return []
    return [_menu_item(item) for item in listed if isinstance(item, dict)]


def _menu_item(item: dict[str, Any]) -> dict[str, Any]:
    kind = str(item.get("type") or "")
    body = item.get(kind)
    body = body if isinstance(body, dict) else {}
    # In a text item the two characters \n mean a line break.
    text = str(body.get("content") or "").replace("\\n", "\n")
    return {"type": kind, "text": text, "url": http_url(body.get("url"))}


@register.filter
def choices(content: Any) -> list[str]:
    """The words of what a rating_card offers."""
    listed = content.get("choices") if isinstance(content, dict) else None
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [str(one.get("content") or one.get("id") or "") for one in found]


@register.filter
def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


@register.filter
def lost_reason(error: Any) -> str:
    """Why a file is lost, of Media.error: "40007 invalid media_id"."""
    code, _, detail = str(error or "").partition(" ")
    try:
        return str(failures.of_errcode(int(code), detail).sentence)
    except ValueError:
        return str(error or "")


@register.simple_tag
def servicer_name(message: Message, userid: Any) -> str:
    """A servicer's name where we have one, else the userid; asks no database (see fragments)."""
    if not userid:
        return ""
    names = getattr(message.account, "names_of_servicers", ())
    return next((s.name for s in names if s.external_id == userid), str(userid))


@register.filter
def names(value: Any) -> str:
    """ "refund, VIP", of a list of names."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


@register.filter
def moment(text: Any) -> datetime | None:
    """A moment that stands in a content as text; None of anything else."""
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
