"""What the page of customers lists: who is asked for, a page of them, and how many came since."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from messaging.models import Customer
from messaging.models.customer import ACTIVE
from messaging.search.snippet import Piece, snippet
from sessions import inbox
from sessions.customers.asking import Query
from sessions.customers.finding import Found, find
from sessions.customers.orders import DOWNWARD
from sessions.models import Agent, Block, FieldValue, Remark, Session, Survey, Tag
from sessions.models.triage import ShownTag
from sessions.words import joined, parted

PAGE = 50
MOST_APART = 20  # accounts: each has a stretch of an index of its own
MOST_NEWS, MOST_AGAIN = 100, 100


@dataclass(frozen=True)
class Row:
    """`session` is where the customer stands now: the open one, or the last; `why` they were found."""

    customer: Customer
    session: Session | None
    pieces: list[Piece]
    why: Remark | FieldValue | None = None
    said: list[Piece] = field(default_factory=list)

    @property
    def tags(self) -> list[ShownTag]:
        return tags_of(self.customer)


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    cursor: str  # of the next page; empty when this is the last
    top: str  # of the first row: what is above it came later


class Listing:
    def __init__(self, agent: Agent, query: Query) -> None:
        self.agent, self.query = agent, query

    @cached_property
    def found(self) -> Found | None:
        return find(self.agent, self.query.text) if self.query.text else None

    @property
    def customers(self) -> QuerySet[Customer]:
        """All that are asked for and may be seen, in no order."""
        return self._narrowed(self.agent.customers())

    def page(self, cursor: str = "") -> Page:
        order = self.query.order
        places = self._places(cursor)
        shown = dict(places[:PAGE])
        cursors = [order.cursor(place, pk) for pk, place in places[:PAGE]]
        rows = self._rows(list(shown))
        return Page(rows, cursors[-1] if len(places) > PAGE else "", cursors[0] if cursors else "")

    def news(self, top: str) -> int:
        """How many would stand above that row by now."""
        return self.query.order.above(self.customers, top)[:MOST_NEWS].count()

    def again(self, keys: list[int]) -> list[Row]:
        """These as they are now, whether or not they would still be listed."""
        theirs = self.agent.customers().filter(pk__in=keys[:MOST_AGAIN])
        return self._rows(list(theirs.values_list("pk", flat=True)))

    def all(self, batch: int) -> Iterator[list[Customer]]:
        """In an order that does not change meanwhile: each once, whoever writes."""
        below, keys = self.customers.order_by("-id").values_list("id", flat=True), [1 << 62]
        while keys := list(below.filter(id__lt=keys[-1])[:batch]):
            yield in_order(with_all(Customer.objects.filter(pk__in=keys)), keys)

    # --- pieces -----------------------------------------------------------------------------------

    def _narrowed(self, customers: QuerySet[Customer]) -> QuerySet[Customer]:
        rows = self.query.order.of(customers.alias(active_at=ACTIVE))
        if self.found:
            rows = rows.filter(pk__in=self.found.keys)
        return rows.filter(self.query.filters.rows())

    def _places(self, cursor: str) -> list[tuple[int, Any]]:
        """(key, place) of a page and one more."""
        apart = self._apart()
        if apart is None:
            return list(self._first(self.customers, cursor))
        parts = [
            self._first(self._narrowed(Customer.objects.filter(account=pk)), cursor) for pk in apart
        ]
        if len(parts) < 2:
            return list(parts[0]) if parts else []
        # SQLite takes no limit in the parts of a union, but in what stands in them.
        each = [Customer.objects.filter(pk__in=part.values("id")) for part in parts]
        each = [self.query.order.of(rows).values_list("id", "place") for rows in each]
        return list(each[0].union(*each[1:], all=True).order_by(*DOWNWARD)[: PAGE + 1])

    def _first(self, rows: QuerySet[Customer], cursor: str) -> QuerySet:
        return (
            self.query.order.below(rows, cursor)
            .order_by(*DOWNWARD)
            .values_list("id", "place")[: PAGE + 1]
        )

    def _apart(self) -> list[int] | None:
        """The accounts, where each is looked through by itself: what an index holds of several is in
        no order. None where it is of all, or of a few who were found."""
        wanted = self.query.filters.account
        if self.found or (self.agent.serves_all and not wanted):
            return None
        accounts = self.agent.visible_accounts().order_by("pk").values_list("pk", flat=True)
        accounts = accounts.filter(pk__in=wanted) if wanted else accounts
        keys = list(accounts[: MOST_APART + 1])
        return keys if len(keys) <= MOST_APART else None

    def _rows(self, keys: list[int]) -> list[Row]:
        customers = in_order(with_all(Customer.objects.filter(pk__in=keys)), keys)
        newest = [customer.newest for customer in customers if customer.newest]
        sessions = inbox.with_names(self.agent.sessions().filter(pk__in=newest)).in_bulk()
        words = self.found.words if self.found else []
        why = self._why(keys)
        return [
            Row(
                customer,
                sessions.get(customer.newest),
                snippet(str(customer), words),
                reason := why.get(customer.pk),
                snippet(reason.words, words) if reason else [],
            )
            for customer in customers
        ]

    def _why(self, keys: list[int]) -> dict[int, Remark | FieldValue]:
        """The note or field by which each of them was found."""
        if not self.found:
            return {}
        remarks = [pk for key, pk in self.found.remarks.items() if key in keys]
        values = [pk for key, pk in self.found.values.items() if key in keys]
        notes = Remark.objects.filter(pk__in=remarks).select_related("author")
        fields = FieldValue.objects.filter(pk__in=values).select_related("field", "by")
        return {row.customer_id: row for row in (*fields, *notes)}


def with_all(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """What a row shows of them and a file says, in the one query."""
    theirs = Session.objects.filter(customer=OuterRef("pk")).order_by()
    latest = theirs.order_by(F("ended_at").desc(nulls_first=True), "-id")
    rated = Survey.objects.filter(session__customer=OuterRef("pk"), rating__isnull=False)
    return customers.select_related("account").annotate(
        active_at=ACTIVE,
        newest=Subquery(latest.values("pk")[:1]),
        sessions_count=Subquery(theirs.values("customer").annotate(n=Count("pk")).values("n")),
        rating=Subquery(rated.order_by("-answered_at", "-pk").values("rating")[:1]),
        is_blocked=Block.on("pk"),
        tag_words=joined(Tag.objects.filter(customers=OuterRef("pk")), "id", "hue", "name"),
    )


def tags_of(customer: Customer) -> list[ShownTag]:
    """By name, of a customer with_all."""
    found = [ShownTag(int(pk), int(hue), name) for pk, hue, name in parted(customer.tag_words)]
    return sorted(found, key=lambda tag: tag.name)


def in_order(customers: QuerySet[Customer], keys: list[int]) -> list[Customer]:
    found = {customer.pk: customer for customer in customers}
    return [found[key] for key in keys if key in found]
