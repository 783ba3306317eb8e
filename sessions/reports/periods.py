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
    "four_weeks": _("Last 28 days"),
    "month": _("Last 30 days"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "quarter": _("Last 90 days"),
    "this_year": _("This year"),
    "year": _("Last 365 days"),
}
BACK = {"week": 7, "four_weeks": 28, "month": 30, "quarter": 90, "year": 365}
# How a week, a month … that a day is in began.
BEGINS = {
    "week": lambda day: day - DAY * day.weekday(),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
BEGUN = {f"this_{unit}": unit for unit in BEGINS}
ENDED = {"last_week": "week", "last_month": "month"}
STEPS = {
    "hour": _("by the hour"),
    "day": _("by the day"),
    "week": _("by the week"),
    "month": _("by the month"),
}


@dataclass(frozen=True)
class Period:
    """From the first moment of `first` until the last of `last`; or `until` a moment of that day.

    One that goes by weeks, months … is compared with the weeks, months … before.
    """

    first: date
    last: date
    zone: tzinfo
    unit: str = ""
    until: datetime | None = None

    @classmethod
    def of_days(cls, first: date, last: date, zone: tzinfo) -> "Period":
        is_months = first.day == (last + DAY).day == 1
        return cls(first, last, zone, "month" if is_months else "")

    @classmethod
    def preset(cls, name: str, zone: tzinfo | None = None, today: date | None = None) -> "Period":
        """Those that count days end with today."""
        zone = zone or timezone.get_default_timezone()
        today = today or timezone.localdate(timezone=zone)
        if name in BACK:
            return cls(today - DAY * (BACK[name] - 1), today, zone)
        if name == "yesterday":
            return cls(today - DAY, today - DAY, zone)
        if unit := BEGUN.get(name):
            return cls(BEGINS[unit](today), today, zone, unit)
        if unit := ENDED.get(name):
            last = BEGINS[unit](today) - DAY
            return cls(BEGINS[unit](last), last, zone, unit)
        return cls(today, today, zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first that is in it, and the first that is not."""
        return self.start_of(self.first), self.until or self.start_of(self.last + DAY)

    def previous(self, now: datetime | None = None) -> "Period":
        """As many days, or weeks, months …, just before; of what still goes on, as much of them.

        To the full minute: all parts of a page ask for the same.
        """
        first, last = self._before()
        now = (now or timezone.now()).astimezone(self.zone).replace(second=0, microsecond=0)
        day, until = first + (now.date() - self.first), None
        if self.first <= now.date() <= self.last and day <= last:
            last, until = day, datetime.combine(day, now.time(), self.zone)
        return replace(self, first=first, last=last, until=until)

    def _before(self) -> tuple[date, date]:
        last = self.first - DAY
        if not self.unit:
            return self.first - DAY * self.days, last
        begins, first = BEGINS[self.unit], self.first
        for _unit in {begins(self.first + DAY * n) for n in range(self.days)}:
            first = begins(first - DAY)
        is_whole = begins(self.last + DAY) > self.last
        return first, last if is_whole else min(first + DAY * (self.days - 1), last)

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
            return self.start_of(day + DAY * (7 - day.weekday()))
        if step == "month":
            return self.start_of((day.replace(day=1) + 32 * DAY).replace(day=1))
        return self.start_of(day + DAY)

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)
