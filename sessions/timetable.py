"""What pages show of the hours of one account: those that held, hold and will hold."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from django.utils import timezone

from messaging.models import Account
from sessions.models import Hours

COMING = 3


def today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


class Timetable:
    def __init__(self, account: Account, versions: Sequence[Hours]) -> None:
        self.account = account
        self.versions = sorted(versions, key=lambda hours: hours.since)

    @cached_property
    def present(self) -> Hours | None:
        return self.on(today())

    def on(self, day: date) -> Hours | None:
        """Those that hold on that day; what cannot be read holds never."""
        found = [one for one in self.versions if one.since <= day and one.is_readable]
        return found[-1] if found else None

    def after(self, day: date | None) -> Hours | None:
        """Those that take over from the ones that hold from that day on."""
        return next((one for one in self.versions if day and one.since > day), None)

    @property
    def coming(self) -> list[tuple[date, str, str]]:
        """The next days that differ, as long as the present hours hold."""
        if not self.present:
            return []
        then = self.after(today())
        days = self.present.special_in_words
        found = [one for one in days if one[0] >= today() and not (then and one[0] >= then.since)]
        return found[:COMING]

    @property
    def seen(self) -> str:
        """Changes with every change."""
        moments = [one.changed_at for one in self.versions if one.changed_at]
        return f"{len(self.versions)} {max(moments).isoformat() if moments else ''}"

    @property
    def latest(self) -> Hours | None:
        """The one that was changed last."""
        changed = [one for one in self.versions if one.changed_at]
        return max(changed, key=lambda one: one.changed_at, default=None)

    def draft(self, since: date | None) -> Hours:
        """To be changed: those of that day, or the present ones as they are to hold from today."""
        exact = next((one for one in self.versions if one.since == since), None)
        base = (exact if exact and exact.is_readable else None) or self.present
        if base is None:
            base = next((one for one in self.versions if one.is_readable), None) or suggested()
        since = exact.since if exact else today()
        days = {day: kept for day, kept in base.days.items() if day >= since.isoformat()}
        return Hours(
            account=self.account,
            since=since,
            time_zone=base.time_zone,
            weekly=base.weekly,
            days=days,
            notes={day: note for day, note in base.notes.items() if day in days},
        )


def suggested() -> Hours:
    """For who has none yet."""
    return Hours(weekly={str(day): [["09:00", "18:00"]] for day in range(5)})
