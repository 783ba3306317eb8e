"""How many sessions were open at a moment: it follows from when they were opened and ended."""

from bisect import bisect_right
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from sessions.models import Agent, SessionFact
from sessions.reports.counting import Kept
from sessions.reports.figures import series
from sessions.reports.periods import Period
from sessions.reports.selection import Selection
from sessions.reports.slots import grain_of


def backlog(
    reader: Agent, selection: Selection, step: str = "", kept: Kept | None = None
) -> list[tuple[datetime, int]]:
    """At the beginning of each hour, day, week or month of the period."""
    period = selection.period
    step = step or period.step
    facts, (begin, _) = _facts(reader, selection), period.moments
    before = Q(opened_at__lt=begin) & (Q(closed_at__isnull=True) | Q(closed_at__gte=begin))
    if _is_kept(reader, selection, step):
        days = series(reader, ["sessions", "closed"], selection, step, kept)
        moved = [(some["sessions"].count, some["closed"].count) for _start, some in days]
    else:
        moments = ("opened_at", "closed_at")
        moved = list(zip(*(_in_steps(facts, at, period, step) for at in moments), strict=True))
    found, now = [], facts.filter(before).count()
    for start, (more, fewer) in zip(period.starts(step), moved, strict=True):
        found.append((start, now))
        now += more - fewer
    return found


def _is_kept(reader: Agent, selection: Selection, step: str) -> bool:
    """What is kept of days says how many, but not who had them or at which hour."""
    return step != "hour" and selection.is_of_days and not selection.is_personal(reader)


def _facts(reader: Agent, selection: Selection) -> QuerySet:
    """Of an agent those that they have, or had when it ended."""
    found = reader.visible(SessionFact.objects.all())
    if selection.accounts:
        found = found.filter(account__in=selection.accounts)
    agents = selection.agents if reader.is_lead else (reader.pk,)
    return found.filter(owner__in=agents) if agents else found


def _in_steps(facts: QuerySet, at: str, period: Period, step: str) -> list[int]:
    begin, end = period.moments
    starts, grain = period.starts(step), grain_of(period, step)
    within = facts.filter(**{f"{at}__gte": begin, f"{at}__lt": end})
    slots = within.annotate(by_=grain.of(at)).values_list("by_").annotate(rows=Count("*"))
    found = [0] * len(starts)
    for slot, rows in slots.order_by():
        found[max(0, bisect_right(starts, grain.moment(slot)) - 1)] += rows
    return found
