"""What is kept of the days of a selection, and which of its days have to be counted from facts.

A day is that of the installation's zone; a reader of another zone, or one who narrows by what rollups do
not know (tags, entrances, how sessions ended), gets the same numbers from facts, and waits a little.
"""

import hashlib
import json
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property, partial
from typing import Any

from django.utils import timezone

from sessions.models import Agent, Rollup, RollupDay
from sessions.reports.metric import Metric
from sessions.reports.metrics import METRICS
from sessions.reports.packing import TYPE, Packed
from sessions.reports.periods import Period
from sessions.reports.selection import Selection, Span
from sessions.reports.slots import constant_offset

WORDS = ("entrance", "closed_by")  # by what else it is kept than by agents
MOST_SPANS = 20  # in which facts are looked up; of more, all of the period are counted


@dataclass
class Counted:
    """Of a duration how many rows have how many seconds, of anything else two numbers."""

    part: float = 0
    whole: int = 0
    seconds: Counter[int] = field(default_factory=Counter)
    # Different ones by side, where parts have to be joined.
    seen: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))

    def add(self, part: float, whole: int) -> None:
        self.part += part
        self.whole += whole

    def see(self, some: Iterable[Any], side: str) -> None:
        self.seen[side].update(some)
        self.part = len(self.seen["part"])
        self.whole = len(self.seen["whole"]) if "whole" in self.seen else self.part


Found = dict[Any, dict[str, Counted]]


@dataclass(frozen=True)
class Place:
    """Where a day goes; or if `whose` is given, what an account's agent has of it (None is nobody's).

    With `by`, it is what an account has of each word of a column.
    """

    day: Callable[[date], Hashable] = lambda day: None
    whose: Callable[[int, Any], Hashable] | None = None
    by: str = ""


class Rollups:
    """Read once for all parts of a report: each metric's numbers are unpacked when they are first asked for."""

    def __init__(self, reader: Agent, selection: Selection) -> None:
        self.reader, self.selection = reader, selection
        self._kept: dict[str, list[tuple[date, Packed]]] = {}
        self._words: dict[tuple[str, date], list[str]] = {}

    def know(self, place: Place) -> bool:
        """What is kept by words does not say which agent's it is."""
        return bool(self.days) and not (place.by and self.selection.is_personal(self.reader))

    @cached_property
    def days(self) -> frozenset[date]:
        """Those that need no facts."""
        period = self.selection.period
        if not (self.selection.is_of_days and _is_of_our_days(period)):
            return frozenset()
        within = {"day__gte": period.first, "day__lte": period.last}
        fresh = RollupDay.objects.filter(is_stale=False, made_as=meaning(), **within)
        days = frozenset(fresh.values_list("day", flat=True))
        if period.until:
            days -= {period.last}  # of which only a part is asked for
        return days if len(_spans(period, days)) <= MOST_SPANS else frozenset()

    @cached_property
    def rest(self) -> list[Span]:
        """From when until when facts have to be counted."""
        return _spans(self.selection.period, self.days)

    def count(self, metrics: Iterable[Metric], place: Place, found: Found) -> None:
        """Add what is kept of these metrics, each where `place` says."""
        adders = {metric: adders_of(metric, self.selection.is_business) for metric in metrics}
        names = {
            (metric, name): name_by(name, place.by) for metric in adders for name in adders[metric]
        }
        self._read(set(names.values()), place.by)
        for (metric, name), kept_as in names.items():
            for key, values in self._joined(kept_as, place).items():
                adders[metric][name](found[key][metric.name], values)

    def _joined(self, name: str, place: Place) -> dict[Hashable, array]:
        """All numbers of each place, so that each is added up once."""
        found: dict[Hashable, array] = defaultdict(lambda: array(TYPE))
        if place.whose is None:
            for day, packed in self._kept[name]:
                found[place.day(day)].extend(packed.values)
            return found
        key = cache(place.whose)
        for day, packed in self._kept[name]:
            words = self._words.get((place.by, day))
            for account, who, values in packed.parts():
                whose = who or None if words is None else words[who]
                found[key(account, whose)].extend(values)
        return found

    def _read(self, names: set[str], by: str) -> None:
        names -= self._kept.keys()
        if not names:
            return
        self._kept |= {name: [] for name in names}
        if by:
            self._words |= {
                (by, day): json.loads(bytes(data)) for _name, day, data in self._rows({by})
            }
        is_wanted = cache(self._is_wanted) if self._is_narrowed else None
        for name, day, data in self._rows(names):
            packed = Packed.read(data)
            self._kept[name].append((day, packed.only(is_wanted) if is_wanted else packed))

    def _rows(self, names: set[str]) -> Iterator[tuple[str, date, bytes]]:
        within = {"day__gte": min(self.days), "day__lte": max(self.days)}
        rows = Rollup.objects.filter(name__in=names, **within)
        for name, day, data in rows.values_list("name", "day", "data"):
            if day in self.days:
                yield name, day, data

    @property
    def _is_narrowed(self) -> bool:
        chosen, reader = self.selection, self.reader
        return bool(chosen.accounts) or chosen.is_personal(reader) or not reader.serves_all

    def _is_wanted(self, account: int, agent: int) -> bool:
        chosen = self.selection
        return (
            account in self._accounts
            and (not chosen.accounts or account in chosen.accounts)
            and (not chosen.agents or agent in chosen.agents)
            and (self.reader.is_lead or agent == self.reader.pk)
        )

    @cached_property
    def _accounts(self) -> frozenset[int]:
        return frozenset(self.reader.visible_accounts().values_list("pk", flat=True))


