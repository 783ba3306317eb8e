"""Moments as numbers of an hour, a day or a week: what a database groups quickly, in any zone.

Where the offset of a zone is the same all the time, days and weeks are those of the zone. Where clocks
change, hours are counted, or quarters of an hour if it is ahead by such, and Python puts them into days.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import sqlite_version_info

from django.db.models import Func, IntegerField

from sessions.reports.periods import Period

QUARTER, HOUR, DAY = 900, 3600, 24 * 3600
WEEK = 7 * DAY
MONDAY = 3 * DAY  # how much earlier the week of 1970-01-01 began
# The second takes two thirds of the time, which is felt over a year of replies.
OLD_EPOCH = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
EPOCH = "unixepoch(%(expressions)s)" if sqlite_version_info >= (3, 38) else OLD_EPOCH
SIZES = {"hour": HOUR, "day": DAY, "week": WEEK, "month": DAY}


class Slot(Func):
    """How many times `size` seconds since 1970 and `shift`; the remainder of `wrap`, if there is one."""

    output_field = IntegerField()

    def __init__(self, column: str, size: int, shift: int, wrap: int = 0) -> None:
        super().__init__(column)
        self.size, self.shift, self.wrap = size, shift, wrap

    def as_sqlite(self, compiler, connection, **more):
        return self.as_sql(compiler, connection, template=self._counted(EPOCH), **more)

    def as_postgresql(self, compiler, connection, **more):
        seconds = "floor(extract(epoch FROM %(expressions)s))::bigint"
        return self.as_sql(compiler, connection, template=self._counted(seconds), **more)

    def _counted(self, seconds: str) -> str:
        number = f"(({seconds} + {self.shift}) / {self.size})"
        return f"({number} %%%% {self.wrap})" if self.wrap else number


@dataclass(frozen=True)
class Grain:
    size: int
    shift: int = 0

    def of(self, column: str) -> Slot:
        return Slot(column, self.size, self.shift)

    def moment(self, slot: int) -> datetime:
        """When it began."""
        return datetime.fromtimestamp(self.seconds(slot), UTC)

    def seconds(self, slot: int) -> int:
        return slot * self.size - self.shift


def grain_of(period: Period, step: str) -> Grain:
    offset = constant_offset(period)
    if offset is None:
        return Grain(HOUR if all(one % HOUR == 0 for one in _offsets(period)) else QUARTER)
    size = SIZES[step]
    return Grain(size, offset + (MONDAY if size == WEEK else 0))


def constant_offset(period: Period) -> int | None:
    """Seconds that the zone is ahead of UTC; None where its clocks change within the period."""
    offsets = _offsets(period)
    return offsets.pop() if len(offsets) == 1 else None


def _offsets(period: Period) -> set[int]:
    begin, end = period.moments
    days = range((end - begin).days + 2)
    found = {
        (begin.astimezone(UTC) + timedelta(days=n)).astimezone(period.zone).utcoffset()
        for n in days
    }
    return {int(one.total_seconds()) for one in found}
