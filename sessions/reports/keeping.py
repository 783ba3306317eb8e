"""Make the rollups of days that are over: a worker step, and all at once for a year of plausible data.

Nobody waits for it. A day's facts are read without a lock; if one of them has changed when the rollups
are written, they are not, and the day is made later.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from messaging.models import Account
from sessions.models import Agent, Rollup, RollupDay, SessionFact
from sessions.reports.alone import wait_until_alone
from sessions.reports.figures import column_of
from sessions.reports.metric import Metric, sums_of
from sessions.reports.metrics import METRICS
from sessions.reports.packing import Whose, pack
from sessions.reports.periods import DAY, Period
from sessions.reports.rollups import WORDS, day_of, meaning, name_by, name_of
from sessions.reports.slots import grain_of

QUIET = timedelta(minutes=5)  # a day of which something still happens is made when it has ended
MOST = 31  # days at a time
Counted = dict[date, dict[str, dict[Whose, list[int]]]]


def step(owner: str = "") -> int:
    """Make some days anew, if any are wanting. Returns how many that were."""
    period = next(_wanting(timezone.now() - QUIET), None)
    return make(period) if period else 0


def make_all() -> Iterator[int]:
    """All that are over, now; yields how many were made each time."""
    for period in list(_wanting(timezone.now())):
        yield make(period)


def make(period: Period) -> int:
    """Days of the installation's zone. Returns how many are done: of the others facts changed meanwhile."""
    days = [period.first + DAY * n for n in range(period.days)]
    seen = _revisions(days)
    rows = list(_rollups(period))
    with transaction.atomic():
        done = {day for day in days if _is_done(day, seen[day])}
        Rollup.objects.filter(day__in=done).delete()
        Rollup.objects.bulk_create(row for row in rows if row.day_id in done)
    return len(done)


def _is_done(day: date, revision: int) -> bool:
    still = RollupDay.objects.filter(day=day, revision=revision)
    return bool(still.update(is_stale=False, made_as=meaning()))


def _wanting(quiet_since: datetime) -> Iterator[Period]:
    """The latest first, as they are asked for most; days that follow each other together."""
    first = SessionFact.objects.aggregate(first=Min("opened_at"))["first"]
    if first is None:
        return
    day = day_of(timezone.now())
    days = {day - DAY * n for n in range(1, (day - day_of(first)).days + 1)}
    fresh = Q(is_stale=False, made_as=meaning())
    made = RollupDay.objects.filter(fresh | Q(touched_at__gt=quiet_since))
    days -= set(made.values_list("day", flat=True))
    while days:
        first = last = max(days)
        while first - DAY in days and (last - first).days + 1 < MOST:
            first -= DAY
        period = Period(first, last, timezone.get_default_timezone())
        days -= {first + DAY * n for n in range(period.days)}
        yield period


def _revisions(days: list[date]) -> dict[date, int]:
    """The rows have to be there before facts are read: whoever changes facts then says so in them."""
    found = dict(RollupDay.objects.filter(day__in=days).values_list("day", "revision"))
    if missing := [day for day in days if day not in found]:
        with transaction.atomic():
            wait_until_alone()  # who is changing facts now could not have found the rows
            RollupDay.objects.bulk_create(map(RollupDay, missing), ignore_conflicts=True)
        return _revisions(days)
    return found


@receiver(post_delete, sender=Agent)
@receiver(post_delete, sender=Account)
def gone(**more: Any) -> None:
    """What was theirs is nobody's now, on whichever day it was."""
    RollupDay.touch()


# --- counting ---------------------------------------------------------------------------------------


def _rollups(period: Period) -> Iterator[Rollup]:
    for by in ("agent", *WORDS):
        counting = _Counting(period, by)
        for day, named in counting.all().items():
            for name, by_whose in named.items():
                yield Rollup(day_id=day, name=name, data=pack(by_whose))
            if by in WORDS:
                words = json.dumps(list(counting.words)).encode()
                yield Rollup(day_id=day, name=by, data=words)


class _Counting:
    """All metrics of some days, with as many queries as there are kinds of metrics."""

    def __init__(self, period: Period, by: str) -> None:
        self.period, self.by = period, by
        self.grain = grain_of(period, "day")
        self.day_of = cache(lambda slot: day_of(self.grain.moment(slot)))
        self.words: dict[str | None, int] = {}  # each with its place
        self.found: Counted = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))

    def all(self) -> Counted:
        together: dict[tuple, list[Metric]] = defaultdict(list)
        for metric in METRICS.values():
            if metric.is_duration:
                self._durations(metric)
            elif metric.distinct:
                self._different(metric)
            else:
                together[metric.model, metric.at, metric.agent].append(metric)
        for metrics in together.values():
            self._numbers(metrics)
        return self.found

    def _rows(self, metric: Metric) -> QuerySet:
        begin, end = self.period.moments
        rows = metric.model.objects.filter(**{f"{metric.at}__gte": begin, f"{metric.at}__lt": end})
        return rows.order_by().annotate(slot_=self.grain.of(metric.at))

    def _of(self, name: str, slot: int, account: int, who: Any) -> list[int]:
        if self.by in WORDS:
            name, who = name_by(name, self.by), self.words.setdefault(who, len(self.words))
        return self.found[self.day_of(slot)][name][account, who or 0]

    def _keys(self, metric: Metric) -> tuple[str, str, str]:
        return "slot_", "account", column_of(metric, self.by)

    def _durations(self, metric: Metric) -> None:
        variants = (False, True) if metric.has_business else (False,)
        columns = [metric.column(is_business) for is_business in variants]
        names = [name_of(metric, is_business) for is_business in variants]
        rows = self._rows(metric).filter(metric.rows)
        for row in rows.values_list(*self._keys(metric), *columns):
            for name, value in zip(names, row[3:], strict=True):
                self._of(name, *row[:3]).append(value)

    def _different(self, metric: Metric) -> None:
        for side, some in metric.different().items():
            name, rows = name_of(metric, side=side), self._rows(metric).filter(some)
            columns = (*self._keys(metric), metric.distinct)
            for *place, one in rows.values_list(*columns).distinct():
                self._of(name, *place).append(one)

    def _numbers(self, metrics: list[Metric]) -> None:
        sums = sums_of(metrics)
        keys = self._keys(metrics[0])
        rows = self._rows(metrics[0]).values(*keys).annotate(**sums)
        for row in rows.values(*keys, *sums):
            place = [row[key] for key in keys]
            for metric in metrics:
                part, whole = row[f"part_{metric.name}"], row[f"whole_{metric.name}"]
                if whole:  # where clocks change, a day has many slots: one pair after the other
                    self._of(metric.name, *place).extend((part, whole))
