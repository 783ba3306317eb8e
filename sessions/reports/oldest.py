"""How long the customer who waited longest had waited, in each hour, day …: it follows from turns.

A turn counts in every step that it touches, with as much of it as had passed when that step ended.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from sessions.models import Agent
from sessions.reports.metrics import METRICS
from sessions.reports.selection import Selection
from sessions.reports.slots import Grain, Slot, grain_of


@dataclass
class Longest:
    """`answered` is the longest of those that ended with a reply. None: it has not come yet."""

    start: datetime
    end: datetime
    seconds: int | None = None
    session: int | None = None
    answered: int | None = None

    def note(self, seconds: int, session: int | None, is_answered: bool) -> None:
        if is_answered:
            self.answered = max(self.answered or 0, seconds)
        if seconds > (self.seconds or 0):
            self.seconds, self.session = seconds, session


def oldest(reader: Agent, selection: Selection, step: str = "") -> list[Longest]:
    """Of each hour, day, week or month of the period; zero where nobody waited."""
    period, now = selection.period, timezone.now()
    step = step or period.step
    starts = period.starts(step)
    ends = [min(end, now) for end in (*starts[1:], period.moments[1])]
    found = [Longest(start, end) for start, end in zip(starts, ends, strict=True)]
    past = [one for one in found if one.start < now]
    for one in past:
        one.seconds = one.answered = 0
    if past:
        answered = selection.chosen(reader, METRICS["next_reply"]).filter(seconds__isnull=False)
        _answered(answered, past, grain_of(period, step))
        _unanswered(selection.chosen(reader, METRICS["sessions"]), past)
    return found


def _answered(replies: QuerySet, steps: list[Longest], grain: Grain) -> None:
    """Most turns lie within one step: the database finds the longest. The few others are read."""
    begin, end = steps[0].start, steps[-1].end
    within = replies.filter(at__gte=begin, at__lt=end).order_by()
    slots = within.annotate(by_=grain.of("at")).values_list("by_").annotate(most=Max("seconds"))
    most = [0] * len(steps)
    for slot, seconds in slots:
        place = _place(steps, grain.moment(slot))
        most[place] = max(most[place], seconds)
    of_step = Slot("at", 1, grain.shift, wrap=grain.size)  # seconds since the slot began
    crossing = within.alias(gone=of_step).filter(gone__lt=F("seconds"))
    later = replies.filter(at__gte=end, asked_at__lt=end)
    for rows in (crossing, later):
        for at, seconds, session in rows.values_list("at", "seconds", "session"):
            _touch(steps, at - timedelta(seconds=seconds), at, session, True)
    longest = within.filter(seconds__in={seconds for seconds in most if seconds})
    for at, seconds, session in longest.values_list("at", "seconds", "session"):
        if most[_place(steps, at)] == seconds:
            steps[_place(steps, at)].note(seconds, session, True)


def _unanswered(facts: QuerySet, steps: list[Longest]) -> None:
    begin, end = steps[0].start, steps[-1].end
    is_there = Q(closed_at__isnull=True) | Q(closed_at__gte=begin)
    waiting = facts.filter(is_there, unanswered_at__lt=end)
    for since, until, session in waiting.values_list("unanswered_at", "closed_at", "session"):
        _touch(steps, since, until or end, session, False)


def _touch(
    steps: list[Longest], since: datetime, until: datetime, session: int, is_answered: bool
) -> None:
    for one in _from(steps, since):
        if one.start >= until:
            break
        seconds = int((min(until, one.end) - since).total_seconds())
        one.note(seconds, session, is_answered)


def _from(steps: list[Longest], moment: datetime) -> Iterator[Longest]:
    yield from steps[_place(steps, moment) :]


def _place(steps: list[Longest], moment: datetime) -> int:
    """A week may have begun before the period."""
    return max(0, bisect_right(steps, moment, key=lambda one: one.start) - 1)
