"""What the desk's templates need to say: names in short, spans of time, states."""

import json
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from messaging.budget import LIMIT
from messaging.models import Message, State
from sessions.models import Session

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400
PATIENCE = 10 * MINUTE  # of a customer who waits for an answer
STATES = {
    "blocked": gettext_lazy("Blocked"),
    "ended": gettext_lazy("Ended"),
    "moving": gettext_lazy("Transfer under way"),
    "pool": gettext_lazy("WeCom pool"),
    "bot": gettext_lazy("Bot"),
    "ours": gettext_lazy("With us"),
    "queue": gettext_lazy("Queue"),
}


# Patterns that static/js/clock.js fills in as well.
WORDS = {
    "moment": gettext_noop("< 1 min"),
    "minutes": gettext_noop("{n} min"),
    "hours": gettext_noop("{n} h"),
    "both": gettext_noop("{n} h {m} min"),
    "days": gettext_noop("{n} d"),
    "in": gettext_noop("in {span}"),
    "closed": gettext_noop("closed"),
    "cost": gettext_noop("{n} messages"),  # composer.js
}


@register.simple_tag
def clock_words() -> str:
    return json.dumps({name: _(pattern) for name, pattern in WORDS.items()}, ensure_ascii=False)


def _say(pattern: str, **values: object) -> str:
    return _(WORDS[pattern]).format(**values)


def _seconds(moment: datetime | None) -> float:
    return (timezone.now() - moment).total_seconds() if moment else 0


@register.filter
def span(moment: datetime | None) -> str:
    """How long ago, in one word for a list: 4 min, 2 h, 3 d."""
    past = _seconds(moment)
    if past < MINUTE:
        return _say("moment")
    if past < HOUR:
        return _say("minutes", n=int(past // MINUTE))
    if past < DAY:
        return _say("hours", n=int(past // HOUR))
    return _say("days", n=int(past // DAY))


@register.filter
def until(moment: datetime | None) -> str:
    """How long from now: in 31 h, in 2 h 5 min, in 40 min, closed."""
    left = -_seconds(moment)
    if moment is None or left <= 0:
        return _say("closed")
    hours, minutes = int(left // HOUR), int(left % HOUR // MINUTE)
    if hours >= 12:
        text = _say("hours", n=hours)
    elif hours:
        text = _say("both", n=hours, m=minutes)
    else:
        text = _say("minutes", n=minutes) if minutes else _say("moment")
    return _say("in", span=text)


@register.filter
def urgency(moment: datetime | None) -> str:
    """Of a window: nothing, "low" in its last six hours, "none" in the last one."""
    left = -_seconds(moment)
    if moment is None or left < HOUR:
        return "none"
    return "low" if left < 6 * HOUR else ""


@register.filter
def is_late(moment: datetime | None) -> bool:
    return _seconds(moment) > PATIENCE


@register.filter
def millis(moment: datetime | None) -> str:
    return str(int(moment.timestamp() * 1000)) if moment else ""


@register.filter
def hue(pk: int) -> int:
    """Which of the eight hues of chip.css."""
    return pk % 8


@register.filter
def left_words(left: int) -> str:
    return _("%(left)s of %(limit)s messages left") % {"left": left, "limit": LIMIT}


@register.filter
def initials(name: Any) -> str:
    """王 of 王芳, WF of Wang Fang."""
    parts = str(name).split()
    if not parts:
        return "?"
    if not parts[0][0].isascii():
        return parts[0][0]
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper()


@register.filter
def state_name(session: Session) -> str:
    """Who has it: the name of a chip's colour."""
    if session.is_ended:
        return "blocked" if getattr(session, "is_blocked", False) else "ended"
    if session.heading_to is not None:
        return "moving"
    if session.customer.capabilities.writes_beside:
        return _beside(session)
    if session.customer.state == State.POOL:
        return "pool"
    if session.customer.state == State.SERVICER:
        return "servicer"
    return "ours" if session.agent_id else "queue"


def _beside(session: Session) -> str:
    """Where nobody at the platform keeps us from it, who has it there matters while we do not."""
    if session.is_native:
        return "servicer" if session.customer.state == State.SERVICER else "bot"
    return "ours" if session.agent_id else "queue"


@register.filter
def state_label(session: Session) -> str | Promise:
    name = state_name(session)
    if name == "servicer" and session.customer.capabilities.writes_beside:
        return _("%(name)s in Desk") % {"name": servicer(session)}
    if name == "servicer":
        return _("%(name)s in WeCom") % {"name": servicer(session)}
    return STATES[name]


@register.filter
def servicer(session: Session) -> str:
    """The servicer's name where we have one (inbox.with_names), else the userid."""
    return getattr(session, "servicer_name", None) or session.customer.servicer or _("A servicer")


@register.filter
def opens(message: Message, sessions: dict[int, Session]) -> Session | None:
    """The session that this message has opened."""
    return sessions.get(message.pk)


@register.filter
def day_key(moment: datetime) -> str:
    """The data-key of the line above a day: before all that was said on it."""
    start = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{int(start.timestamp() * 1000)}.0"


@register.simple_tag
def as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


@register.inclusion_tag("sessions/_icon.html")
def icon(name: str, size: str = "") -> dict[str, str]:
    return {"name": name, "size": size}
