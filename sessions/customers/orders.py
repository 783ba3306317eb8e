"""The orders of customers, newest first, and pages of them by keyset: each is what an index holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Customer
from messaging.models.customer import ACTIVE
from sessions.sorts import EPOCH

MICROSECOND = timedelta(microseconds=1)
DOWNWARD = ("-place", "-id")


@dataclass(frozen=True)
class Order:
    """A cursor is the place of a row, as a number, and its key."""

    name: str
    label: str | Promise
    by: Any
    write: Callable[[Any], int]
    read: Callable[[int], Any]

    def of(self, rows: QuerySet[Customer]) -> QuerySet[Customer]:
        return rows.annotate(place=self.by)

    def cursor(self, place: Any, pk: int) -> str:
        return f"{self.write(place)}.{pk}"

    def below(self, rows: QuerySet[Customer], cursor: str) -> QuerySet[Customer]:
        """Those after the row of this cursor; all when it makes no sense."""
        at = self._place(cursor)
        return rows.filter(Q(place__lt=at[0]) | Q(id__lt=at[1]), place__lte=at[0]) if at else rows

    def above(self, rows: QuerySet[Customer], cursor: str) -> QuerySet[Customer]:
        at = self._place(cursor)
        return rows.filter(Q(place__gt=at[0]) | Q(id__gt=at[1]), place__gte=at[0]) if at else rows

    def _place(self, cursor: str) -> tuple[Any, int] | None:
        try:
            number, pk = cursor.split(".")
            return (self.read(int(number)), int(pk)) if len(cursor) < 40 else None
        except (ValueError, OverflowError):
            return None


ORDERS = {
    order.name: order
    for order in (
        Order(
            "active",
            _("Last active first"),
            ACTIVE,
            lambda moment: (moment - EPOCH) // MICROSECOND,
            lambda number: EPOCH + number * MICROSECOND,
        ),
        Order("newest", _("Newest customers first"), F("id"), int, int),
    )
}
USUAL = ORDERS["active"]
