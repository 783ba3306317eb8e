"""What a report is made of: figures with what they were before, charts, tables, a heatmap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.reports.charts import Chart, Spark
from sessions.reports.figures import Figure
from sessions.reports.metric import Metric, Unit
from sessions.reports.saying import NOTHING, Kind, said, short_span, written
from sessions.reports.tables import Cell, Column, Place, Table

Text = str | Promise
MOST_PERCENT = 999  # by which something has grown
LEVELS = 6  # of a heatmap


@dataclass(frozen=True)
class Tile:
    figure: Figure
    href: str
    spark: Spark | None = None

    @property
    def metric(self) -> Metric:
        return self.figure.metric

    @property
    def value(self) -> str:
        return said(self.figure.value, self.kind)

    @property
    def written(self) -> str:
        return written(self.figure.value, self.kind)

    @property
    def kind(self) -> Kind:
        return Kind(self.metric.unit)

    @property
    def p90(self) -> str:
        return said(self.figure.p90, self.kind) if self.metric.is_duration else ""

    @property
    def mean(self) -> str:
        return said(self.figure.mean, self.kind) if self.metric.is_duration else ""

    @property
    def n(self) -> str:
        """Of how many rows, where that is not the number itself."""
        has_n = self.metric.is_duration or self.metric.is_divided
        return said(self.figure.n, Kind.COUNT) if has_n else ""

    @property
    def is_thin(self) -> bool:
        return bool(self.n) and self.figure.is_thin

    @property
    def before(self) -> str:
        previous = self.figure.previous
        return said(previous.value, self.kind) if previous else ""

    @property
    def grown(self) -> float | None:
        """As it is said: in points of a share, in per cent of all else."""
        figure, places = self.figure, 1 if self.metric.unit == Unit.SHARE else 0
        if figure.change is None:
            return None
        by = figure.value - figure.previous.value if places else figure.change
        return round(by * 100, places) + 0.0

    @property
    def change(self) -> str:
        """Nothing if nothing can be compared; of what was next to nothing, what it was."""
        if self.grown is None:
            return ""
        if abs(self.grown) > MOST_PERCENT:
            return _("from %(before)s") % {"before": self.before}
        if not self.grown:
            return _("unchanged")
        if self.metric.unit == Unit.SHARE:
            return _("%(points)s points") % {"points": f"{self.grown:+.1f}"}
        return f"{self.grown:+.0f}%"

    @property
    def direction(self) -> str:
        grown = self.grown or 0
        return "up" if grown > 0 else "down" if grown < 0 else "same"

    @property
    def verdict(self) -> str:
        is_better = self.figure.is_better
        if is_better is None or not self.grown or self.figure.previous.is_thin or self.is_thin:
            return ""
        return "better" if is_better else "worse"


@dataclass(frozen=True)
class HeatPlace:
    """`words` are short enough for a cell; `full` says it as everywhere else."""

    words: str
    level: int = 0
    href: str = ""
    is_thin: bool = False
    full: str = ""


@dataclass(frozen=True)
class HeatRow:
    name: str
    places: Sequence[HeatPlace]


@dataclass(frozen=True)
class Heat:
    hours: Sequence[int]
    rows: Sequence[HeatRow]
    is_wide: bool = False  # its words are longer than numbers


@dataclass(frozen=True)
class Choice:
    words: Text
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class Part:
    """`is_folded`: the table says what the chart above shows, and is opened when it is wanted."""

    name: str
    title: Text
    table: Table
    chart: Chart | None = None
    heat: Heat | None = None
    note: Text = ""
    is_folded: bool = False
    choices: Sequence[Choice] = ()


@dataclass(frozen=True)
class Page:
    tiles: Sequence[Tile] = ()
    parts: Sequence[Part] = field(default_factory=list)

    def table(self, name: str) -> Table | None:
        return next((part.table for part in self.parts if part.name == name), None)


def metric_columns(metric: Metric) -> list[Column]:
    """A duration is its median, with p90 and n below it and the mean at hand."""
    kind, label = Kind(metric.unit), str(metric.label)
    if not metric.is_duration:
        own = [Column(label, kind, metric=metric.name)]
        return own + [_n(label)] if metric.is_divided else own
    return [
        Column(_("%(metric)s (median)") % {"metric": label}, kind, short=label, metric=metric.name),
        Column(_("%(metric)s (p90)") % {"metric": label}, kind, Place.BELOW, _("p90")),
        Column(_("%(metric)s (mean)") % {"metric": label}, kind, Place.HINT, _("mean")),
        _n(label),
    ]


def _n(label: str) -> Column:
    return Column(_("%(metric)s (n)") % {"metric": label}, Kind.COUNT, Place.BELOW, "n")


def metric_cells(figure: Figure, href: str) -> list[Cell]:
    metric, is_thin = figure.metric, figure.is_thin
    n = figure.n if metric.is_duration or metric.is_divided else 0
    href = href if figure.value is not None and (figure.count or n) else ""
    if not metric.is_duration:
        if not metric.is_divided:
            return [Cell(figure.value or 0, href)]
        return [Cell(figure.value, href, is_thin), Cell(figure.n)]
    return [
        Cell(figure.value, href, is_thin),
        Cell(figure.p90),
        Cell(figure.mean),
        Cell(figure.n),
    ]


def heat_of(found: Mapping[tuple[int, int], Figure], kind: Kind, address) -> Heat:
    """Seven rows of 24; what is coloured most is the highest."""
    most = max((figure.value or 0 for figure in found.values()), default=0)

    def place(weekday: int, hour: int) -> HeatPlace:
        figure = found.get((weekday, hour))
        if not figure or not figure.value:
            return HeatPlace("0" if kind == Kind.COUNT else NOTHING)
        full = said(figure.value, kind)
        words = short_span(round(figure.value)) if kind == Kind.SECONDS else full
        is_thin = kind != Kind.COUNT and figure.is_thin
        place = address(weekday, hour)
        return HeatPlace(words, level(figure.value, most), place, is_thin, full)

    rows = [
        HeatRow(weekday_name(day), [place(day, hour) for hour in range(24)]) for day in range(7)
    ]
    return Heat(range(24), rows, kind == Kind.SECONDS)


def level(value: float | None, most: float) -> int:
    """How strongly a place of a heatmap is coloured: 0 for nothing, up to LEVELS."""
    if not value or most <= 0:
        return 0
    return max(1, min(LEVELS, round(value / most * LEVELS + 0.4999)))


def weekday_name(weekday: int) -> str:
    return date_format(date(2024, 1, 1 + weekday), "D")  # a Monday, and on
