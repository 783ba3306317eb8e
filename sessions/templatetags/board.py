"""How the board judges what it shows: by words and shape, and by colour."""

from datetime import datetime

from django import template
from django.utils import timezone

from sessions.reports.saying import Kind, said

register = template.Library()

WARN_MINUTES, ALARM_MINUTES = 5, 15


@register.filter
def lateness(since: datetime | None) -> str:
    """Of somebody who waits: nothing, "warn" or "alarm"."""
    minutes = (timezone.now() - since).total_seconds() / 60 if since else 0
    if minutes >= ALARM_MINUTES:
        return "alarm"
    return "warn" if minutes >= WARN_MINUTES else ""


@register.filter
def duration(seconds: float | None) -> str:
    """As reports say it."""
    return said(seconds, Kind.SECONDS)
