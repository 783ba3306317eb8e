"""What could be read off a gauge at any moment: how many were open, and how long one had waited."""

from django.urls import reverse
from django.utils.translation import gettext as _

from sessions.reports.backlog import backlog
from sessions.reports.charts import Line, Series
from sessions.reports.oldest import oldest
from sessions.reports.parts import Part
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind
from sessions.reports.tables import Cell, Column, Table


def open_sessions(reading: Reading) -> Part:
    found = backlog(reading.reader, reading.selection, reading.asked.rhythm)
    rows = [[Cell(reading.moment_name(start, full=True)), Cell(count)] for start, count in found]
    table = Table(
        "open", _("Open sessions"), [Column(_("At")), Column(_("Open sessions"), Kind.COUNT)], rows
    )
    places = [reading.moment_name(start) for start, _count in found]
    series = [Series(_("Open sessions"), [count for _start, count in found])]
    chart = Line("chart-open", _("Open sessions"), places, series)
    note = _("How many were open when each step began, of the accounts and agents chosen.")
    return Part("open", _("Open sessions"), table, chart, note=note, is_folded=True)


def longest_waits(reading: Reading) -> Part:
    """Each of the longest leads to its session."""
    found = oldest(reading.reader, reading.selection, reading.asked.rhythm)
    wanted = {one.session for one in found if one.session}
    there = set(reading.reader.sessions().filter(pk__in=wanted).values_list("pk", flat=True))
    rows = [
        [
            Cell(reading.moment_name(one.start, full=True)),
            Cell(
                one.seconds, reverse("session", args=[one.session]) if one.session in there else ""
            ),
            Cell(one.answered),
        ]
        for one in found
    ]
    title, answered = _("Longest wait"), _("Longest wait with an answer")
    columns = [
        Column(reading.step_name),
        *(Column(head, Kind.SECONDS) for head in (title, answered)),
    ]
    places = [reading.moment_name(one.start) for one in found]
    series = [
        Series(title, [one.seconds for one in found]),
        Series(answered, [one.answered for one in found]),
    ]
    chart = Line("chart-oldest", title, places, series, Kind.SECONDS)
    note = _(
        "At any moment of each step, how long the customer whose message had stood longest had "
        "waited for a person by then: a turn over several days counts on each of them."
    )
    table = Table("oldest", title, columns, rows)
    return Part("oldest", title, table, chart, note=note, is_folded=True)
