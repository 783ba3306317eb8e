"""What the platform counted itself (messaging/statistics.py), by account, servicer and day.

Averages of days are put together by the sessions they were made of. A figure that was not told stays
None: it is not zero.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Sum

from messaging import statistics
from messaging.models import Statistic
from messaging.models.statistic import ACCOUNT, SERVICERS
from sessions.models import Agent
from sessions.reports.metrics import METRICS
from sessions.reports.periods import Period
from sessions.reports.selection import Selection
from sessions.reports.slots import grain_of

COUNTS = {
    "sessions": "session_cnt",
    "customers": "customer_cnt",
    "messages_in": "customer_msg_cnt",
}


@dataclass
class Counted:
    """Some days together: counts added up, and a mean with how many it was made of."""

    sessions: int | None = None
    customers: int | None = None
    messages_in: int | None = None
    replied: float = 0
    asked: float = 0  # sessions of days of which the share is known
    seconds: float = 0
    timed: float = 0  # replies of days of which the average is known

    def add(self, **counts: int | None) -> None:
        for name, more in counts.items():
            if more is not None:
                setattr(self, name, (getattr(self, name) or 0) + more)

    @property
    def reply_rate(self) -> float | None:
        return self.replied / self.asked if self.asked else None

    @property
    def first_reply(self) -> float | None:
        return self.seconds / self.timed if self.timed else None


Found = dict[Hashable, Counted]


@dataclass(frozen=True)
class Read:
    """The days of which both sides can tell, and when the platform was last asked with success."""

    at: datetime | None
    days: Period | None


def read_of(accounts: Iterable[int], period: Period) -> Read:
    """From the first day of which anything is known to the last that was ready when it was read."""
    known = Statistic.objects.filter(account__in=accounts)
    told = known.aggregate(first=Min("day"), at=Max("read_at"))
    if told["at"] is None:
        return Read(None, None)
    first = max(period.first, told["first"])
    last = min(period.last, statistics.last_ready(told["at"]))
    days = Period(first, last, statistics.CHINA) if first <= last else None
    return Read(told["at"], days)


# --- theirs ---------------------------------------------------------------------------------------


def theirs(accounts: Iterable[int], days: Period) -> tuple[Found, Found, Found]:
    """By account, by (account, userid), by day. Shares and averages are those of servicers."""
    of_account, of_servicer, of_day = _empty(), _empty(), _empty()
    for row in statistics.of(accounts, days.first, days.last):
        counts = {name: _number(row, figure) for name, figure in COUNTS.items()}
        if row.servicer == ACCOUNT:
            of_account[row.account_id].add(**counts)
            of_day[row.day].add(**counts)
        elif row.servicer == SERVICERS:
            _add_replies(of_account[row.account_id], row)
        else:
            of_servicer[row.account_id, row.servicer].add(**counts)
            _add_replies(of_servicer[row.account_id, row.servicer], row)
    return of_account, of_servicer, of_day


def _add_replies(counted: Counted, row: Statistic) -> None:
    sessions, rate = _number(row, "session_cnt"), _number(row, "reply_rate")
    average = _number(row, "first_reply_average_sec")
    if sessions is None or rate is None:
        return
    counted.add(asked=sessions, replied=sessions * rate)
    if average is not None:
        counted.add(timed=sessions * rate, seconds=sessions * rate * average)


def _number(row: Statistic, name: str) -> Any:
    """What the platform sends is not trusted to be one."""
    value = row.figures.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# --- ours -----------------------------------------------------------------------------------------


def ours(reader: Agent, accounts: Iterable[int], days: Period) -> tuple[Found, Found, Found]:
    """The same of our own facts. A customer counts on each day anew, as with the platform."""
    of_account, of_servicer, of_day = _empty(), _empty(), _empty()
    selection, grain = Selection(days, tuple(accounts)), grain_of(days, "day")
    opened = selection.facts(reader, METRICS["sessions"]).order_by()
    parts = {f"n_{name}": METRICS[name].aggregates()["part"] for name in COUNTS}
    by_day = opened.annotate(slot=grain.of("opened_at")).values("account_id", "slot")
    for row in by_day.annotate(**parts):
        counts = {name: row[f"n_{name}"] for name in COUNTS}
        of_account[row["account_id"]].add(**counts)
        of_day[grain.moment(row["slot"]).astimezone(statistics.CHINA).date()].add(**counts)

    metric = METRICS["first_reply"]
    replied = selection.facts(reader, metric).filter(metric.rows, first_servicer__gt="").order_by()
    by_servicer = replied.values("account_id", "first_servicer")
    for row in by_servicer.annotate(timed=Count("*"), seconds=Sum("first_reply")):
        told = {name: row[name] for name in ("timed", "seconds")}
        of_account[row["account_id"]].add(**told)
        of_servicer[row["account_id"], row["first_servicer"]].add(**told)
    return of_account, of_servicer, of_day


def all_of(found: Found) -> Counted:
    together = Counted()
    for one in found.values():
        together.add(**vars(one))
    return together


def dates(days: Period) -> list[date]:
    return [start.date() for start in days.starts("day")]


def _empty() -> Found:
    return defaultdict(Counted)
