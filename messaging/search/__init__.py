"""The index that search is answered from: written in the transaction of the row it is about.

    search.add(messages)             rows that are new, or have failed
    search.forget(keys)              messages that were recalled
    search.add_customers(customers)  people who are new, or whose name has become known
    search.messages(query)           ids that match, newest first, in batches

What matches is not yet what somebody may see: the desk fetches the rows through its user.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max

from messaging.search import facets, postgres, sqlite, tokens
from messaging.search.query import Query

if TYPE_CHECKING:
    from messaging.models import Customer, Message

BATCH = 1000
BACKENDS = {"sqlite": sqlite.Index, "postgresql": postgres.Index}
Entry = tuple[int, list[str], set[str]]


def index_of(table: str, rows: str) -> sqlite.Index | postgres.Index:
    """The one in this table, about the rows of that: the desk has such of its own."""
    return BACKENDS[connection.vendor](table, rows)


def of_messages() -> sqlite.Index | postgres.Index:
    return index_of("messaging_search", "messaging_message")


def of_customers() -> sqlite.Index | postgres.Index:
    return index_of("messaging_search_customer", "messaging_customer")


def add(messages: Iterable["Message"]) -> None:
    if entries := [_entry(m) for m in messages if facets.is_findable(m)]:
        of_messages().put(entries)


def forget(keys: list[int]) -> None:
    """What nobody shall find any more, though it is still there."""
    if keys:
        of_messages().drop(keys)


def add_customers(customers: Iterable["Customer"]) -> None:
    if entries := [_customer_entry(customer) for customer in customers]:
        of_customers().put(entries)


def messages(query: Query, below: int | None = None) -> Iterator[list[int]]:
    """Ids of matching messages, newest first, in batches."""
    return of_messages().find(query, below)


def customers(query: Query) -> Iterator[list[int]]:
    """Ids of matching customers, the latest to appear first, in batches."""
    return of_customers().find(query)


def first(found: Iterator[list[int]], most: int) -> list[int]:
    """About so many of all that match: the newest."""
    keys: list[int] = []
    with closing(found) as batches:
        for some in batches:
            keys += some
            if len(keys) >= most:
                break
    return keys


def install() -> None:
    for index in (of_messages(), of_customers()):
        index.install()


def mend() -> None:
    """Put back what a rebuilt table has lost, where there is an index already."""
    if of_messages().table in connection.introspection.table_names():
        install()


def remove() -> None:
    for index in (of_messages(), of_customers()):
        index.remove()


def rebuild(message: type["Message"], customer: type["Customer"]) -> Iterator[int]:
    """Write all entries anew, a batch in each transaction; yields how many rows are done.

    Search goes on meanwhile. A migration passes its own models.
    """
    done = 0
    forget(list(message.objects.exclude(recalled_at=None).values_list("pk", flat=True)))
    found = message.objects.filter(recalled_at=None).exclude(direction="event").defer("raw")
    for entries in chain(rebuild_customers(customer), anew(of_messages(), found, _entry)):
        yield (done := done + entries)


def rebuild_customers(customer: type["Customer"]) -> Iterator[int]:
    """Those of the customers; yields how many rows a batch had."""
    return anew(of_customers(), customer.objects.all(), _customer_entry)


def anew(index, rows, entry_of) -> Iterator[int]:
    """Write the entries of these rows; yields how many a batch had."""
    yield from _batches(index, rows, entry_of)
    index.settle()


def _batches(index, rows, entry_of) -> Iterator[int]:
    """By ranges of ids: these need neither an order nor a planner that knows the table."""
    last = rows.aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last + 1, BATCH):
        with transaction.atomic():
            some = rows.filter(pk__gte=first, pk__lt=first + BATCH).select_for_update()
            if entries := [entry_of(row) for row in some]:
                index.put(entries)
        yield len(entries)


def _entry(message: "Message") -> Entry:
    ordered, loose = tokens.cut(message.text)
    loose.update(facets.of_message(message))
    return message.pk, ordered, loose


def _customer_entry(customer: "Customer") -> Entry:
    told = " ".join((customer.nickname, customer.external_id, customer.unionid))
    ordered, loose = tokens.cut(told)
    loose.update(facets.of_customer(customer))
    return customer.pk, ordered, loose
