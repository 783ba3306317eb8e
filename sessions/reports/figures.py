"""The numbers: metrics of a selection, with those of the period before, by whatever, or over time.

figures(reader, ["sessions", "first_reply"], selection)          {name: Figure}
breakdown(reader, names, selection, "agent")                     {agent's key: {name: Figure}}
series(reader, names, selection, "day")                          [(start, {name: Figure})]
heatmap(reader, names, selection)                                {(weekday, hour): {name: Figure}}
distribution(reader, "first_reply", selection, [60, 300])        [(60, 12), (300, 31), (None, 4)]
rows(reader, "first_reply", selection)                           the facts behind the number

Who asks several times for one page gives the same `kept` each time, so that nothing is read twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from sessions.models import Agent, SessionFact
from sessions.reports.counting import By, Kept, count
from sessions.reports.metric import Metric
from sessions.reports.metrics import METRICS
from sessions.reports.rollups import WORDS, Counted, Place
from sessions.reports.selection import Selection
from sessions.reports.slots import HOUR, MONDAY, WEEK, Slot, constant_offset, grain_of
from sessions.reports.spread import Spread

FEW = 5  # of fewer rows a number says little (R6)
BY = ("agent", "account", "entrance", "closed_by", "asked_by", "muted_after", "tag")
KEPT_BY = {
    "agent": Place(whose=lambda account, agent: agent),
    "account": Place(whose=lambda account, agent: account),
    **{by: Place(whose=lambda account, word: word, by=by) for by in WORDS},
}
Figures = dict[str, "Figure"]


@dataclass(frozen=True)
class Figure:
    """`value` is a duration's median. `n` is of how many rows it was made, `count` how many `rows` gives."""

    metric: Metric
    value: float | None
    n: int = 0
    count: int = 0
    p90: float | None = None
    mean: float | None = None
    previous: "Figure | None" = None

    @property
    def is_thin(self) -> bool:
        return self.n < FEW

    @property
    def change(self) -> float | None:
        """By which part it has grown: 0.1 is a tenth more than before."""
        before = self.previous and self.previous.value
        return None if not before or self.value is None else self.value / before - 1

    @property
    def is_better(self) -> bool | None:
        """None where neither more nor less is better."""
        change = self.change
        return (
            None if not change or not self.metric.is_better else change * self.metric.is_better > 0
        )


def figures(
    reader: Agent,
    names: Iterable[str],
    selection: Selection,
    *,
    compare: bool = True,
    kept: Kept | None = None,
) -> Figures:
    names = list(names)
    found = _figures(reader, names, selection, kept)
    if not compare:
        return found
    before = _figures(reader, names, selection.previous(), kept)
    return {name: replace(found[name], previous=before[name]) for name in names}


def breakdown(
    reader: Agent,
    names: Iterable[str],
    selection: Selection,
    by: str,
    kept: Kept | None = None,
) -> dict[Any, Figures]:
    """By what each row is of; None is nobody's, or was not told."""
    whose = By(lambda metric: column_of(metric, by), kept=KEPT_BY.get(by))
    return _by(reader, names, selection, whose, kept)


def series(
    reader: Agent,
    names: Iterable[str],
    selection: Selection,
    step: str = "",
    kept: Kept | None = None,
) -> list[tuple[datetime, Figures]]:
    """One entry for each hour, day, week or month of the period, empty ones as well."""
    names, period = list(names), selection.period
    step = step or period.step
    starts, grain = period.starts(step), grain_of(period, step)

    def begun(moment: datetime) -> datetime:
        """A week may have begun before the period."""
        return starts[max(0, bisect_right(starts, moment) - 1)]

    when = By(
        lambda metric: grain.of(metric.at),
        cache(lambda slot: begun(grain.moment(slot))),
        Place(cache(lambda day: begun(period.start_of(day)))) if step != "hour" else None,
    )
    found = _by(reader, names, selection, when, kept)
    nothing = _all([METRICS[name] for name in names], {})
    return [(start, found.get(start, nothing)) for start in starts]


def heatmap(
    reader: Agent, names: Iterable[str], selection: Selection
) -> dict[tuple[int, int], Figures]:
    """By weekday (Monday is 0) and hour."""
    period = selection.period
    offset = constant_offset(period)
    if offset is not None:

        def hours(metric: Metric) -> Slot:
            return Slot(metric.at, HOUR, offset + MONDAY, wrap=WEEK // HOUR)

        return _by(reader, names, selection, By(hours, lambda slot: divmod(slot, 24)))
    grain = grain_of(period, "hour")

    def place(slot: int) -> tuple[int, int]:
        local = grain.moment(slot).astimezone(period.zone)
        return local.weekday(), local.hour

    when = By(lambda metric: grain.of(metric.at), cache(place))
    return _by(reader, names, selection, when)


def distribution(
    reader: Agent, name: str, selection: Selection, limits: Sequence[int], kept: Kept | None = None
) -> list[tuple[int | None, int]]:
    """How many rows of a duration are above the limit before and not above this one."""
    counted = count(reader, [METRICS[name]], selection, None, kept)[None].get(name, Counted())
    found = [0] * (len(limits) + 1)
    for seconds, many in counted.seconds.items():
        found[bisect_left(limits, seconds)] += many
    return list(zip([*limits, None], found, strict=True))


def rows(reader: Agent, name: str, selection: Selection) -> QuerySet:
    """The facts that make a number; there are as many as its `count` (R9)."""
    metric = METRICS[name]
    return selection.facts(reader, metric).filter(metric.rows)


# --- pieces ---------------------------------------------------------------------------------------


def _figures(reader: Agent, names: list[str], selection: Selection, kept: Kept | None) -> Figures:
    metrics = [METRICS[name] for name in names]
    return _all(metrics, count(reader, metrics, selection, None, kept)[None])


def _by(
    reader: Agent, names: Iterable[str], selection: Selection, by: By, kept: Kept | None = None
) -> dict[Any, Figures]:
    metrics = [METRICS[name] for name in names]
    found = count(reader, metrics, selection, by, kept)
    return {key: _all(metrics, counted) for key, counted in found.items()}


def column_of(metric: Metric, by: str) -> str:
    if by == "agent":
        return metric.agent
    if by == "account":
        return "account"
    if by == "tag":
        return "session__tags"
    if by not in BY:
        raise ValueError(by)
    return by if metric.model is SessionFact else f"session__fact__{by}"


def _all(metrics: Iterable[Metric], counted: dict[str, Counted]) -> Figures:
    return {metric.name: _figure(metric, counted.get(metric.name)) for metric in metrics}


def _figure(metric: Metric, counted: Counted | None) -> Figure:
    counted = counted or Counted()
    if metric.is_duration:
        spread = Spread.of(counted.seconds)
        if spread is None:
            return Figure(metric, None)
        return Figure(metric, spread.median, spread.n, spread.n, spread.p90, spread.mean)
    part, whole = counted.part, counted.whole
    if metric.is_divided:
        return Figure(metric, part / whole if whole else None, whole, part)
    return Figure(metric, part, whole, part)
