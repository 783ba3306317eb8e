"""Until when a session can be snoozed, in one press; and whether its window is still open then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models.triage import NEVER

MORNING, EVENING = 9, 18
BEFORE_CLOSE = timedelta(hours=1)
SOON = timedelta(minutes=15)  # a choice that is nearer than that is none


@dataclass(frozen=True)
class Choice:
    name: str
    label: str | Promise
    until: datetime
    is_late: bool = False  # the window is closed by then: nothing can be sent any more


def choices(closes_at: datetime = NEVER, now: datetime | None = None) -> list[Choice]:
    now = timezone.localtime(now)
    return [
        Choice(name, label, until, until >= closes_at)
        for name, label, until in sorted(_moments(closes_at, now), key=lambda each: each[2])
        if until > now + SOON
    ]


def _moments(closes_at: datetime, now: datetime) -> Iterator[tuple[str, str | Promise, datetime]]:
    yield "hour", _("For an hour"), now + timedelta(hours=1)
    yield "three", _("For three hours"), now + timedelta(hours=3)
    yield "evening", _("This evening"), _at(now, EVENING)
    yield "tomorrow", _("Tomorrow morning"), _at(now + timedelta(days=1), MORNING)
    monday = now + timedelta(days=7 - now.weekday())
    if (monday - now).days > 1:
        yield "monday", _("Monday morning"), _at(monday, MORNING)
    if closes_at != NEVER:
        yield "window", _("An hour before the window closes"), closes_at - BEFORE_CLOSE


def _at(day: datetime, hour: int) -> datetime:
    return timezone.make_aware(
        datetime(day.year, day.month, day.day, hour),  # noqa: DTZ001 in the zone of who asks
    )
