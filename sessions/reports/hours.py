"""Business time: the seconds between two moments in which an account serves.

Pure: a calendar is made once from the rows (`calendars`), and knows neither database nor clock.
"""

import logging
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property, lru_cache
from itertools import pairwise

from django.utils import timezone

from sessions.models import Hours
from sessions.spans import ALL_DAY, Span, Week

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
Moments = tuple[datetime, datetime]


@dataclass(frozen=True)
class Rules:
    since: date
    weekly: Week
    days: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    zone: tzinfo | None = None  # the calendar's, if none

    def spans(self, day: date) -> Sequence[Span]:
        return self.days.get(day, self.weekly.get(day.weekday(), ()))


@dataclass
class Calendar:
    """What holds from which day on; without any rules it is always open, as before the first."""

    zone: tzinfo
    rules: Sequence[Rules] = ()
    _moments: dict[tuple[int, date], list[Moments]] = field(default_factory=dict, repr=False)

    def seconds(self, start: datetime, end: datetime) -> int:
        """Business seconds from one moment to another."""
        # Moments of one zone are subtracted by the clock on the wall, which may jump.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total = timedelta()
        for place, (begins, until) in enumerate(self._stretches, start=-1):
            first, last = max(start, begins), min(end, until)
            if first < last:
                total += self._within(place, first, last) if place >= 0 else last - first
        return int(total.total_seconds())

    @cached_property
    def _stretches(self) -> list[Moments]:
        """From when to when nothing holds yet, the first rules do, the second …: each day is that
        of its rules' own zone."""
        begins = [_moment(rules.since, time.min, self._zone(rules)) for rules in self.rules]
        return list(pairwise([ALWAYS, *begins, NEVER]))

    def _within(self, place: int, first: datetime, last: datetime) -> timedelta:
        """Of rules that hold all the time from one moment to the other."""
        total, zone = timedelta(), self._zone(self.rules[place])
        day, last_day = first.astimezone(zone).date(), last.astimezone(zone).date()
        while day <= last_day:
            for begin, until in self._open(place, day):
                total += max(timedelta(), min(last, until) - max(first, begin))
            day += DAY
        return total

    def _open(self, place: int, day: date) -> list[Moments]:
        key = (place, day)
        if key not in self._moments:
            rules = self.rules[place]
            zone = self._zone(rules)
            self._moments[key] = [_span(day, span, zone) for span in rules.spans(day)]
        return self._moments[key]

    def _zone(self, rules: Rules) -> tzinfo:
        return rules.zone or self.zone

    # --- how two of them differ -----------------------------------------------------------------

    def differs_from(self, other: "Calendar", until: date) -> date | None:
        """The first day on which one counts otherwise than the other."""
        begins = [rules.since for each in (self, other) for rules in each.rules[:1]]
        days = _days(min(begins), until) if begins else ()
        return next((day for day in days if self._on(day) != other._on(day)), None)

    def _on(self, day: date) -> tuple[str, list[Span]]:
        place = bisect_right([rules.since for rules in self.rules], day) - 1
        if place < 0:
            return "", [ALL_DAY]
        rules = self.rules[place]
        return str(self._zone(rules)), list(rules.spans(day))


def calendars(accounts: Iterable[int]) -> dict[int, Calendar]:
    """One for each account, in one query."""
    found: dict[int, list[Rules]] = {account: [] for account in accounts}
    for hours in Hours.objects.filter(account__in=found).order_by("since"):
        if hours.is_readable:
            rules = Rules(hours.since, hours.week, hours.special, hours.zone)
            found[hours.account_id].append(rules)
        else:
            _complain(hours.pk, hours.account_id, hours.since)
    return {
        account: Calendar(timezone.get_default_timezone(), rules)
        for account, rules in found.items()
    }


@lru_cache
def _complain(*row: int | date) -> None:
    """Once for each row: sessions are counted all day long."""
    logger.error("hours %s of account %s from %s on cannot be read, and count as none", *row)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * n for n in range((last - first).days + 1))


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _span(day: date, span: Span, zone: tzinfo) -> Moments:
    begin, until = span
    end_day = day if until > time.min else day + DAY
    return _moment(day, begin, zone), _moment(end_day, until, zone)
