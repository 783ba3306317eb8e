"""What customers wrote beside their ratings: the newest of the period, each leading to its session."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.reports.parts import Part
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind
from sessions.reports.tables import Cell, Column, Table

MOST = 100
FIELDS = (
    *("rated_at", "score", "session__survey__comment"),
    *("closer_id", "account_id", "session_id"),
)


def comments(reading: Reading) -> Part:
    """Of the ratings that the report counts; a session that was erased has taken its comment along."""
    found = reading.rows("csat_average").filter(session__survey__comment__gt="")
    newest = found.order_by("-rated_at", "-pk").values_list(*FIELDS)
    heads = [_("Rating"), _("Comment"), _("Agent"), _("Account"), _("Session")]
    columns = [Column(_("Rated"), Kind.MOMENT), *map(Column, heads)]
    title, rows = _("Comments"), list(_rows(reading, newest[:MOST]))
    table = Table("comments", title, columns, rows, whole=lambda: _rows(reading, newest))
    return Part("comments", title, table, note=_note(found.count()))


def _rows(reading: Reading, found: Iterable[tuple]) -> Iterator[list[Cell]]:
    for at, score, comment, agent, account, session in found:
        yield [
            Cell(at),
            Cell("★" * score + "☆" * (5 - score)),
            Cell(comment),
            Cell(reading.name_of("agent", agent)),
            Cell(reading.name_of("account", account)),
            Cell(session, reverse("session", args=[session])),
        ]


def _note(count: int) -> str:
    if count <= MOST:
        return ngettext("%(count)s comment.", "%(count)s comments.", count) % {"count": count}
    told = {"most": MOST, "count": count}
    return _("The newest %(most)s of %(count)s. The files have them all.") % told
