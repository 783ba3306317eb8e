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
# How what has begun, or has just ended, began.
BEGUN = {
    "this_week": lambda day: day - DAY * day.weekday(),
    "this_month": lambda day: day.replace(day=1),
    "this_quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "this_year": lambda day: day.replace(month=1, day=1),
}
ENDED = {"last_week": BEGUN["this_week"], "last_month": BEGUN["this_month"]}
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
        if name in BEGUN:
            return cls(BEGUN[name](today), today, zone)
        if name in ENDED:
            last = ENDED[name](today) - DAY
            return cls(ENDED[name](last), last, zone)
        return cls(today, today, zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first that is in it, and the first that is not."""
        return self.start_of(self.first), self.start_of(self.last + DAY)

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
            return self.start_of(day + DAY * (7 - day.weekday()))
        if step == "month":
            return self.start_of((day.replace(day=1) + 32 * DAY).replace(day=1))
        return self.start_of(day + DAY)

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)
