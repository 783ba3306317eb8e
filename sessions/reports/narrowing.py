"""From a number in a table to its rows: which row, column or place of a map it stood in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.http import QueryDict

from sessions.models import SessionFact
from sessions.reports.figures import BY, column_of
from sessions.reports.metric import Metric

NUMBERS = ("agent", "account", "tag", "score")
Pairs = dict[str, Any]


def of(by: str, key: Any) -> Pairs:
    """A row of a breakdown; the key of nobody is not told."""
    return {"by": by} | ({} if key is None else {"key": key})


def between(begin: datetime, end: datetime) -> Pairs:
    return {"from": int(begin.timestamp()), "to": int(end.timestamp())}


def at(weekday: int, hour: int) -> Pairs:
    return {"weekday": weekday, "hour": hour}


def lasting(over: int | None, upto: int | None) -> Pairs:
    found = {"over": over, "upto": upto}
    return {name: seconds for name, seconds in found.items() if seconds is not None}


@dataclass(frozen=True)
class Narrowing:
    """`is_whole`: of a share, all that it was made of."""

    by: str = ""
    key: Any = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    is_whole: bool = False

    @classmethod
    def parse(cls, params: QueryDict) -> "Narrowing":
        by, key = params.get("by", ""), params.get("key")
        if key is not None:
            key = _key(key) if by in NUMBERS else key.replace("\0", "")
        names = ("from", "to", "weekday", "hour", "over", "upto")
        numbers = {name: int(params[name]) for name in names if _is_number(params.get(name))}
        is_whole = params.get("of") == "all"
        return cls(by if by in (*BY, "score") else "", key, numbers, is_whole)

    def narrow(self, rows: QuerySet, metric: Metric, zone: tzinfo, is_business: bool) -> QuerySet:
        told = self.numbers
        if self.by:
            column = _column(metric, self.by)
            where = {f"{column}__isnull": True} if self.key is None else {column: self.key}
            rows = rows.filter(**where)
        if "from" in told:
            rows = rows.filter(**{f"{metric.at}__gte": _moment(told["from"])})
        if "to" in told:
            rows = rows.filter(**{f"{metric.at}__lt": _moment(told["to"])})
        if "weekday" in told and "hour" in told:
            rows = rows.annotate(
                weekday_=ExtractIsoWeekDay(metric.at, tzinfo=zone),
                hour_=ExtractHour(metric.at, tzinfo=zone),
            ).filter(weekday_=told["weekday"] + 1, hour_=told["hour"])
        return rows.filter(self._lasting(metric, is_business))

    def _lasting(self, metric: Metric, is_business: bool) -> Q:
        column, lasting = metric.column(is_business), Q()
        if metric.is_duration and "over" in self.numbers:
            lasting &= Q(**{f"{column}__gt": self.numbers["over"]})
        if metric.is_duration and "upto" in self.numbers:
            lasting &= Q(**{f"{column}__lte": self.numbers["upto"]})
        return lasting


def _column(metric: Metric, by: str) -> str:
    if by != "score":
        return column_of(metric, by)
    return by if metric.model is SessionFact else "session__fact__score"


def _key(text: str) -> int:
    """What is none finds nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _is_number(text: str | None) -> bool:
    return bool(text) and text.isascii() and text.isdigit() and len(text) < 12


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
