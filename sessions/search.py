"""Search: what an agent asked for, among what this agent may see, newest first by keyset pages."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from messaging import kinds, search
from messaging.models import Customer, Message
from messaging.search import facets
from messaging.search.query import Query
from messaging.search.snippet import Piece, snippet
from sessions import known
from sessions.models import Agent, FieldValue, Remark
from sessions.operators import OPERATORS, Asked, Condition, Misunderstood, parse

PAGE, PEOPLE, KNOWN = 30, 6, 6
LOOKED_AT = 300  # candidates among customers, and among what is known of them
MOST_LOOKED_AT = 4000  # candidates of one page; whoever wants to know goes on from there


@dataclass(frozen=True)
class Hit:
    message: Message
    session: int | None  # where it can be opened
    pieces: list[Piece]


@dataclass(frozen=True)
class Person:
    customer: Customer
    session: int | None
    pieces: list[Piece]


@dataclass(frozen=True)
class Known:
    """A note about a customer, or what stands in a field."""

    row: Remark | FieldValue
    session: int | None
    pieces: list[Piece]


@dataclass
class Found:
    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    has_more_people: bool = False
    known: list[Known] = field(default_factory=list)
    has_more_known: bool = False
    cursor: int | None = None
    problem: str = ""

    @property
    def is_nothing(self) -> bool:
        return not (self.hits or self.people or self.known or self.cursor)


@dataclass(frozen=True)
class Resolved:
    """What an index is asked, and what must hold of the rows."""

    query: Query
    rows: Q

    @classmethod
    def of(cls, asked: Asked, conditions: Iterable[Condition], served: Iterable[frozenset[str]]):
        marks, rows = list(served), Q()
        for condition in conditions:
            marks += [condition.marks] if condition.marks is not None else []
            rows &= condition.rows
        return cls(Query(asked.query().phrases, tuple(marks)), rows)


def find(agent: Agent, text: str, below: int | None = None) -> Found:
    """One page of hits; with the first one also customers, and what is written down about them."""
    asked = parse(text)
    found = Found(asked)
    if not asked.is_searchable:
        return found
    try:
        conditions = [OPERATORS[name](agent, value) for name, value in asked.operators]
    except Misunderstood as problem:
        found.problem = str(problem)
        return found
    served = _served(agent)
    resolved = Resolved.of(asked, conditions, served)
    if resolved.query.is_impossible:
        return found
    messages, found.cursor = _messages(agent, resolved, below)
    found.hits = _hits(agent, asked, messages)
    of_people = [condition.people for condition in conditions if condition.people]
    if below is None and len(of_people) == len(conditions):
        _add_customers(agent, found, Resolved.of(asked, of_people, served))
    return found


def _served(agent: Agent) -> list[frozenset[str]]:
    """The rows are authorised by fetching them; this spares looking at those of others."""
    if agent.serves_all:
        return []
    return [frozenset(map(facets.account, agent.visible_accounts().values_list("pk", flat=True)))]


def _messages(
    agent: Agent, resolved: Resolved, below: int | None
) -> tuple[list[Message], int | None]:
    """A page, and where the next one begins."""
    query = resolved.query
    if query.is_empty:
        query = query.marked(*facets.ALL)
    said = agent.messages().exclude(direction=Message.Direction.EVENT)
    visible = said.filter(resolved.rows, recalled_at=None)
    visible = visible.select_related("customer", "account", "author").defer("raw")
    page: list[Message] = []
    looked_at = 0
    with closing(search.messages(query, below)) as batches:
        for ids in batches:
            page += _in_order(visible, ids)
            looked_at += len(ids)
            if len(page) > PAGE:
                return page[:PAGE], page[PAGE - 1].pk
            if looked_at >= MOST_LOOKED_AT:
                return page, ids[-1]
    return page, None


def _in_order(visible: QuerySet[Message], ids: list[int]) -> list[Message]:
    """The first of these, newest first: enough for a page and to know that there is another."""
    found: list[Message] = []
    for at in range(0, len(ids), 2 * PAGE):
        some = visible.filter(pk__in=ids[at : at + 2 * PAGE]).order_by("-pk")
        found += some[: PAGE + 1 - len(found)]
        if len(found) > PAGE:
            break
    return found


def _hits(agent: Agent, asked: Asked, messages: list[Message]) -> list[Hit]:
    lost = {message.customer_id for message in messages if message.session_id is None}
    sessions = _latest_sessions(agent, lost)
    return [
        Hit(
            message,
            message.session_id or sessions.get(message.customer_id),
            snippet(kinds.preview_of(message.kind, message.text), asked.all_words),
        )
        for message in messages
    ]


def _add_customers(agent: Agent, found: Found, resolved: Resolved) -> None:
    """Those of this name, and those of whom this is known; opened where they wrote last."""
    people, rows = _people(agent, resolved), _known(agent, resolved)
    sessions = _latest_sessions(agent, {each.pk for each in people} | {r.customer_id for r in rows})
    words = found.asked.all_words
    found.people = [
        Person(customer, sessions.get(customer.pk), snippet(str(customer), words))
        for customer in people[:PEOPLE]
    ]
    found.known = [
        Known(row, sessions.get(row.customer_id), snippet(row.words, words)) for row in rows[:KNOWN]
    ]
    found.has_more_people, found.has_more_known = len(people) > PEOPLE, len(rows) > KNOWN


def _people(agent: Agent, resolved: Resolved) -> list[Customer]:
    people = agent.customers().filter(resolved.rows).select_related("account")
    if resolved.query.phrases:
        people = people.filter(pk__in=search.first(search.customers(resolved.query), LOOKED_AT))
    return list(people.order_by("-latest_at", "-pk")[: PEOPLE + 1])


def _known(agent: Agent, resolved: Resolved) -> list[Remark | FieldValue]:
    """The youngest first. Who may see the customer may see these."""
    if not resolved.query.phrases:
        return []
    remarks = Remark.objects.filter(pk__in=search.first(known.remarks(resolved.query), LOOKED_AT))
    values = FieldValue.objects.filter(pk__in=search.first(known.values(resolved.query), LOOKED_AT))
    rows = [*remarks.select_related("author"), *values.select_related("field", "by")]
    customers = agent.customers().filter(resolved.rows, pk__in={row.customer_id for row in rows})
    theirs = {customer.pk: customer for customer in customers.select_related("account")}
    seen = [row for row in rows if row.customer_id in theirs]
    for row in seen:
        row.customer = theirs[row.customer_id]
    return sorted(seen, key=lambda row: row.told_at, reverse=True)[: KNOWN + 1]


def _latest_sessions(agent: Agent, customers: set[int | None]) -> dict[int, int]:
    """{customer: session}; nothing is asked when nobody is to be looked up."""
    if not customers:
        return {}
    rows = agent.sessions().filter(customer__in=customers).order_by("opened_at", "pk")
    return dict(rows.values_list("customer_id", "pk"))
