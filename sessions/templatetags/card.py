"""What the side panel needs to say: an entrance in words, how long a session lasted."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.models import Session
from sessions.templatetags.desk import HOUR, MINUTE, _say

register = template.Library()

# wechat_channels.scene (protocol/wecom_kf.md §3.4)
CHANNELS = {
    1: gettext_lazy("Channels: home page"),
    2: gettext_lazy("Channels: products of a live broadcast"),
    3: gettext_lazy("Channels: shop window"),
    4: gettext_lazy("Channels: product of a shop"),
    5: gettext_lazy("Channels: order of a shop"),
}


@register.filter
def entrance(said: Any) -> list[str]:
    """Through which link or page of Channels they came: one line for each thing known."""
    if not isinstance(said, dict):
        return []
    channels = said.get("wechat_channels")
    channels = channels if isinstance(channels, dict) else {}
    lines = [
        _("Link “%(scene)s”") % {"scene": said["scene"]} if said.get("scene") else "",
        str(said.get("scene_param") or ""),
        str(CHANNELS.get(channels.get("scene"), _("Channels"))) if channels else "",
        str(channels.get("nickname") or channels.get("shop_nickname") or ""),
    ]
    return [line for line in lines if line]


@register.filter
def lasted(session: Session) -> str:
    """From its first message to its end: 12 min, 2 h 5 min, 3 d."""
    if session.ended_at is None:
        return ""
    seconds = max(0, (session.ended_at - session.opened_at).total_seconds())
    hours, minutes = int(seconds // HOUR), int(seconds % HOUR // MINUTE)
    if hours >= 48:
        return _say("days", n=hours // 24)
    if hours:
        return _say("both", n=hours, m=minutes)
    return _say("minutes", n=minutes) if minutes else _say("moment")


@register.filter
def opened_at_its_place(session: Session) -> str:
    """An ended session is opened where it began, not at the newest message."""
    first = getattr(session, "first_message", None)
    return f"?at={first}" if session.is_ended and first else ""
