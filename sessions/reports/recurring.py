"""When something that comes back comes next: on a clock of a zone, whatever that clock does."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
MOST_DAYS = 63  # until a day of the month has come again


def next_moment(
    rhythm: str, at: time, zone: tzinfo, after: datetime, *, weekday: int = 0, day: int = 1
) -> datetime:
    """The first one later than `after`, in UTC.

    A time that a clock leaves out comes an hour later, one that it shows twice comes once.
    """
    first = after.astimezone(zone).date()
    days = (first + DAY * number for number in range(MOST_DAYS))
    moments = (_moment(one, at, zone) for one in days if _is_on(one, rhythm, weekday, day))
    return next(moment for moment in moments if moment > after)


def _is_on(one: date, rhythm: str, weekday: int, day: int) -> bool:
    if rhythm == MONTHLY:  # of a shorter month the last
        return one.day == min(day, monthrange(one.year, one.month)[1])
    return rhythm == DAILY or one.weekday() == weekday


def _moment(one: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(one, at, zone).astimezone(UTC)
