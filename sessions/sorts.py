"""The orders of a list, and pages of them by keyset: no OFFSET, and one index for each order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models import Session

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST = 10**15  # milliseconds: keys of pages are compared downwards, whichever way the order goes


@dataclass(frozen=True)
class Sort:
    name: str
    label: str | Promise
    column: str
    is_descending: bool = False

    @property
    def order(self) -> tuple[str, str]:
        sign = "-" if self.is_descending else ""
        return f"{sign}{self.column}", f"{sign}id"

    def after(self, rows: QuerySet[Session], cursor: str) -> QuerySet[Session]:
        """The rows that come after the one of this cursor; all when it makes no sense."""
        place = _place(cursor)
        if not place:
            return rows
        at, pk = place
        towards = "lt" if self.is_descending else "gt"
        beyond = Q(**{f"{self.column}__{towards}": at}) | Q(**{f"id__{towards}": pk})
        return rows.filter(beyond, **{f"{self.column}__{towards}e": at})

    @staticmethod
    def is_first(cursor: str) -> bool:
        """Does this cursor mean the first page?"""
        return _place(cursor) is None

    def cursor(self, session: Session) -> str:
        return (
            f"{(getattr(session, self.column) - EPOCH) // timedelta(microseconds=1)}.{session.pk}"
        )

    def place(self, session: Session) -> tuple:
        """To compare two rows, smallest first."""
        micros, pk = map(int, self.cursor(session).split("."))
        return (-micros, -pk) if self.is_descending else (micros, pk)

    def key(self, session: Session) -> str:
        """The data-key of a row: the page's scripts put the largest on top."""
        at = (getattr(session, self.column) - EPOCH) // timedelta(milliseconds=1)
        return f"{at}.{session.pk}" if self.is_descending else f"{LAST - at}.{LAST - session.pk}"


def _place(cursor: str) -> tuple[datetime, int] | None:
    try:
        moment, pk = cursor.split(".")
        return EPOCH + timedelta(microseconds=int(moment)), int(pk)
    except (ValueError, OverflowError):
        return None


SORTS = {
    sort.name: sort
    for sort in (
        Sort("newest", _("Newest first"), "latest_at", is_descending=True),
        Sort("waiting", _("Waiting longest"), "waiting_order"),
        Sort("deadline", _("Next deadline"), "deadline_at"),
        Sort("window", _("Window closes first"), "closes_at"),
    )
}
