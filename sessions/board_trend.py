"""How long the first of those who waited for us had waited, in the last two hours: from what reports count.

At full five minutes, so that a board on which nothing happens stays the same, and is not pushed again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from sessions.models import ReplyFact, SessionFact
from sessions.reports.charts import Spark

STEP, POINTS = 300, 24  # seconds, and how many


@dataclass(frozen=True)
class Trend:
    """A value for each point, the newest at the end."""

    longest: list[int]  # seconds

    @property
    def spark(self) -> Spark:
        return Spark(self.longest)

    @property
    def most(self) -> int:
        return max(self.longest)


def trend_of(account_ids: Collection[int], now: datetime) -> Trend:
    newest = int(now.timestamp()) // STEP * STEP
    points = range(newest - (POINTS - 1) * STEP, newest + 1, STEP)
    longest = [0] * POINTS
    for asked, until in _turns(account_ids, points[0]):
        for place, point in enumerate(points):
            if asked <= point < until:
                longest[place] = max(longest[place], int(point - asked))
    return Trend(longest)


def _turns(account_ids: Collection[int], since: int) -> Iterator[tuple[float, float]]:
    """Those of ours that were answered since then, and those that nobody has answered."""
    begin, of_accounts = datetime.fromtimestamp(since, UTC), {"account__in": account_ids}
    of_ours = {"agent__isnull": False, "seconds__isnull": False}
    answered = ReplyFact.objects.filter(at__gte=begin, **of_ours, **of_accounts)
    for at, seconds in answered.values_list("at", "seconds"):
        yield at.timestamp() - seconds, at.timestamp()
    is_there = Q(closed_at=None) | Q(closed_at__gte=begin)
    of_ours = {"was_native": False, "unanswered_at__isnull": False}
    others = SessionFact.objects.filter(is_there, **of_ours, **of_accounts)
    for asked, closed in others.values_list("unanswered_at", "closed_at"):
        yield asked.timestamp(), closed.timestamp() if closed else float("inf")
