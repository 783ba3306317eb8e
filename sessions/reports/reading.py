"""A report while it is made: who reads it, what was asked, and the names of what is counted."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.models import Account
from sessions.models import Agent, Hours, Recount, SessionFact, Tag
from sessions.reports import figures as numbers
from sessions.reports import narrowing
from sessions.reports.asking import Asked
from sessions.reports.charts import Chart, Columns, Line, Series, Spark
from sessions.reports.colleagues import colleagues
from sessions.reports.counting import Kept
from sessions.reports.failing import Reason
from sessions.reports.figures import Figures
from sessions.reports.metrics import METRICS
from sessions.reports.naming import Names
from sessions.reports.narrowing import Pairs
from sessions.reports.parts import Part, Tile, metric_cells, metric_columns
from sessions.reports.saying import Kind
from sessions.reports.selection import Selection
from sessions.reports.steps import Steps
from sessions.reports.tables import Cell, Column, Table

MOST_ENTRANCES = 50
Value = Callable[[numbers.Figure], float | None]


class Reading:
    """`report`: the one that is read, to which the lists behind its numbers lead back."""

    def __init__(self, reader: Agent, asked: Asked, report: str = "") -> None:
        self.reader, self.asked, self.report = reader, asked, report
        self._figures: Figures = {}
        self._series: dict[str, list[numbers.Figure]] = {}
        self._starts: list[datetime] = []
        self.kept: Kept = {}

    @cached_property
    def accounts(self) -> list[Account]:
        found = self.reader.visible_accounts().select_related("connection")
        return sorted(found, key=str)

    @cached_property
    def agents(self) -> list[Agent]:
        """Whom a lead may choose."""
        chosen = [int(key) for key in self.asked.agent]
        return sorted(colleagues(self.reader, self.asked.days, chosen), key=str)

    @cached_property
    def tags(self) -> list[Tag]:
        return list(Tag.of_sessions())

    @cached_property
    def entrances(self) -> list[str]:
        """Those of the period, and those that were chosen."""
        begin, end = self.asked.days.moments
        facts = self.reader.visible(SessionFact.objects.order_by())
        facts = facts.filter(opened_at__gte=begin, opened_at__lt=end).exclude(entrance="")
        found = facts.values_list("entrance", flat=True).distinct()[:MOST_ENTRANCES]
        return sorted({*found, *self.asked.entrance})

    @cached_property
    def backends(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for account in self.accounts:
            found.setdefault(account.connection.backend, []).append(account.pk)
        return found

    @cached_property
    def steps(self) -> Steps:
        return Steps(self.asked.days, self.asked.rhythm, timezone.now())

    @cached_property
    def selection(self) -> Selection:
        return self.asked.selection(self.backends)

    # --- business time --------------------------------------------------------------------------

    @cached_property
    def _counted(self) -> list[Account]:
        chosen = self.selection.accounts
        return [one for one in self.accounts if not chosen or one.pk in chosen]

    @property
    def always_open(self) -> list[Account]:
        """Of these, business time is calendar time."""
        rows = Hours.objects.filter(account__in=self._counted)
        known = set(rows.values_list("account", flat=True))
        return [one for one in self._counted if one.pk not in known]

    @property
    def counted_anew_since(self) -> date | None:
        """The first day whose figures are yet to follow changed hours."""
        found = Recount.objects.filter(account__in=self._counted)
        return found.aggregate(first=Min("since"))["first"]

    # --- numbers, and where they lead -----------------------------------------------------------

    def figures(self, *names: str) -> Figures:
        """Each is asked for once, however many parts of a page show it; so are series."""
        if left := [name for name in names if name not in self._figures]:
            self._figures |= numbers.figures(
                self.reader,
                left,
                self.selection,
                compare=self.asked.is_compared,
                kept=self.kept,
            )
        return {name: self._figures[name] for name in names}

    def series(self, *names: str) -> list[tuple[datetime, Figures]]:
        if left := [name for name in names if name not in self._series]:
            rhythm = self.asked.rhythm
            found = numbers.series(self.reader, left, self.selection, rhythm, self.kept)
            self._starts = [start for start, _some in found]
            self._series |= {name: [some[name] for _start, some in found] for name in left}
        return [
            (start, {name: self._series[name][place] for name in names})
            for place, start in enumerate(self._starts)
        ]

    def distribution(self, name: str, limits: Sequence[int]) -> list[tuple[int | None, int]]:
        return numbers.distribution(self.reader, name, self.selection, limits, self.kept)

    def rows(self, name: str) -> QuerySet:
        return numbers.rows(self.reader, name, self.selection)

    def address(self, metric: str, pairs: Pairs | None = None) -> str:
        report = {"report": self.report} if self.report else {}
        query = [*self.asked.pairs(), *report.items(), *(pairs or {}).items()]
        asked = f"?{urlencode(query)}" if query else ""
        return reverse("report_rows", args=[metric]) + asked

    def address_of_reason(self, reason: Reason) -> str:
        told = {"type": reason.type} | ({} if reason.code is None else {"code": reason.code})
        return f"{reverse('report_failed')}?{urlencode([*self.asked.pairs(), *told.items()])}"

    def name_of(self, by: str, key: Any) -> str:
        return self._names.of(by, key)

    @cached_property
    def _names(self) -> Names:
        """Also of those whom this lead may not choose: rows tell what they did elsewhere before."""
        is_part = self.reader.is_lead and not self.reader.serves_all
        agents = Agent.objects.all() if is_part else self.agents
        return Names(self.reader, agents, self.accounts, self.tags)

    # --- parts of a page ------------------------------------------------------------------------

    def tiles(self, *names: str, sparks: bool = True) -> list[Tile]:
        found = self.figures(*names)
        lines = self.series(*names) if sparks else []
        return [
            Tile(
                found[name],
                self.address(name),
                self._spark([some[name] for _start, some in lines]) if sparks else None,
            )
            for name in names
        ]

    def by(self, by: str, title: str, head: str, names: Sequence[str], name: str = "") -> Table:
        """One row for each account, agent …; the most of the first metric stands first."""
        found = numbers.breakdown(self.reader, names, self.selection, by, self.kept)
        keys = sorted(
            found, key=lambda key: (-(found[key][names[0]].value or 0), self.name_of(by, key))
        )
        hues = {tag.pk: tag.hue for tag in self.tags} if by == "tag" else {}
        hues = {one.pk: one.colour for one in self.accounts} if by == "account" else hues
        rows = [
            [
                Cell(self.name_of(by, key), hue=hues.get(key)),
                *self._cells(names, found[key], narrowing.of(by, key)),
            ]
            for key in keys
        ]
        # One session may have several tags: their rows do not add up.
        total = self.figures(*names) if len(rows) > 1 else None
        last = total and [Cell(_("All")), *self._cells(names, total, {})]
        return Table(
            name or f"by-{by.replace('_', '-')}", title, self._columns(head, names), rows, last
        )

    def over_time(
        self, names: Sequence[str], title: str, name: str = "over-time"
    ) -> tuple[Table, list[tuple[datetime, Figures]]]:
        found, steps = self.series(*names), self.steps
        rows = [
            [Cell(words), *self._cells(names, some, narrowing.between(start, end))]
            for words, (start, some), end in zip(steps.rows, found, steps.ends, strict=False)
        ]
        return Table(name, title, self._columns(steps.head, names), rows), found

    def time_part(
        self, names: Sequence[str], title: str, *, shown: Sequence[str] = (), p90: bool = False,
        stacked: bool = False, name: str = "over-time", is_folded: bool = True,
    ) -> Part:  # fmt: skip
        """A table over time, and its first metrics as a chart."""
        table, found = self.over_time(names, title, name)
        shown = shown or names[:1]
        figures = {one: [some[one] for _start, some in found] for one in shown}
        series = [self._line(METRICS[one].label, figures[one], _value) for one in shown]
        if p90:
            some, told = figures[shown[0]], {"metric": METRICS[shown[0]].label}
            series = [
                self._line(_("%(metric)s (median)") % told, some, _value),
                self._line(_("%(metric)s (p90)") % told, some, lambda figure: figure.p90),
            ]
        kind = Kind(METRICS[shown[0]].unit)
        is_column = kind == Kind.COUNT and (stacked or len(series) == 1)
        draw: type[Chart] = Columns if is_column else Line
        steps = self.steps
        chart = draw(f"chart-{name}", title, steps.names, series, kind, steps.unfinished)
        return Part(name, title, table, chart, is_folded=is_folded)

    def _line(self, label: str, figures: list[numbers.Figure], value: Value) -> Series:
        """Of what has yet to come nothing is known."""
        begun = self.steps.begun
        values = [value(figure) if at < begun else None for at, figure in enumerate(figures)]
        return Series(label, values, [at for at, one in enumerate(figures) if _is_weak(one)])

    def _spark(self, figures: list[numbers.Figure]) -> Spark:
        return Spark(self._line("", figures, _value).values, self.steps.unfinished)

    def _columns(self, head: str, names: Iterable[str]) -> list[Column]:
        return [
            Column(head), *(column for name in names for column in metric_columns(METRICS[name]))
        ]  # fmt: skip

    def _cells(self, names: Iterable[str], found: Figures, pairs: Pairs) -> list[Cell]:
        return [
            cell
            for name in names
            for cell in metric_cells(found[name], self.address(name, pairs))
        ]  # fmt: skip


def _value(figure: numbers.Figure) -> float | None:
    """A count of nothing is zero; a median of nothing is a gap."""
    if figure.value is None and not (figure.metric.is_duration or figure.metric.is_divided):
        return 0
    return figure.value


def _is_weak(figure: numbers.Figure) -> bool:
    """Made of few. A count of few is none the less true."""
    is_made = figure.metric.is_duration or figure.metric.is_divided
    return is_made and figure.value is not None and figure.is_thin
