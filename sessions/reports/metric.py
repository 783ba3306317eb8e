"""What a metric is: rows of one table of facts, each in the day at which its value came about.

A number, its parts by agent or day, and the list behind it are one queryset, so they agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Count, Model, Q, Sum, Value
from django.db.models.aggregates import Aggregate
from django.utils.functional import Promise

from sessions.models import SessionFact


class Unit(StrEnum):
    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"  # 0 to 1
    RATIO = "ratio"
    SCORE = "score"  # 1 to 5


# What many have in common.
TIME = {"unit": Unit.SECONDS, "is_better": -1}
GOOD, BAD = {"unit": Unit.SHARE, "is_better": 1}, {"unit": Unit.SHARE, "is_better": -1}


@dataclass(frozen=True)
class Metric:
    """`at` puts a row into a day and `agent` says whose it is (R7, R8): columns of `model`.

    A duration is a column of seconds, `value`, and has a median. Of all others the number is how many
    rows of `among` are `part`, or how many different they are in `distinct`, or what they add up to in
    `total`; a share or ratio divides that by all of `among`, different ones by different ones.
    """

    name: str
    label: str | Promise
    formula: str | Promise
    unit: Unit = Unit.COUNT
    model: type[Model] = SessionFact
    at: str = "opened_at"
    agent: str = "owner"
    among: Q = field(default_factory=Q)
    part: Q = field(default_factory=Q)
    value: str = ""
    total: str = ""
    distinct: str = ""
    is_better: int = 0  # 1: more is, -1: less is

    @property
    def is_duration(self) -> bool:
        return bool(self.value)

    @property
    def is_divided(self) -> bool:
        return self.unit in (Unit.SHARE, Unit.RATIO, Unit.SCORE)

    @property
    def has_business(self) -> bool:
        fields = {f.name for f in self.model._meta.concrete_fields}
        return f"{self.value}_business" in fields

    def column(self, is_business: bool) -> str:
        return f"{self.value}_business" if is_business and self.has_business else self.value

    @property
    def rows(self) -> Q:
        """The rows that make the number: of a share, those that are its part."""
        added = Q(**{f"{self.total}__gt": 0}) if self.total else Q()
        known = Q(**{f"{self.value}__isnull": False}) if self.value else Q()
        return self.among & self.part & added & known

    def different(self) -> Mapping[str, Q]:
        """Where different ones are counted: whose, of the number and of what divides it."""
        whole = {"whole": self.among} if self.is_divided else {}
        return {"part": self.rows} | whole

    def aggregates(self) -> Mapping[str, Aggregate]:
        """Of all but durations: `part` and `whole` of the rows within a period."""
        counted = self.among & self.part
        if self.distinct:
            part: Aggregate = self._different(counted)
            if self.is_divided:
                return {"part": part, "whole": self._different(self.among)}
        elif self.total:
            part = Sum(self.total, filter=counted or None, default=0)
        else:
            part = _count(counted)
        return {"part": part, "whole": _count(self.among)}

    def _different(self, rows: Q) -> Count:
        return Count(self.distinct, filter=rows or None, distinct=True)


def sums_of(metrics: Iterable[Metric]) -> dict[str, Aggregate]:
    """Those of several in one query, as part_sessions, whole_sessions, …"""
    return {
        f"{side}_{metric.name}": aggregate
        for metric in metrics
        for side, aggregate in metric.aggregates().items()
    }


def _count(rows: Q) -> Count:
    return Count(Value(1), filter=rows) if rows else Count("*")
