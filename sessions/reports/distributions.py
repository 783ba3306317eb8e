"""How many of what there is are of each kind, and which part of all."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.reports import narrowing
from sessions.reports.charts import Columns, Series
from sessions.reports.metrics import METRICS
from sessions.reports.parts import Part
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind, span_name
from sessions.reports.tables import Cell, Column, Table

SPREAD = (30, 60, 180, 300, 900, 1800, 3600, 4 * 3600, 24 * 3600)  # seconds
TOOK = {
    "first_reply": gettext_lazy("In how many sessions the first reply took how long."),
    "next_reply": gettext_lazy("How many replies took how long."),
}


def distribution(reading: Reading, name: str) -> Part:
    """How many took how long; the last has no end."""
    metric, found = METRICS[name], reading.distribution(name, SPREAD)
    counts = [count for _limit, count in found]
    spans = list(zip([None, *SPREAD], [*SPREAD, None], strict=True))
    names, whole = [span_name(*span) for span in spans], sum(counts) or 1
    rows = [
        counted(reading, name, words, count, whole, narrowing.lasting(*span))
        for words, count, span in zip(names, counts, spans, strict=True)
    ]
    slug = name.replace("_", "-")
    table = Table(slug, str(metric.label), counted_columns(_("Took")), rows)
    series = [Series(metric.label, counts if any(counts) else [None] * len(counts))]
    ends = [*(span_name(None, limit) for limit in SPREAD), names[-1]]  # short enough for an axis
    chart = Columns(f"chart-{slug}", metric.label, ends, series)
    return Part(slug, metric.label, table, chart, note=TOOK[name], is_folded=True)


def counted_columns(head: str) -> list[Column]:
    return [Column(head), Column(_("How many"), Kind.COUNT), Column(_("Share"), Kind.SHARE)]


def counted(
    reading: Reading, metric: str, words: str, count: int, whole: int, pairs: narrowing.Pairs
) -> list[Cell]:
    href = reading.address(metric, pairs) if count else ""
    return [Cell(words), Cell(count, href), Cell(count / whole)]
