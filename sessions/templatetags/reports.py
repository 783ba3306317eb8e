"""What the pages of reports say of their filters."""

from dataclasses import dataclass

from django import template

from messaging.models import Connection
from sessions.models import Session
from sessions.reports.reading import Reading

register = template.Library()
WORDS = {"backend": Connection.Backend.choices, "closed_by": Session.EndedBy.choices}


@dataclass(frozen=True)
class Chip:
    words: str
    query: str  # without it


@register.filter
def chips(reading: Reading) -> list[Chip]:
    asked = reading.asked
    return [
        Chip(_words(reading, name, value), str(asked.without(name, value)))
        for name, value in asked.filters()
    ]


def _words(reading: Reading, name: str, value: str) -> str:
    if name in WORDS:
        return str(dict(WORDS[name]).get(value, value))
    return value if name == "entrance" else reading.name_of(name, int(value))
