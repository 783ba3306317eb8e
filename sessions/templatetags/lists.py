"""What the list's templates need to say: names of lists, their counts, the order of a row."""

from django import template
from django.utils.functional import Promise

from messaging import kept
from sessions.counts import Counts
from sessions.inbox import Query
from sessions.lists import BY_NAME
from sessions.models import Session
from sessions.sorts import SORTS, Sort
from sessions.surroundings import Surroundings

register = template.Library()


@register.simple_tag
def drawn_row(session: Session, open: int | str = "") -> str:
    """A row; as it was drawn half a minute ago, if nothing about it has changed since."""
    is_open = session.pk if open == session.pk else ""
    return kept.draw("sessions/_row.html", "session", session, seconds=30, open=is_open)


@register.filter
def list_name(name: str) -> str | Promise:
    return BY_NAME[name].label


@register.filter
def count(counts: Counts, name: str) -> int | str:
    return counts[name]


@register.filter
def key(session: Session, sort: str) -> str:
    """One of the places of a row: its page's scripts order by that of the page's sort."""
    return SORTS[sort].key(session)


@register.filter
def sorts(query: Query) -> list[Sort]:
    return [SORTS[name] for name in query.listing.sorts]


@register.filter
def sorted_by(query: Query, sort: Sort) -> str:
    """The whole list as a query string, with its order said."""
    return query.with_sort(sort.name)


@register.filter
def pins(rows: list[Session]) -> str:
    """The keys of those that the agent keeps on top."""
    return ",".join(str(row.pk) for row in rows if getattr(row, "is_pinned", False))


@register.filter
def view_name(around: Surroundings, pk: int) -> str:
    return next((view.name for view in around.views if view.pk == pk), "")
