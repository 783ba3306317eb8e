"""Filters of a list, as they stand in the URL: each narrows, values of one kind widen.

Like the lists themselves they are said twice, for the database and of a pushed row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.lists import Facts
from sessions.models import Block, Priority, Tag
from sessions.models.querysets import SNOOZED

NOBODY = "none"
FILTERS = ("account", "agent", "tag", "state", "priority", "unread", "since", "until")
STATES = {
    "waiting": _("Waiting on us"),
    "answered": _("Waiting on the customer"),
    "native": _("Held at the platform"),
    "snoozed": _("Snoozed"),
    "blocked": _("Blocked"),
}
_IN_STATE = {
    "waiting": Q(waiting_since__isnull=False),
    "answered": Q(ended_at__isnull=True, waiting_since__isnull=True, is_native=False),
    "native": Q(is_native=True),
    "snoozed": SNOOZED,
    "blocked": Q(customer__in=Block.active().values("customer")),
}


@dataclass(frozen=True)
class Filters:
    """The names are those of the URL."""

    STATES = STATES

    account: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()  # keys, or NOBODY
    tag: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    unread: bool = False
    since: date | None = None  # days on which a session was opened, in the agent's zone
    until: date | None = None
    zone: tzinfo = field(default_factory=timezone.get_current_timezone, compare=False)

    @classmethod
    def parse(cls, params: QueryDict, zone: tzinfo | None = None) -> "Filters":
        """What makes no sense is left out."""
        return cls(
            account=_kept(params.getlist("account"), _is_key),
            agent=_kept(params.getlist("agent"), lambda one: one == NOBODY or _is_key(one)),
            tag=_kept(params.getlist("tag"), _is_key),
            state=_kept(params.getlist("state"), cls.STATES.__contains__),
            priority=_kept(
                params.getlist("priority"), list(map(str, Priority.values)).__contains__
            ),
            unread=params.get("unread") == "1",
            since=_day(params.get("since")),
            until=_day(params.get("until")),
            zone=zone or timezone.get_current_timezone(),
        )

    def __bool__(self) -> bool:
        return self != Filters()

    def __len__(self) -> int:
        return len(list(self.pairs()))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """(name, value) as they stand in the URL, in one fixed order."""
        for name in ("account", "agent", "tag", "state", "priority"):
            yield from ((name, value) for value in getattr(self, name))
        if self.unread:
            yield "unread", "1"
        for name, day in (("since", self.since), ("until", self.until)):
            if day:
                yield name, day.isoformat()

    def without(self, name: str, value: str) -> "Filters":
        if name in ("account", "agent", "tag", "state", "priority"):
            return replace(self, **{name: tuple(v for v in getattr(self, name) if v != value)})
        default = next(field.default for field in fields(self) if field.name == name)
        return replace(self, **{name: default})

    # --- what they let through ------------------------------------------------------------------

    def rows(self) -> Q:
        return self.narrow(_ROWS, "opened_at")

    def narrow(self, rows: Mapping[str, Callable[[Any], Q]], at: str) -> Q:
        """What is wanted of each name, and of the days of a moment."""
        found = Q()
        for name, one in rows.items():
            if wanted := getattr(self, name):
                found &= one(wanted)
        begin, end = self.moments()
        if begin:
            found &= Q(**{f"{at}__gte": begin})
        if end:
            found &= Q(**{f"{at}__lt": end})
        return found

    def shows(self, facts: Facts) -> bool:
        kept = all(
            one(facts, getattr(self, name)) for name, one in _SHOWS.items() if getattr(self, name)
        )
        begin, end = self.moments()
        opened = datetime.fromtimestamp(facts["opened"], UTC)
        return kept and (not begin or begin <= opened) and (not end or opened < end)

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """From the start of the first day to the end of the last one."""
        end = self.until + timedelta(days=1) if self.until else None
        return self._start(self.since), self._start(end)

    def _start(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time.min, self.zone) if day else None


def keys_of(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value != NOBODY]


def _any(states: Iterable[str]) -> Q:
    found = Q()
    for name in states:
        found |= _IN_STATE[name]
    return found


def of_agents(wanted: tuple[str, ...]) -> Q:
    nobody = Q(agent__isnull=True) if NOBODY in wanted else Q(pk__in=())
    return Q(agent__in=keys_of(wanted)) | nobody


_ROWS = {
    "account": lambda wanted: Q(account__in=keys_of(wanted)),
    "agent": of_agents,
    "tag": lambda wanted: Q(
        pk__in=Tag.sessions.through.objects.filter(tag__in=keys_of(wanted)).values("session")
    ),
    "state": _any,
    "priority": lambda wanted: Q(priority__in=keys_of(wanted)),
    "unread": lambda wanted: Q(unread__gt=0),
}


def _states_of(facts: Facts) -> set[str]:
    is_answered = not (facts["ended"] or facts["waiting"] or facts["native"])
    found = {name for name in ("waiting", "native", "snoozed", "blocked") if facts[name]}
    return found | ({"answered"} if is_answered else set())


_SHOWS: dict[str, Any] = {
    "account": lambda facts, wanted: str(facts["account"]) in wanted,
    "agent": lambda facts, wanted: str(facts["agent"] or NOBODY) in wanted,
    "tag": lambda facts, wanted: bool(set(map(str, facts["tags"])) & set(wanted)),
    "state": lambda facts, wanted: bool(_states_of(facts) & set(wanted)),
    "priority": lambda facts, wanted: str(facts["priority"]) in wanted,
    "unread": lambda facts, wanted: facts["unread"] > 0,
}


def _kept(values: Iterable[str], is_sound) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if is_sound(value)))[:20]


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None
