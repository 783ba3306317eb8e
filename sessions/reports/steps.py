"""The steps of a line: what each is called, which still goes on, and which have yet to come."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.reports.charts import Unfinished
from sessions.reports.periods import Period


@dataclass(frozen=True)
class Steps:
    """Hours, days, weeks or months of a period."""

    period: Period
    rhythm: str
    now: datetime

    @cached_property
    def starts(self) -> list[datetime]:
        return self.period.starts(self.rhythm)

    @cached_property
    def ends(self) -> list[datetime]:
        return [*self.starts[1:], self.period.moments[1]] if self.starts else []

    @cached_property
    def begun(self) -> int:
        """How many have: of the others nothing is known."""
        return sum(start <= self.now for start in self.starts)

    @cached_property
    def unfinished(self) -> Unfinished | None:
        """The last that has begun, as long as it goes on."""
        place = self.begun - 1
        if place < 0 or self.ends[place] <= self.now:
            return None
        local = self.now.astimezone(self.period.zone)
        is_long = self.rhythm in ("week", "month")
        time = local.strftime("%m-%d %H:%M" if is_long else "%H:%M")
        return Unfinished(place, _("until %(time)s") % {"time": time})

    @property
    def head(self) -> str:
        """What a row of a table over time is."""
        heads = {"hour": _("Hour"), "day": _("Day"), "week": _("Week from"), "month": _("Month")}
        return heads[self.rhythm]

    @property
    def names(self) -> list[str]:
        """Along an axis."""
        return [self.name(start) for start in self.starts]

    @property
    def rows(self) -> list[str]:
        """Of the rows of a table: those that have begun."""
        found = [self.name(start, full=True) for start in self.starts[: self.begun]]
        if going := self.unfinished:
            found[going.place] += f" ({going.words})"
        return found

    def name(self, start: datetime, full: bool = False) -> str:
        local = start.astimezone(self.period.zone)
        if self.rhythm == "month":
            return local.strftime("%Y-%m")
        if self.rhythm == "hour":
            is_several = full or self.period.days > 1
            return local.strftime("%m-%d %H:%M" if is_several else "%H:%M")
        return local.strftime("%Y-%m-%d") if full else date_format(local, _("M j"))
