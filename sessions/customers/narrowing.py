"""The filters of the page of customers: as those of the list of sessions, said of the person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Customer
from sessions import filters
from sessions.models import Block, Session, Tag

OPEN = Session.objects.open()
STATES: Mapping[str, str | Promise] = {
    "open": _("Open session"),
    "none": _("No open session"),
    "blocked": _("Blocked"),
    "muted": _("Muted"),
    "refused": _("Refused in WeCom"),
}
# Few, each from an index of theirs: written so that SQLite begins with them.
_IN_STATE = {
    "open": Q(pk__in=OPEN.values("customer")),
    "none": ~Q(Exists(OPEN.filter(customer=OuterRef("pk")))),
    "blocked": Q(pk__in=Block.active().values("customer")),
    "muted": Q(pk__in=Customer.objects.filter(rejects=True).values("pk")),
    "refused": Q(pk__in=Customer.objects.filter(is_refused=True).values("pk")),
}


def _any(states: tuple[str, ...]) -> Q:
    return reduce(or_, (_IN_STATE[name] for name in states))


_ROWS = {
    "account": lambda wanted: Q(account__in=filters.keys_of(wanted)),
    "agent": lambda wanted: Q(pk__in=OPEN.filter(filters.of_agents(wanted)).values("customer")),
    "tag": lambda wanted: Q(
        pk__in=Tag.customers.through.objects.filter(tag__in=filters.keys_of(wanted)).values(
            "customer"
        )
    ),
    "state": _any,
}


@dataclass(frozen=True)
class Filters(filters.Filters):
    """`agent` has the open session; `since` and `until` are days on which they were last active."""

    STATES = STATES

    @classmethod
    def parse(cls, params: QueryDict, zone: tzinfo | None = None) -> "Filters":
        return replace(super().parse(params, zone), priority=(), unread=False)

    def rows(self) -> Q:
        """Of customers who carry the moment as `active_at`."""
        return self.narrow(_ROWS, "active_at")
