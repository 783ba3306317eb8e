"""What is counted for a report: days that are over from rollups, the rest from facts.

Whole, by a key or over time; few queries for many metrics, however many rows there are.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.expressions import Combinable

from sessions.models import Agent
from sessions.reports.metric import Metric, sums_of
from sessions.reports.rollups import Counted, Found, Place, Rollups
from sessions.reports.selection import Selection, Span

Kept = dict[Selection, Rollups]


@dataclass(frozen=True)
class By:
    """What is counted apart: `column` says it of a fact, and `key` makes a key of what it holds.

    `kept` says it of what is kept of days; without it only facts know.
    """

    column: Callable[[Metric], str | Combinable]
    key: Callable[[Any], Hashable] | None = None
    kept: Place | None = None


def count(
    reader: Agent,
    metrics: Iterable[Metric],
    selection: Selection,
    by: By | None = None,
    kept: Kept | None = None,
) -> Found:
    """By None, or by what `by` says. What has been read once for a report is found in `kept`."""
    found: Found = defaultdict(lambda: defaultdict(Counted))
    metrics = list(metrics)
    spans = [selection.period.moments]
    place = by.kept if by else Place()
    kept = {} if kept is None else kept
    rollups = kept.setdefault(selection, Rollups(reader, selection))
    if place and rollups.know(place):
        rollups.count(metrics, place, found)
        spans = rollups.rest
    if spans:
        _Facts(reader, selection, spans, by, found).count(metrics)
    return found


@dataclass
class _Facts:
    """Rows of some spans of a selection, added to what was found."""

    reader: Agent
    selection: Selection
    spans: list[Span]
    by: By | None
    found: Found

    def count(self, metrics: Iterable[Metric]) -> None:
        together: dict[tuple, list[Metric]] = defaultdict(list)
        for metric in metrics:
            if metric.is_duration:
                self._count_durations(metric)
            elif metric.distinct and self._is_in_parts:
                self._count_different(metric)
            else:
                together[self._kind_of(metric)].append(metric)
        for some in together.values():
            self._count_rows(some)

    @property
    def _is_in_parts(self) -> bool:
        """One who comes twice in a week is two of its days, and one of the week."""
        has_key = self.by is not None and self.by.key is not None
        return has_key or self.spans != [self.selection.period.moments]

    def _kind_of(self, metric: Metric) -> tuple:
        """Metrics of the same kind are counted in one query."""
        whose = metric.agent if self.selection.is_personal(self.reader) else ""
        return metric.model, metric.at, whose, str(self.by.column(metric)) if self.by else ""

    def _rows(self, metric: Metric) -> QuerySet:
        facts = self.selection.facts(self.reader, metric, self.spans).order_by()
        if not self.by:
            return facts
        column = self.by.column(metric)
        return facts.annotate(by_=F(column) if isinstance(column, str) else column)

    @property
    def _names(self) -> tuple[str, ...]:
        return ("by_",) if self.by else ()

    def _at(self, key: list[Any]) -> Hashable:
        if not self.by:
            return None
        return self.by.key(key[0]) if self.by.key else key[0]

    def _count_durations(self, metric: Metric) -> None:
        column = metric.column(self.selection.is_business)
        rows = self._rows(metric).filter(metric.rows).values(column, *self._names)
        rows = rows.annotate(rows=Count("*")).values_list(column, *self._names, "rows")
        for seconds, *key, many in rows:
            self.found[self._at(key)][metric.name].seconds[seconds] += many

    def _count_different(self, metric: Metric) -> None:
        for side, some in metric.different().items():
            rows = self._rows(metric).filter(some).values_list(metric.distinct, *self._names)
            for one, *key in rows.distinct():
                self.found[self._at(key)][metric.name].see([one], side)

    def _count_rows(self, metrics: list[Metric]) -> None:
        sums = sums_of(metrics)
        rows = self._rows(metrics[0])
        grouped = rows.values("by_").annotate(**sums).values("by_", *sums) if self.by else None
        for row in [rows.aggregate(**sums)] if grouped is None else grouped:
            at = self._at([row.get("by_")])
            for metric in metrics:
                part, whole = row[f"part_{metric.name}"], row[f"whole_{metric.name}"]
                self.found[at][metric.name].add(part, whole)
