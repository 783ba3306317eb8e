"""Search: what an agent asked for, among what this agent may see, newest first by keyset pages."""

from contextlib import closing
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from messaging import kinds, search
from messaging.models import Customer, Message
from messaging.search import facets
from messaging.search.query import Query
from messaging.search.snippet import Piece, snippet
from sessions.models import Agent
from sessions.operators import OPERATORS, Asked, Misunderstood, parse

PAGE, PEOPLE = 30, 6
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


@dataclass
class Found:
    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    has_more_people: bool = False
    cursor: int | None = None
    problem: str = ""

    @property
    def is_nothing(self) -> bool:
        return not (self.hits or self.people or self.cursor)


def find(agent: Agent, text: str, below: int | None = None) -> Found:
    """One page of hits; with the first one also the customers of that name."""
    asked = parse(text)
    found = Found(asked)
    try:
        query, rows = _resolved(agent, asked)
    except Misunderstood as problem:
        found.problem = str(problem)
        return found
    if query.is_empty or query.is_impossible:
        return found
    messages, found.cursor = _messages(agent, query, rows, below)
    found.hits = _hits(agent, asked, messages)
    if below is None and asked.all_words and {name for name, _ in asked.operators} <= {"account"}:
        people = _people(agent, query)
        found.has_more_people = len(people) > PEOPLE
        found.people = _persons(agent, asked, people[:PEOPLE])
    return found


def _resolved(agent: Agent, asked: Asked) -> tuple[Query, Q]:
    """What the index is asked, and what must hold of the rows."""
    query, rows = asked.query(), Q()
    for name, value in asked.operators:
        condition = OPERATORS[name](agent, value)
        query, rows = query.marked(*condition.marks), rows & condition.rows
    if not query.is_empty and not agent.serves_all:
        # The rows are authorised below; this spares looking at those of others.
        served = agent.visible_accounts().values_list("pk", flat=True)
        query = query.marked(*map(facets.account, served))
    return query, rows


def _messages(
    agent: Agent, query: Query, rows: Q, below: int | None
) -> tuple[list[Message], int | None]:
    """A page, and where the next one begins."""
    visible = agent.messages().filter(rows).exclude(direction=Message.Direction.EVENT)
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


def _people(agent: Agent, query: Query) -> list[Customer]:
    with closing(search.customers(query)) as batches:
        ids = next(batches, [])
    people = agent.customers().filter(pk__in=ids).select_related("account")
    return list(people.order_by("-latest_at", "-pk")[: PEOPLE + 1])


def _persons(agent: Agent, asked: Asked, people: list[Customer]) -> list[Person]:
    sessions = _latest_sessions(agent, {customer.pk for customer in people})
    return [
        Person(customer, sessions.get(customer.pk), snippet(str(customer), asked.all_words))
        for customer in people
    ]


def _latest_sessions(agent: Agent, customers: set[int | None]) -> dict[int, int]:
    """{customer: session}; nothing is asked when nobody is to be looked up."""
    if not customers:
        return {}
    rows = agent.sessions().filter(customer__in=customers).order_by("opened_at", "pk")
    return dict(rows.values_list("customer_id", "pk"))
