"""A report outside the console: as a mail with its tables, and as a few lines for a group."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from sessions.reports import tables
from sessions.reports.asking import Asked
from sessions.reports.pages import REPORTS
from sessions.reports.parts import Page
from sessions.reports.reading import Reading
from sessions.reports.robot import MOST_BYTES

MOST_ROWS = 30  # of a table in a mail; the files have all
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKS = str.maketrans("", "", "`*[]()<>#\r\n")  # what markdown would make something of


@dataclass(frozen=True)
class Told:
    """A report as it was at the moment it is sent for."""

    name: str
    report: str
    reading: Reading
    page: Page

    @classmethod
    def of(cls, schedule) -> "Told":
        """Days of that moment, also when it is sent later, and when its link is opened."""
        saved, owner = schedule.report, schedule.owner
        today = schedule.due_at.astimezone(owner.zone).date()
        asked = Asked.of_day(saved.query, owner.zone, today)
        reading = Reading(owner, asked)
        return cls(saved.name, saved.report, reading, REPORTS[saved.report].draw(reading))

    @property
    def days(self) -> str:
        days = self.reading.asked.days
        return f"{days.first}" if days.days == 1 else f"{days.first} – {days.last}"

    @property
    def address(self) -> str:
        path = reverse("report", args=[self.report])
        return f"{settings.KF_PUBLIC_URL}{path}?{self.reading.asked}"

    @property
    def tables(self) -> list[tables.Table]:
        return [part.table for part in self.page.parts]

    # --- as a mail ------------------------------------------------------------------------------

    def mail(self, to: list[str]) -> EmailMultiAlternatives:
        context = {"told": self, "parts": [_cut(table) for table in self.tables]}
        subject = " ".join(f"{self.name}: {self.days}".split())
        message = EmailMultiAlternatives(subject, render_to_string("reports/mail.txt", context))
        message.to = to
        message.attach_alternative(render_to_string("reports/mail.html", context), "text/html")
        days = self.reading.asked.days
        for table in self.tables:
            name = f"{self.report}-{table.name}-{days.first}-{days.last}.xlsx"
            message.attach(name, tables.as_xlsx(table), XLSX)
        return message

    # --- in a group -----------------------------------------------------------------------------

    def markdown(self) -> str:
        """As many lines as one message holds, and always the link."""
        link = f"[{_('Open the report')}]({self.address})"
        text = f"### {self.name.translate(MARKS)}\n{self.days}\n"
        for line in self._lines():
            if len(f"{text}> {line}\n{link}".encode()) > MOST_BYTES:
                break
            text += f"> {line}\n"
        return text + link

    def _lines(self) -> list[str]:
        if self.page.tiles:
            return [_line(t.metric.label, t.value, t.change) for t in self.page.tiles]
        drawn = self.tables[0].drawn if self.tables else []
        return [_line(row[0].head.words, row[1].head.words) for row in drawn if len(row) > 1]


def _line(label, value: str, change: str = "") -> str:
    more = f" ({change})" if change else ""
    return f"{str(label).translate(MARKS)}: **{value.translate(MARKS)}**{more}"


def _cut(table: tables.Table) -> tables.Table:
    left = len(table.rows) - MOST_ROWS
    note = _("%(n)s more rows are in the file.") % {"n": left} if left > 0 else ""
    return replace(table, rows=table.rows[:MOST_ROWS], note=note)
