"""The index of what agents write down about customers: notes and fields, each row an entry of its own.

    add_remark(remark)   beside the write, in its transaction
    remarks(query)       ids that match, newest first, in batches

As in messaging/search: what matches is not yet what somebody may see.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db import connection, models

from messaging import search
from messaging.search import facets, tokens
from messaging.search.query import Query


def of_remarks():
    return search.index_of("kf_sessions_search_remark", "kf_sessions_remark")


def of_values():
    return search.index_of("kf_sessions_search_value", "kf_sessions_fieldvalue")


def add_remark(remark: models.Model) -> None:
    of_remarks().put([_of_remark(remark)])


def add_value(value: models.Model) -> None:
    of_values().put([_of_value(value)])


def remarks(query: Query) -> Iterator[list[int]]:
    return of_remarks().find(query)


def values(query: Query) -> Iterator[list[int]]:
    return of_values().find(query)


def install() -> None:
    for index in (of_remarks(), of_values()):
        index.install()


def mend(**options: Any) -> None:
    """A migration that rebuilds a table of SQLite's drops its triggers: they are put back."""
    if of_values().table in connection.introspection.table_names():
        install()


def remove() -> None:
    for index in (of_remarks(), of_values()):
        index.remove()


def rebuild(remark: type[models.Model], value: type[models.Model]) -> Iterator[int]:
    """Write all entries anew; yields how many rows a batch had. A migration passes its own models."""
    return chain(
        search.anew(of_remarks(), remark.objects.prefetch_related("customer"), _of_remark),
        search.anew(of_values(), value.objects.prefetch_related("customer"), _of_value),
    )


def _of_remark(remark: Any) -> search.Entry:
    return _entry(remark, remark.text)


def _of_value(value: Any) -> search.Entry:
    """A yes or no has no words."""
    said = value.value if isinstance(value.value, list) else [value.value]
    return _entry(value, " ".join(word for word in said if isinstance(word, str)))


def _entry(row: Any, text: str) -> search.Entry:
    ordered, loose = tokens.cut(text)
    return row.pk, ordered, loose | {facets.account(row.customer.account_id)}
