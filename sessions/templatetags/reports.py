"""What the pages of reports say of their filters."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.translation import gettext as _

from messaging.models import Connection
from sessions.models import Export, Session
from sessions.reports.asking import Asked
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind, said

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


@register.filter
def figure(count: int) -> str:
    return said(count, Kind.COUNT)


@register.simple_tag
def question_of(export: Export, reading: Reading) -> dict[str, Any]:
    """The days and filters that a file was asked for with, in words."""
    asked = Asked.parse(QueryDict(export.query), export.place)
    chosen = [_words(reading, name, value) for name, value in asked.filters()]
    return {"days": asked.days, "chosen": chosen}


def _words(reading: Reading, name: str, value: str) -> str:
    if name in WORDS:
        return str(dict(WORDS[name]).get(value, value))
    if name == "agent":  # also one that was written into an address
        known = {agent.pk: str(agent) for agent in reading.agents}
        return known.get(int(value)) or _("(gone)")
    return value if name == "entrance" else reading.name_of(name, int(value))
