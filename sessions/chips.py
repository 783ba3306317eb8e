"""The filters of a list in words, each with the address of the list without it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.filters import NOBODY, STATES
from sessions.inbox import Query
from sessions.models import Priority


@dataclass(frozen=True)
class Chip:
    kind: str
    value: str
    words: str
    without: str  # the list's query string when this one is taken away


def chips_of(query: Query, names: Mapping[tuple[str, str], str]) -> list[Chip]:
    """Those of accounts, agents and tags that are gone or may not be seen say so."""
    return [
        Chip(name, value, _words(name, value, names), _without(query, name, value))
        for name, value in query.filters.pairs()
    ]


def _without(query: Query, name: str, value: str) -> str:
    return str(replace(query, filters=query.filters.without(name, value), view=None))


def _words(name: str, value: str, names: Mapping[tuple[str, str], str]) -> str:
    if name in ("since", "until"):
        day = date_format(date.fromisoformat(value), _("M j, Y"))
        return (_("From %s") if name == "since" else _("Until %s")) % day
    if name == "unread":
        return _("Unread")
    if name == "state":
        return str(STATES[value])
    if name == "priority":
        return str(Priority(int(value)).label)
    if value == NOBODY:
        return _("Nobody")
    return names.get((name, value)) or _("(gone)")