def adders_of(metric: Metric, is_business: bool) -> dict[str, Callable[[Counted, array], None]]:
    """By the names under which its numbers are kept, what to do with them."""
    if metric.is_duration:
        return {
            name_of(metric, is_business): lambda counted, values: counted.seconds.update(values)
        }
    if metric.distinct:
        return {name_of(metric, side=side): partial(_see, side=side) for side in metric.different()}
    return {
        name_of(metric): lambda counted, values: counted.add(sum(values[::2]), sum(values[1::2]))
    }


def _see(counted: Counted, values: array, side: str) -> None:
    counted.see(values, side)


def name_of(metric: Metric, is_business: bool = False, side: str = "part") -> str:
    suffix = "_business" if is_business and metric.has_business else ""
    return metric.name + suffix + ("" if side == "part" else f"_{side}")


def name_by(name: str, by: str) -> str:
    return f"{name} by {by}" if by else name


@cache
def meaning() -> str:
    """Changes with the definition of any metric, the zone or the machine's bytes: then all is made anew."""
    zone = timezone.get_default_timezone_name()
    said = [zone, sys.byteorder, TYPE, *WORDS]
    for metric in METRICS.values():
        fields = (metric.name, metric.model.__name__, metric.at, metric.agent, metric.value)
        said += [*fields, metric.total, metric.distinct, str(metric.among), str(metric.part)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def day_of(moment: datetime) -> date:
    return timezone.localdate(moment, timezone.get_default_timezone())


def _is_of_our_days(period: Period) -> bool:
    ours = Period(period.first, period.last, timezone.get_default_timezone())
    if str(period.zone) == str(ours.zone):
        return True
    offset = constant_offset(period)
    return offset is not None and offset == constant_offset(ours)


def _spans(period: Period, without: frozenset[date]) -> list[Span]:
    """The days of a period but these, those that follow each other together."""
    found: list[Span] = []
    for number in range(period.days):
        day = period.first + timedelta(number)
        if day not in without:
            begin, end = replace(period, first=day, last=day, until=None).moments
            joined = found and found[-1][1] == begin
            found[-1:] = [(found[-1][0], end)] if joined else [*found[-1:], (begin, end)]
    if found and period.until and period.last not in without:
        found[-1] = (found[-1][0], period.until)
    return found
