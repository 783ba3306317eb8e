"""Business time: the seconds between two moments in which an account serves.

Pure: a calendar is made once from the rows (`calendars`), and knows neither database nor clock.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone

from sessions.models import Hours

Span = tuple[time, time]  # an end of 00:00 is midnight, the end of the day
Week = Mapping[int, Sequence[Span]]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rules:
    since: date
    weekly: Week
    days: Mapping[date, Sequence[Span]] = field(default_factory=dict)


@dataclass
class Calendar:
    """What holds from which day on; without any rules it is always open, as before the first."""

    zone: tzinfo
    rules: Sequence[Rules] = ()
    _moments: dict[date, list[tuple[datetime, datetime]]] = field(default_factory=dict, repr=False)

    def seconds(self, start: datetime, end: datetime) -> int:
        """Business seconds from one moment to another."""
        # Moments of one zone are subtracted by the clock on the wall, which may jump.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if not self.rules:
            return max(0, int((end - start).total_seconds()))
        total = timedelta()
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            for begin, until in self._open(day):
                total += max(timedelta(), min(end, until) - max(start, begin))
            day += DAY
        return int(total.total_seconds())

    def _open(self, day: date) -> list[tuple[datetime, datetime]]:
        if day not in self._moments:
            self._moments[day] = [self._span(day, span) for span in self._spans(day)]
        return self._moments[day]

    def _spans(self, day: date) -> Sequence[Span]:
        place = bisect_right([rules.since for rules in self.rules], day) - 1
        if place < 0:
            return [(time.min, time.min)]
        rules = self.rules[place]
        return rules.days.get(day, rules.weekly.get(day.weekday(), ()))

    def _span(self, day: date, span: Span) -> tuple[datetime, datetime]:
        begin, until = span
        end_day = day if until > time.min else day + DAY
        ends = datetime.combine(day, begin, self.zone), datetime.combine(end_day, until, self.zone)
        return tuple(moment.astimezone(UTC) for moment in ends)


def calendars(accounts: Iterable[int]) -> dict[int, Calendar]:
    """One for each account, in one query."""
    accounts = list(accounts)
    found = {account: Calendar(timezone.get_default_timezone()) for account in accounts}
    for hours in Hours.objects.filter(account__in=accounts).order_by("since"):
        known = found[hours.account_id]
        zone = ZoneInfo(hours.time_zone) if hours.time_zone else known.zone
        weekly = {int(day): _spans(spans) for day, spans in hours.weekly.items()}
        days = {date.fromisoformat(day): _spans(spans) for day, spans in hours.days.items()}
        rules = [*known.rules, Rules(hours.since, weekly, days)]
        found[hours.account_id] = Calendar(zone, rules)
    return found


def _spans(written: Iterable[Sequence[str]]) -> list[Span]:
    return [(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in written]
