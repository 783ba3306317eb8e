"""Stretches of days in a zone, as reports are asked for: a day is that of the report (R8)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)
PRESETS: dict[str, str | Promise] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "week": _("Last 7 days"),
    "month": _("Last 30 days"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "quarter": _("Last 90 days"),
    "year": _("Last 365 days"),
}
BACK = {"week": 7, "month": 30, "quarter": 90, "year": 365}
STEPS = {
    "hour": _("by the hour"),
    "day": _("by the day"),
    "week": _("by the week"),
    "month": _("by the month"),
}


@dataclass(frozen=True)
class Period:
    """From the first moment of `first` until the last of `last`."""

    first: date
    last: date
    zone: tzinfo

    @classmethod
    def preset(cls, name: str, zone: tzinfo | None = None, today: date | None = None) -> "Period":
        """Those that count days end with today."""
        zone = zone or timezone.get_default_timezone()
        today = today or timezone.localdate(timezone=zone)
        if name in BACK:
            return cls(today - DAY * (BACK[name] - 1), today, zone)
        if name == "yesterday":
            return cls(today - DAY, today - DAY, zone)
        if name == "this_month":
            return cls(today.replace(day=1), today, zone)
        if name == "last_month":
            last = today.replace(day=1) - DAY
            return cls(last.replace(day=1), last, zone)
        return cls(today, today, zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first that is in it, and the first that is not."""
        return self._start_of(self.first), self._start_of(self.last + DAY)

    def previous(self) -> "Period":
        """As many days, just before."""
        return replace(self, first=self.first - DAY * self.days, last=self.first - DAY)

    @property
    def step(self) -> str:
        """How finely a line is drawn, unless somebody says."""
        if self.days <= 2:
            return "hour"
        return "day" if self.days <= 92 else "week" if self.days <= 370 else "month"

    def starts(self, step: str) -> list[datetime]:
        """When the steps begin: of each one the first moment within the period."""
        begin, end = self.moments
        found: list[datetime] = []
        while begin < end:
            found.append(begin)
            begin = self.next(begin, step)
        return found

    def next(self, moment: datetime, step: str) -> datetime:
        """When the step after that of `moment` begins."""
        local = moment.astimezone(self.zone)
        if step == "hour":
            return (moment.replace(minute=0, second=0, microsecond=0)) + timedelta(hours=1)
        day = local.date()
        if step == "week":
            return self._start_of(day + DAY * (7 - day.weekday()))
        if step == "month":
            return self._start_of((day.replace(day=1) + 32 * DAY).replace(day=1))
        return self._start_of(day + DAY)

    def _start_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)
