"""What the database counts of facts: few queries for many metrics, whole, by a key or over time."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import Combinable

from sessions.models import Agent
from sessions.reports.metric import Metric
from sessions.reports.selection import Selection

Key = Callable[[Metric], str | Combinable]
Place = Callable[[Any], Hashable]


@dataclass
class Counted:
    """Of a duration the pairs (seconds, how many rows), of anything else two numbers."""

    part: float = 0
    whole: int = 0
    pairs: list[tuple[int, int]] = field(default_factory=list)
    # Different ones, where parts have to be joined.
    seen: set[Any] = field(default_factory=set)
    seen_in_all: set[Any] = field(default_factory=set)


Found = dict[Any, dict[str, Counted]]


def count(
    reader: Agent,
    metrics: Iterable[Metric],
    selection: Selection,
    key: Key | None = None,
    place: Place | None = None,
) -> Found:
    """By None, by `key`, or by where `place` puts each key."""
    found: Found = defaultdict(lambda: defaultdict(Counted))
    together: dict[tuple, list[Metric]] = defaultdict(list)
    for metric in metrics:
        facts = selection.facts(reader, metric)
        if metric.is_duration:
            _count_durations(facts, metric, selection, key, place, found)
        elif metric.distinct and place:
            _count_different(facts, metric, key, place, found)
        else:
            together[_kind_of(metric, reader, selection, key)].append(metric)
    for some in together.values():
        _count_rows(selection.facts(reader, some[0]), some, key, place, found)
    return found


def _kind_of(metric: Metric, reader: Agent, selection: Selection, key: Key | None) -> tuple:
    """Metrics of the same kind are counted in one query."""
    whose = metric.agent if selection.is_personal(reader) else ""
    return metric.model, metric.at, whose, str(key(metric)) if key else ""


def _count_durations(
    facts: QuerySet, metric: Metric, selection: Selection, key, place, found: Found
) -> None:
    column = metric.column(selection.is_business)
    by = _by(facts.filter(metric.rows), metric, key)
    # The seconds first: by them an index has the rows in order already.
    pairs = by.values(column, *_names(key)).annotate(rows=Count("*"))
    for seconds, *at, many in pairs.values_list(column, *_names(key), "rows"):
        found[_placed(at, place)][metric.name].pairs.append((seconds, many))


def _count_different(facts: QuerySet, metric: Metric, key, place, found: Found) -> None:
    """One who comes twice in a week is two of its days, and one of the week."""

    def pairs(rows: Q) -> Iterator[tuple[Counted, Any]]:
        by = _by(facts.filter(rows), metric, key)
        for at, one in by.values_list("by_", metric.distinct).distinct():
            yield found[place(at)][metric.name], one

    for counted, one in pairs(metric.rows):
        counted.seen.add(one)
        counted.part = counted.whole = len(counted.seen)
    if metric.is_divided:
        for counted, one in pairs(metric.among):
            counted.seen_in_all.add(one)
            counted.whole = len(counted.seen_in_all)


def _count_rows(facts: QuerySet, metrics: list[Metric], key, place, found: Found) -> None:
    sums = {
        f"{side}_{metric.name}": aggregate
        for metric in metrics
        for side, aggregate in metric.aggregates().items()
    }
    by = _by(facts, metrics[0], key)
    rows = by.values("by_").annotate(**sums).values("by_", *sums) if key else [by.aggregate(**sums)]
    for row in rows:
        at = _placed([row["by_"]] if key else [], place)
        for metric in metrics:
            counted = found[at][metric.name]
            counted.part += row[f"part_{metric.name}"]
            counted.whole += row[f"whole_{metric.name}"]


def _by(facts: QuerySet, metric: Metric, key: Key | None) -> QuerySet:
    if not key:
        return facts
    expression = key(metric)
    return facts.annotate(by_=F(expression) if isinstance(expression, str) else expression)


def _names(key: Key | None) -> tuple[str, ...]:
    return ("by_",) if key else ()


def _placed(at: list[Any], place: Place | None) -> Any:
    if not at:
        return None
    return place(at[0]) if place else at[0]
