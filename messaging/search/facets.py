"""Marks that an entry carries beside its words, so that an operator is answered from the index too.

They only narrow down what is looked at: the desk asks the rows themselves for the truth.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from messaging import kinds, pinyin

if TYPE_CHECKING:
    from messaging.models import Message

HAS = {
    "image": ("image",),
    "voice": ("voice",),
    "video": ("video", "channels"),
    "file": ("file",),
    "link": ("link", "miniprogram", "ca_link"),
    "location": ("location",),
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPELLED = 40  # characters of a name in pinyin
_UNSPELLED = re.compile(r"[^a-z0-9]")
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)


def account(pk: int) -> str:
    return f"=a{pk}"


def customer(pk: int) -> str:
    return f"=c{pk}"


def author(pk: int) -> str:
    return f"=u{pk}"


def servicer(external_id: str) -> str:
    return f"=s{external_id.encode().hex()}"


def origin(name: str) -> str:
    return f"=o{name}"


def direction(name: str) -> str:
    return f"=d{name}"


def has(what: str) -> str:
    return f"=h{what}"


FAILED = "=failed"
ALL = tuple(map(direction, ("in", "out", "note")))


def is_findable(message: "Message") -> bool:
    """What people said and sent; what happened between is only drawn."""
    is_said = message.direction != "event" and not kinds.kind_of(message.kind).is_event
    return is_said and not message.recalled_at


def of_message(message: "Message") -> list[str]:
    marks = [
        account(message.account_id),
        direction(message.direction),
        origin(message.origin),
        *_times(message.sent_at.astimezone(UTC)),
        *(has(what) for what, names in HAS.items() if message.kind in names),
    ]
    if message.customer_id:
        marks.append(customer(message.customer_id))
    if message.author_id:
        marks.append(author(message.author_id))
    if message.servicer:
        marks.append(servicer(message.servicer))
    if message.status == "failed":
        marks.append(FAILED)
    if message.kind == "text" and "://" in message.text:
        marks.append(has("link"))
    return marks


def of_customer(person: Any) -> list[str]:
    """A Chinese name also as its pinyin and the initials of that, for whoever asks by these."""
    keys = pinyin.keys_of(person.nickname).split(pinyin.SEPARATOR)[1:]
    return [account(person.account_id), *map(spelled, filter(None, keys))]


def spelled(key: str) -> str:
    """Of 王芳: =pwangfang and =pwf; the beginning of one is asked for."""
    return f"=p{_UNSPELLED.sub('', key)[:SPELLED]}"


def _times(at: datetime) -> list[str]:
    """Its year, month, day and hour."""
    hour = f"=t{at.year:04}{at.month:02}{at.day:02}{at.hour:02}"
    return [hour[:6], hour[:8], hour[:10], hour]


def between(after: datetime | None, before: datetime | None) -> Iterable[str]:
    """The fewest years, months, days and hours that cover the time between the two."""
    at = max(after or EARLIEST, EARLIEST).astimezone(UTC)
    at = at.replace(minute=0, second=0, microsecond=0)
    end = min(before or _far(), _far()).astimezone(UTC)
    while at < end:
        size, following = next(
            (size, following) for size, following in _spans(at) if following <= end or size == 3
        )
        yield _times(at)[size]
        at = following


def _spans(at: datetime) -> Iterable[tuple[int, datetime]]:
    """What begins at this hour (0 a year … 3 an hour), the longest first, and when it is over."""
    day = at.replace(hour=0)
    if at == day.replace(month=1, day=1):
        yield 0, day.replace(year=at.year + 1)
    if at == day.replace(day=1):
        yield 1, (day + 31 * DAY).replace(day=1)
    if at == day:
        yield 2, at + DAY
    yield 3, at + HOUR


def _far() -> datetime:
    """The end of next year: clocks may be wrong, but not by that much."""
    return datetime(datetime.now(UTC).year + 2, 1, 1, tzinfo=UTC)
