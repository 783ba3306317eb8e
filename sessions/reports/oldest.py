"""How long the customer who waited longest had waited, in each hour, day …: it follows from turns.

A turn counts in every step that it touches, with as much of it as had passed when that step ended.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from sessions.models import Agent
from sessions.reports.metrics import METRICS
from sessions.reports.selection import Selection
from sessions.reports.slots import Grain, Slot, grain_of


@dataclass
class Wait:
    """None: it has not come yet."""

    seconds: int | None = None
    session: int | None = None

    def note(self, seconds: int, session: int) -> None:
        if seconds > (self.seconds or 0):
            self.seconds, self.session = seconds, session


@dataclass
class Longest:
    """`answered` is the longest of those that ended with a reply."""

    start: datetime
    end: datetime
    of_all: Wait = field(default_factory=Wait)
    answered: Wait = field(default_factory=Wait)

    def note(self, seconds: int, session: int, is_answered: bool) -> None:
        self.of_all.note(seconds, session)
        if is_answered:
            self.answered.note(seconds, session)


def oldest(reader: Agent, selection: Selection, step: str = "") -> list[Longest]:
    """Of each hour, day, week or month of the period; zero where nobody waited."""
    period, now = selection.period, timezone.now()
    step = step or period.step
    starts = period.starts(step)
    ends = [min(end, now) for end in (*starts[1:], period.moments[1])]
    found = [Longest(start, end) for start, end in zip(starts, ends, strict=True)]
    past = _Steps([one for one in found if one.start < now])
    if past.all:
        answered = selection.chosen(reader, METRICS["next_reply"]).filter(seconds__isnull=False)
        past.answered(answered, grain_of(period, step))
        past.unanswered(selection.chosen(reader, METRICS["sessions"]))
    return found


class _Steps:
    def __init__(self, steps: list[Longest]) -> None:
        self.all = steps
        for one in steps:
            one.of_all.seconds = one.answered.seconds = 0
        self.starts = [one.start.timestamp() for one in steps]

    def answered(self, replies: QuerySet, grain: Grain) -> None:
        """Most turns lie within one step: the database finds the longest. The few others are read."""
        begin, end = self.all[0].start, self.all[-1].end
        within = replies.filter(at__gte=begin, at__lt=end).order_by()
        slots = within.annotate(by_=grain.of("at")).values_list("by_").annotate(most=Max("seconds"))
        most = [0] * len(self.all)
        for slot, seconds in slots:
            place = self._place(grain.seconds(slot))
            most[place] = max(most[place], seconds)
        since_slot = Slot("at", 1, grain.shift, wrap=grain.size)
        crossing = within.alias(gone=since_slot).filter(gone__lt=F("seconds"))
        later = replies.filter(at__gte=end, asked_at__lt=end)
        for rows in (crossing, later):
            for at, seconds, session in rows.values_list("at", "seconds", "session"):
                self._touch(at.timestamp() - seconds, at.timestamp(), session, True)
        longest = within.filter(seconds__in={seconds for seconds in most if seconds})
        for at, seconds, session in longest.values_list("at", "seconds", "session"):
            place = self._place(at.timestamp())
            if most[place] == seconds:
                self.all[place].note(seconds, session, True)

    def unanswered(self, facts: QuerySet) -> None:
        begin, end = self.all[0].start, self.all[-1].end
        is_there = Q(closed_at__isnull=True) | Q(closed_at__gte=begin)
        waiting = facts.filter(is_there, unanswered_at__lt=end)
        for since, until, session in waiting.values_list("unanswered_at", "closed_at", "session"):
            self._touch(since.timestamp(), (until or end).timestamp(), session, False)

    def _touch(self, since: float, until: float, session: int, is_answered: bool) -> None:
        first, last = self._place(since), self._place(until)
        for place in range(first, last + 1):
            one = self.all[place]
            if self.starts[place] < until:
                seconds = int(min(until, one.end.timestamp()) - since)
                one.note(seconds, session, is_answered)

    def _place(self, moment: float) -> int:
        """A week may have begun before the period."""
        return max(0, bisect_right(self.starts, moment) - 1)
