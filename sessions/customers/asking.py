"""What the address of the page of customers asks for."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from sessions.customers.narrowing import Filters
from sessions.customers.orders import ORDERS, USUAL, Order

LONGEST = 100


@dataclass(frozen=True)
class Query:
    text: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = ""

    @classmethod
    def parse(cls, params: QueryDict) -> "Query":
        """What the URL says; what makes no sense is left out."""
        text = params.get("q", "")[:LONGEST].replace("\0", "").strip()
        sort = params.get("sort", "")
        return cls(text, Filters.parse(params), sort if sort in ORDERS else "")

    @property
    def order(self) -> Order:
        return ORDERS.get(self.sort, USUAL)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """All but the words: what goes along with others."""
        return [*self.filters.pairs(), *([("sort", self.sort)] if self.sort else [])]

    def __str__(self) -> str:
        return urlencode([*([("q", self.text)] if self.text else []), *self.kept])

    @property
    def orders(self) -> list[tuple[Order, str]]:
        """(order, the list in it)."""
        return [(each, str(replace(self, sort=each.name))) for each in ORDERS.values()]

    def with_filters(self, filters: Filters) -> str:
        return str(replace(self, filters=filters))

    @property
    def bare(self) -> str:
        """Without what narrows it."""
        return str(Query(sort=self.sort))

    @property
    def everywhere(self) -> str:
        """Without the filters."""
        return self.with_filters(Filters())
