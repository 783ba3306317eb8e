"""The rows themselves, for who counts elsewhere: one for each session, or one for each message.

They are read and written piece by piece, so that a year needs no memory. Each piece is a query of
its own: no cursor stays open meanwhile, under which SQLite would refuse to write.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Model, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Customer, Message
from sessions.models import Session, SessionFact, Tag
from sessions.reports.metrics import METRICS
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind
from sessions.reports.tables import Column

CHUNK = 200  # sessions at a time
PIECE = 2000  # messages at a time
LONGEST = 32_000  # letters: what a field of a sheet holds
Value = Callable[["Chunk", Any], Any]


@dataclass(frozen=True)
class Chunk:
    """Some facts, and the names of what they tell of."""

    reading: Reading
    facts: list[SessionFact]
    customers: dict[int, Customer]
    tags: dict[int, list[str]]

    def agent(self, pk: int | None) -> str:
        return self.reading.name_of("agent", pk) if pk else ""

    def account(self, row: Any) -> str:
        return self.reading.name_of("account", row.account_id)

    def customer(self, row: Any) -> str:
        found = self.customers.get(row.customer_id)
        return str(found) if found else ""

    def identity(self, row: Any) -> str:
        found = self.customers.get(row.customer_id)
        return found.external_id if found else ""


def _seconds(name: str, metric: str) -> tuple[Column, Value]:
    return Column(METRICS[metric].label, Kind.SECONDS), lambda _chunk, fact: getattr(fact, name)


def _count(name: str, label: str | Promise) -> tuple[Column, Value]:
    return Column(label, Kind.COUNT), lambda _chunk, fact: getattr(fact, name)


def _moment(name: str, label: str | Promise) -> tuple[Column, Value]:
    return Column(label, Kind.MOMENT), lambda _chunk, row: getattr(row, name)


SESSION: tuple[tuple[Column, Value], ...] = (
    (Column(_("Session")), lambda chunk, fact: fact.session_id),
    (Column(_("Customer")), lambda chunk, fact: chunk.customer(fact)),
    (Column(_("Customer ID")), lambda chunk, fact: chunk.identity(fact)),
    (Column(_("Account")), lambda chunk, fact: chunk.account(fact)),
    (Column(_("Entrance")), lambda chunk, fact: fact.entrance),
    _moment("opened_at", _("Opened")),
    _moment("closed_at", _("Ended")),
    (Column(_("Ended by")), lambda chunk, fact: str(_endings().get(fact.closed_by, ""))),
    (Column(_("Agent")), lambda chunk, fact: chunk.agent(fact.owner_id)),
    (Column(_("First reply by")), lambda chunk, fact: chunk.agent(fact.first_agent_id) or fact.first_servicer),
    _moment("first_reply_at", _("First reply")),
    _seconds("first_reply", "first_reply"),
    _seconds("slowest", "slowest_reply"),
    _seconds("assignment", "assignment"),
    _seconds("queued", "queue_wait"),
    _seconds("resolution", "resolution"),
    _seconds("handled", "handle_time"),
    _seconds("waited_for_us", "waited_for_us"),
    _count("messages_in", _("Messages in")),
    _count("messages_out", _("Messages out")),
    _count("replies", _("Replies")),
    _count("failed", _("Send failures")),
    _count("transfers", _("Transfers")),
    _count("score", _("Rating")),
    (Column(_("Tags")), lambda chunk, fact: ", ".join(chunk.tags.get(fact.session_id, ()))),
)  # fmt: skip
MESSAGE: tuple[tuple[Column, Value], ...] = (
    (Column(_("Message")), lambda chunk, row: row.pk),
    (Column(_("Session")), lambda chunk, row: row.session_id),
    (Column(_("Customer")), lambda chunk, row: chunk.customer(row)),
    (Column(_("Customer ID")), lambda chunk, row: chunk.identity(row)),
    (Column(_("Account")), lambda chunk, row: chunk.account(row)),
    _moment("sent_at", _("Time")),
    (Column(_("Direction")), lambda chunk, row: row.get_direction_display()),
    (Column(_("Written by")), lambda chunk, row: _writer(chunk, row)),
    (Column(_("Kind")), lambda chunk, row: row.kind),
    (Column(_("Status")), lambda chunk, row: row.get_status_display() if row.status else ""),
    (Column(_("Text")), lambda chunk, row: _said(row)[:LONGEST]),
)  # fmt: skip
RAW = {"sessions": SESSION, "messages": MESSAGE}


def columns_of(what: str) -> list[Column]:
    return [column for column, _value in RAW[what]]


def about(what: str, reading: Reading) -> int:
    """How many rows it will be, by the facts alone: that is quick, and near enough."""
    messages = Sum(F("messages_in") + F("messages_out") + F("failed"))
    found = reading.rows("sessions").order_by().aggregate(sessions=Count("*"), messages=messages)
    return found[what] or 0


def rows_of(what: str, reading: Reading, accounts: set[int] | None = None) -> Iterator[list[Any]]:
    """Of the sessions that were opened in the period and pass its filters; `accounts` learns whose."""
    for facts in _pieces(reading.rows("sessions"), ("opened_at", "pk"), CHUNK):
        if accounts is not None:
            accounts.update(fact.account_id for fact in facts)
        customers = Customer.objects.in_bulk({fact.customer_id for fact in facts})
        chunk = Chunk(reading, facts, customers, _tags([fact.session_id for fact in facts]))
        for row in facts if what == "sessions" else _messages(chunk):
            yield [value(chunk, row) for _column, value in RAW[what]]


def _pieces(rows: QuerySet, order: tuple[str, ...], size: int) -> Iterator[list[Any]]:
    later = Q()
    while found := list(rows.filter(later).order_by(*order)[:size]):
        yield found
        if len(found) < size:
            return
        first, last = order[0], found[-1]
        later = _beyond(last, order) & Q(**{f"{first}__gte": getattr(last, first)})


def _beyond(row: Model, order: tuple[str, ...]) -> Q:
    name, *rest = order
    value = getattr(row, name)
    later = Q(**{f"{name}__gt": value})
    return later | Q(**{name: value}) & _beyond(row, tuple(rest)) if rest else later


def _tags(sessions: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    pairs = Tag.sessions.through.objects.filter(session__in=sessions).order_by("tag__name")
    for session, name in pairs.values_list("session", "tag__name"):
        found[session].append(name)
    return found


def _messages(chunk: Chunk) -> Iterator[Message]:
    """What was said; notes and what happened beside it stay in the console."""
    said = (Message.Direction.IN, Message.Direction.OUT)
    rows = Message.objects.filter(session__in=[fact.session_id for fact in chunk.facts])
    rows = rows.filter(direction__in=said).defer("raw", "content")
    for piece in _pieces(rows, ("session_id", "sent_at", "pk"), PIECE):
        yield from piece


def _writer(chunk: Chunk, row: Message) -> str:
    return chunk.agent(row.author_id) or row.servicer or row.get_origin_display()


def _said(row: Message) -> str:
    return row.preview if row.recalled_at else row.text


def _endings() -> dict[str, Any]:
    return dict(Session.EndedBy.choices)
