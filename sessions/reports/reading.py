"""A report while it is made: who reads it, what was asked, and the names of what is counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import codes
from messaging.models import Account
from sessions.models import Agent, Hours, Phrase, Recount, Session, SessionFact, Tag
from sessions.reports import figures as numbers
from sessions.reports import narrowing
from sessions.reports.asking import Asked
from sessions.reports.charts import Chart, Columns, Line, Series, Spark
from sessions.reports.counting import Kept
from sessions.reports.failing import Reason
from sessions.reports.figures import Figures
from sessions.reports.metrics import METRICS
from sessions.reports.narrowing import Pairs
from sessions.reports.parts import Part, Tile, metric_cells, metric_columns
from sessions.reports.saying import Kind
from sessions.reports.selection import Selection
from sessions.reports.tables import Cell, Column, Table

MOST_ENTRANCES = 50
# What a survey went out with: the one-use code of the end costs none of the five messages.
CARRIERS = {
    codes.END: gettext_lazy("The code of the end"),
    "budget": gettext_lazy("One of the five messages"),
    "text": gettext_lazy("A text"),
    "link": gettext_lazy("A link to a page"),
    "platform": gettext_lazy("The platform's own stars"),
}
# What was said last before a customer muted us, where it was no phrase.
AFTER = {
    SessionFact.After.NOTHING: gettext_lazy("Nothing in this session"),
    SessionFact.After.WORDS: gettext_lazy("Own words"),
    SessionFact.After.SURVEY: gettext_lazy("The survey"),
    SessionFact.After.AUTOMATIC: gettext_lazy("An automatic message"),
}


class Reading:
    def __init__(self, reader: Agent, asked: Asked) -> None:
        self.reader, self.asked = reader, asked
        self._figures: Figures = {}
        self._series: dict[str, list[numbers.Figure]] = {}
        self._starts: list[datetime] = []
        self._kept: Kept = {}

    @cached_property
    def accounts(self) -> list[Account]:
        found = self.reader.visible_accounts().select_related("connection")
        return sorted(found, key=str)

    @cached_property
    def agents(self) -> list[Agent]:
        found = Agent.objects.all() if self.reader.is_lead else [self.reader]
        return sorted(found, key=str)

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
                kept=self._kept,
            )
        return {name: self._figures[name] for name in names}

    def series(self, *names: str) -> list[tuple[datetime, Figures]]:
        if left := [name for name in names if name not in self._series]:
            rhythm = self.asked.rhythm
            found = numbers.series(self.reader, left, self.selection, rhythm, self._kept)
            self._starts = [start for start, _some in found]
            self._series |= {name: [some[name] for _start, some in found] for name in left}
        return [
            (start, {name: self._series[name][place] for name in names})
            for place, start in enumerate(self._starts)
        ]

    def distribution(self, name: str, limits: Sequence[int]) -> list[tuple[int | None, int]]:
        return numbers.distribution(self.reader, name, self.selection, limits, self._kept)

    def rows(self, name: str) -> QuerySet:
        return numbers.rows(self.reader, name, self.selection)

    def address(self, metric: str, pairs: Pairs | None = None) -> str:
        query = [*self.asked.pairs(), *(pairs or {}).items()]
        asked = f"?{urlencode(query)}" if query else ""
        return reverse("report_rows", args=[metric]) + asked

    def address_of_reason(self, reason: Reason) -> str:
        told = {"type": reason.type} | ({} if reason.code is None else {"code": reason.code})
        return f"{reverse('report_failed')}?{urlencode([*self.asked.pairs(), *told.items()])}"

    def name_of(self, by: str, key: Any) -> str:
        """Of what a row of a breakdown tells."""
        if by in ("agent", "account", "tag"):
            nobody = {"agent": _("No agent"), "tag": _("No tag")}
            return self._names[by].get(key) or (nobody.get(by, "") if key is None else _("(gone)"))
        if by == "closed_by":
            return capfirst(dict(Session.EndedBy.choices).get(key) or _("Still open"))
        if by == "asked_by":
            return str(CARRIERS.get(key, key or _("Not told")))
        if by == "muted_after":
            return str(AFTER[key]) if key in AFTER else self._phrase(key)
        return key or _("Not told")

    @cached_property
    def _names(self) -> dict[str, dict[int, str]]:
        kinds = {"agent": self.agents, "account": self.accounts, "tag": self.tags}
        return {by: {one.pk: str(one) for one in ones} for by, ones in kinds.items()}

    def _phrase(self, key: str) -> str:
        """By its title to whoever may see the phrase itself."""
        name = self._phrases.get(key)
        return _("(gone)") if name is None else name or _("A colleague's own phrase")

    @cached_property
    def _phrases(self) -> dict[str, str]:
        """Of each its title, with its place if others are called the same."""
        visible = Phrase.objects.visible_to(self.reader).select_related("owner", "team", "account")
        found = list(visible.defer("body", "search", "title_search"))
        often = Counter(one.title for one in found)
        every = Phrase.objects.order_by().values_list("pk", flat=True)
        return dict.fromkeys(map(str, every), "") | {
            str(one.pk): f"{one} ({one.place})" if often[one.title] > 1 else str(one)
            for one in found
        }

    # --- parts of a page ------------------------------------------------------------------------

    def tiles(self, *names: str, sparks: bool = True) -> list[Tile]:
        found = self.figures(*names)
        lines = self.series(*names) if sparks else []
        return [
            Tile(
                found[name],
                self.address(name),
                Spark([_value(some[name]) for _start, some in lines]) if sparks else None,
            )
            for name in names
        ]

    def by(self, by: str, title: str, head: str, names: Sequence[str], name: str = "") -> Table:
        """One row for each account, agent …; the most of the first metric stands first."""
        found = numbers.breakdown(self.reader, names, self.selection, by, self._kept)
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
        found, period = self.series(*names), self.asked.days
        ends = [start for start, _some in found[1:]] + [period.moments[1]]
        rows = [
            [
                Cell(self.moment_name(start, full=True)),
                *self._cells(names, some, narrowing.between(start, end)),
            ]
            for (start, some), end in zip(found, ends, strict=True)
        ]
        columns = self._columns(self.step_name, names)
        return Table(name, title, columns, rows), found

    def time_part(
        self, names: Sequence[str], title: str, *, shown: Sequence[str] = (), p90: bool = False,
        stacked: bool = False, name: str = "over-time", is_folded: bool = True,
    ) -> Part:  # fmt: skip
        """A table over time, and its first metrics as a chart."""
        table, found = self.over_time(names, title, name)
        shown = shown or names[:1]
        series = [
            Series(METRICS[one].label, [_value(some[one]) for _start, some in found])
            for one in shown
        ]
        if p90:
            label = _("%(metric)s (p90)") % {"metric": METRICS[shown[0]].label}
            series.append(Series(label, [some[shown[0]].p90 for _start, some in found]))
            series[0] = Series(
                _("%(metric)s (median)") % {"metric": METRICS[shown[0]].label}, series[0].values
            )
        kind = Kind(METRICS[shown[0]].unit)
        is_column = kind == Kind.COUNT and (stacked or len(series) == 1)
        draw: type[Chart] = Columns if is_column else Line
        places = [self.moment_name(start) for start, _some in found]
        chart = draw(f"chart-{name}", title, places, series, kind)
        return Part(name, title, table, chart, is_folded=is_folded)

    @property
    def step_name(self) -> str:
        """What a row of a table over time is."""
        heads = {"hour": _("Hour"), "day": _("Day"), "week": _("Week from"), "month": _("Month")}
        return heads[self.asked.rhythm]

    def moment_name(self, start: datetime, full: bool = False) -> str:
        local, step = start.astimezone(self.asked.zone), self.asked.rhythm
        if step == "month":
            return local.strftime("%Y-%m")
        if step == "hour":
            is_several = full or self.asked.days.days > 1
            return local.strftime("%m-%d %H:%M" if is_several else "%H:%M")
        return local.strftime("%Y-%m-%d") if full else date_format(local, _("M j"))

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
