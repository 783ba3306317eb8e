"""What could be read off a gauge at any moment: how many were open, and how long one had waited."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from sessions.reports.backlog import backlog
from sessions.reports.charts import Line, Series
from sessions.reports.oldest import Wait, oldest
from sessions.reports.parts import Part
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind
from sessions.reports.tables import Cell, Column, Table


def open_sessions(reading: Reading) -> Part:
    """At a moment that has yet to come nothing is known."""
    steps = reading.steps
    found = backlog(reading.reader, reading.selection, reading.asked.rhythm, reading.kept)
    found = found[: steps.begun]
    rows = [[Cell(steps.name(start, full=True)), Cell(count)] for start, count in found]
    table = Table(
        "open", _("Open sessions"), [Column(_("At")), Column(_("Open sessions"), Kind.COUNT)], rows
    )
    to_come = [None] * (len(steps.starts) - steps.begun)
    series = [Series(_("Open sessions"), [*(count for _start, count in found), *to_come])]
    chart = Line("chart-open", _("Open sessions"), steps.names, series)
    note = _("How many were open when each step began, of the accounts and agents chosen.")
    return Part("open", _("Open sessions"), table, chart, note=note, is_folded=True)


def longest_waits(reading: Reading) -> list[Part]:
    """Those who were answered stand alone: beside one whom nobody answered they look like nothing."""
    found = oldest(reading.reader, reading.selection, reading.asked.rhythm)
    note = _(
        "At any moment of each step, how long the customer whose message had stood longest had "
        "waited for a person by then: a turn over several days counts on each of them."
    )
    of_all, answered = [one.of_all for one in found], [one.answered for one in found]
    wanted = {one.session for one in of_all + answered if one.session}
    there = set(reading.reader.sessions().filter(pk__in=wanted).values_list("pk", flat=True))
    part = _waits(reading, "oldest", _("Longest wait"), of_all, there)
    title = _("Longest wait with an answer")
    return [replace(part, note=note), _waits(reading, "oldest-answered", title, answered, there)]


def _waits(reading: Reading, name: str, title: str, found: list[Wait], there: set[int]) -> Part:
    """Each leads to its session, if it is still there."""
    steps = reading.steps
    rows = [
        [
            Cell(words),
            Cell(
                one.seconds, reverse("session", args=[one.session]) if one.session in there else ""
            ),
        ]
        for words, one in zip(steps.rows, found, strict=False)
    ]
    table = Table(name, title, [Column(steps.head), Column(title, Kind.SECONDS)], rows)
    series = [Series(title, [one.seconds for one in found])]
    chart = Line(f"chart-{name}", title, steps.names, series, Kind.SECONDS, steps.unfinished)
    return Part(name, title, table, chart, is_folded=True)
