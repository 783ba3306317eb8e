"""What a report is asked for, as it stands in the URL: a period, filters, and how it is counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, tzinfo
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from sessions.reports.periods import PRESETS, STEPS, Period
from sessions.reports.selection import Selection

USUAL, CUSTOM = "four_weeks", "custom"  # whole weeks are compared with whole weeks
KEYS = ("account", "agent", "tag")
WORDS = ("entrance", "closed_by", "backend")
LISTS = (*KEYS, *WORDS)
MOST_DAYS = 1100  # three years
LONGEST = 64


@dataclass(frozen=True)
class Asked:
    """The names are those of the URL; what is as usual does not stand there."""

    period: str = USUAL
    since: date | None = None
    until: date | None = None
    account: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    entrance: tuple[str, ...] = ()
    closed_by: tuple[str, ...] = ()
    backend: tuple[str, ...] = ()
    time: str = ""  # "business"
    compare: str = ""  # "off"
    step: str = ""
    layer: str = ""  # of the heatmap
    zone: tzinfo = field(default_factory=timezone.get_current_timezone, compare=False)

    @classmethod
    def parse(cls, params: QueryDict, zone: tzinfo | None = None) -> "Asked":
        """What makes no sense is left out."""
        period, days = _period(params)
        return cls(
            period,
            *days,
            **{name: _kept(params.getlist(name), _is_key) for name in KEYS},
            **{name: _kept(params.getlist(name), _is_word) for name in WORDS},
            time="business" if params.get("time") == "business" else "",
            compare="off" if params.get("compare") == "off" else "",
            step=params["step"] if params.get("step") in STEPS else "",
            layer=params["layer"] if _is_word(params.get("layer", "")) else "",
            zone=zone or timezone.get_current_timezone(),
        )

    @classmethod
    def of_day(cls, query: str, zone: tzinfo, today: date) -> "Asked":
        """As it was asked on that day: whatever the day of the reader, these are the days meant."""
        return cls.parse(QueryDict(query), zone).fixed(today)

    def fixed(self, today: date | None = None) -> "Asked":
        """The same days by their dates, so that they stay when it is asked again later."""
        if self.period == CUSTOM:
            return self
        days = Period.preset(self.period, self.zone, today)
        return replace(self, period=CUSTOM, since=days.first, until=days.last)

    def pairs(self) -> Iterator[tuple[str, str]]:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "zone" or value == each.default:
                continue
            if each.name in LISTS:
                yield from ((each.name, one) for one in value)
            else:
                yield each.name, str(value)

    def __str__(self) -> str:
        return urlencode(list(self.pairs()))

    def without(self, name: str, value: str) -> "Asked":
        if name in LISTS:
            return replace(self, **{name: tuple(v for v in getattr(self, name) if v != value)})
        return replace(self, **{name: type(self).__dataclass_fields__[name].default})

    def filters(self) -> list[tuple[str, str]]:
        return [(name, value) for name in LISTS for value in getattr(self, name)]

    def cleared(self) -> "Asked":
        return replace(self, **dict.fromkeys(LISTS, ()))

    # --- what it means --------------------------------------------------------------------------

    @cached_property
    def days(self) -> Period:
        if self.period == CUSTOM:
            return Period.of_days(self.since, self.until, self.zone)
        return Period.preset(self.period, self.zone)

    @property
    def is_compared(self) -> bool:
        return self.compare != "off"

    @property
    def is_business(self) -> bool:
        return self.time == "business"

    @property
    def rhythm(self) -> str:
        """How finely it is drawn: not by the hour over a year."""
        if self.step == "hour" and self.days.days > 14:
            return self.days.step
        return self.step or self.days.step

    def selection(self, accounts_of: dict[str, list[int]]) -> Selection:
        """`accounts_of` each backend are known to who asks."""
        accounts = set(map(int, self.account))
        if self.backend:
            served = {pk for backend in self.backend for pk in accounts_of.get(backend, ())}
            accounts = (accounts & served if accounts else served) or {0}
        return Selection(
            period=self.days,
            accounts=tuple(sorted(accounts)),
            agents=tuple(map(int, self.agent)),
            tags=tuple(map(int, self.tag)),
            entrances=self.entrance,
            closed_by=self.closed_by,
            is_business=self.is_business,
        )


def _period(params: QueryDict) -> tuple[str, tuple[date | None, date | None]]:
    """Days of one's own need both ends, in order and not too far apart."""
    name = params.get("period", USUAL)
    since, until = _day(params.get("since")), _day(params.get("until"))
    if name == CUSTOM and since and until:
        since, until = min(since, until), max(since, until)
        if (until - since).days < MOST_DAYS:
            return CUSTOM, (since, until)
    return (name if name in PRESETS else USUAL), (None, None)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _kept(values: Iterable[str], is_sound) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if is_sound(value)))[:20]


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19


def _is_word(value: str) -> bool:
    return 0 < len(value) <= LONGEST and value.isprintable()
