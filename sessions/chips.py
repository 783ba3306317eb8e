"""The filters of a list in words, each with the address of the list without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.filters import NOBODY, Filters
from sessions.models import Priority


@dataclass(frozen=True)
class Chip:
    kind: str
    value: str
    words: str
    without: str  # the list's query string when this one is taken away


class Query(Protocol):
    """Of sessions, or of customers."""

    @property
    def filters(self) -> Filters: ...

    def with_filters(self, filters: Filters) -> str: ...


def chips_of(query: Query, names: Mapping[tuple[str, str], str]) -> list[Chip]:
    """Those of accounts, agents and tags that are gone or may not be seen say so."""
    return [
        Chip(
            name,
            value,
            _words(query.filters, name, value, names),
            query.with_filters(query.filters.without(name, value)),
        )
        for name, value in query.filters.pairs()
    ]


def _words(filters: Filters, name: str, value: str, names: Mapping[tuple[str, str], str]) -> str:
    if name in ("since", "until"):
        day = date_format(date.fromisoformat(value), _("M j, Y"))
        return (_("From %s") if name == "since" else _("Until %s")) % day
    if name == "unread":
        return _("Unread")
    if name == "state":
        return str(filters.STATES[value])
    if name == "priority":
        return str(Priority(int(value)).label)
    if value == NOBODY:
        return _("Nobody")
    return names.get((name, value)) or _("(gone)")
