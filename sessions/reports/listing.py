"""What stands behind a number: its rows, as many as it says, each leading to its session."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.models import Session
from sessions.reports.figures import Figure
from sessions.reports.metrics import METRICS
from sessions.reports.narrowing import Narrowing
from sessions.reports.parts import weekday_name
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind, span_name
from sessions.reports.spread import Spread
from sessions.reports.tables import Cell, Column, Table

CHUNK = 500
WHEN = {
    "opened_at": gettext_lazy("Opened"),
    "closed_at": gettext_lazy("Ended"),
    "first_reply_at": gettext_lazy("First reply"),
    "first_answer_at": gettext_lazy("First answer"),
    "assigned_at": gettext_lazy("Assigned"),
    "queue_left_at": gettext_lazy("Left the queue"),
    "lost_at": gettext_lazy("Window closed"),
    "muted_at": gettext_lazy("Muted at"),
    "rated_at": gettext_lazy("Rated"),
    "asked_at": gettext_lazy("Asked"),
    "began_at": gettext_lazy("Began"),
    "ended_at": gettext_lazy("Left"),
    "slowest_at": gettext_lazy("Replied"),
    "at": gettext_lazy("Replied"),
}


class Listing:
    def __init__(self, reading: Reading, name: str, narrowing: Narrowing) -> None:
        self.reading, self.metric, self.narrowing = reading, METRICS[name], narrowing

    @cached_property
    def rows(self) -> QuerySet:
        """The newest first; of a share only its part, unless all of it is asked for."""
        kept = self.metric.among if self.narrowing.is_whole else self.metric.rows
        return self._facts.filter(kept).order_by(f"-{self.metric.at}", "-pk")

    @property
    def _facts(self) -> QuerySet:
        reading = self.reading
        facts = reading.selection.facts(reading.reader, self.metric)
        asked = reading.asked
        return self.narrowing.narrow(facts, self.metric, asked.zone, asked.is_business)

    @cached_property
    def figure(self) -> Figure:
        """The number anew, from these rows alone."""
        metric = self.metric
        if metric.is_duration:
            column = metric.column(self.reading.selection.is_business)
            pairs = self.rows.order_by().values_list(column).annotate(rows=Count("*"))
            spread = Spread.of(dict(pairs))
            if not spread:
                return Figure(metric, None)
            return Figure(metric, spread.median, spread.n, spread.n, spread.p90, spread.mean)
        found = self._facts.order_by().aggregate(**metric.aggregates())
        part, whole = found["part"], found["whole"]
        value = (part / whole if whole else None) if metric.is_divided else part
        return Figure(metric, value, whole, part)

    @property
    def narrowed(self) -> list[str]:
        """In words, in which row, column or place the number stood."""
        by, told, reading = self.narrowing.by, self.narrowing.numbers, self.reading
        found = []
        if by == "score":
            found.append(f"{self.narrowing.key} ★")
        elif by and (by != "agent" or self.figure.n):  # a name of those alone who did something
            found.append(reading.name_of(by, self.narrowing.key))
        if "from" in told:
            found.append(reading.steps.name(datetime.fromtimestamp(told["from"], UTC), full=True))
        if 0 <= told.get("weekday", -1) < 7:
            found.append(f"{weekday_name(told['weekday'])} {told.get('hour', 0):02}:00")
        if "over" in told or "upto" in told:
            found.append(span_name(told.get("over"), told.get("upto")))
        return found

    # --- as a table -----------------------------------------------------------------------------

    @property
    def columns(self) -> list[Column]:
        metric, measured = self.metric, []
        if self._measured:
            kind = Kind.SECONDS if metric.unit == Kind.SECONDS else Kind.COUNT
            measured = [Column(metric.label, kind)]
        return columns_of(WHEN.get(metric.at, _("When")), *measured)

    @property
    def _measured(self) -> str:
        """The column that is added up or whose median it is."""
        metric = self.metric
        return metric.column(self.reading.selection.is_business) if metric.value else metric.total

    def table(self, facts: Iterable[Any]) -> Table:
        return Table("rows", self.metric.label, self.columns, list(self.cells(facts)))

    def all_values(self) -> Iterator[list[Any]]:
        """For a file of any length."""
        facts = self.rows.iterator(CHUNK)
        while chunk := list(islice(facts, CHUNK)):
            yield from ([cell.value for cell in row] for row in self.cells(chunk))

    def cells(self, facts: Iterable[Any]) -> Iterator[list[Cell]]:
        return cells_of(self.reading, facts, self.metric.agent, self.metric.at, self._measured)


def columns_of(when: Any, *measured: Column) -> list[Column]:
    names = Column(_("Customer")), Column(_("Account")), Column(_("Agent"))
    return [*names, Column(when, Kind.MOMENT), *measured, Column(_("Session"))]


def cells_of(
    reading: Reading, rows: Iterable[Any], agent: str, at: str, measured: str = ""
) -> Iterator[list[Cell]]:
    """A session that was erased is still counted (R10), without a name."""
    rows = list(rows)
    sessions = _sessions(reading, rows)
    for row in rows:
        session, holder = sessions.get(row.session_id), getattr(row, f"{agent}_id")
        href = reverse("session", args=[row.session_id]) if session else ""
        servicer = getattr(row, "servicer", "")
        yield [
            Cell(str(session.customer) if session else _("(erased)"), href),
            Cell(reading.name_of("account", row.account_id)),
            Cell(reading.name_of("agent", holder) if holder else servicer),
            Cell(getattr(row, at)),
            *([Cell(getattr(row, measured))] if measured else []),
            Cell(row.session_id, href),
        ]


def _sessions(reading: Reading, facts: Iterable[Any]) -> dict[int, Session]:
    pks = {fact.session_id for fact in facts}
    return reading.reader.sessions().select_related("customer").in_bulk(pks)
