"""Take the rows that the wire has stored, find or open their sessions, decide what happens.

News comes up through rows, not signals: whatever is not routed yet is ours to route. What happens to
one customer happens under that customer's lock and in the order in which it was said.
"""

from collections import defaultdict
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from messaging import budget, kinds
from messaging.fragments import announce_message
from messaging.models import Customer, Message, State
from sessions import (
    cards,
    fragments,
    notices,
    ratings,
    recalls,
    stages,
    surveys,
    unanswered,
    welcomes,
)
from sessions.counts import place_of
from sessions.models import Block, Carrier, Session, SessionEvent, Survey
from sessions.models.beside import links_of
from sessions.scales import clicked

BATCH = 300
Direction, Status = Message.Direction, Message.Status
ENDED = 3  # change_type (protocol/wecom_kf.md §3.4)
OF_PROFILE = {"enter_session", "reject_customer_msg_switch_change", "msg_send_fail"}


def route(owner: str = "") -> int:
    """Route one batch and show what changed. Returns how many rows and customers that were."""
    return _route() + cards.renew(BATCH)


def _route() -> int:
    waiting = Message.objects.filter(is_routed=False).order_by("id")
    if not waiting.exists():
        return 0  # the common case costs no write transaction
    with transaction.atomic():
        ids = set(waiting.values_list("customer_id", flat=True)[:BATCH])
        if not ids:
            return 0
        # Another worker may be routing some of them at this moment: those are left to it.
        locked = Customer.objects.select_for_update(skip_locked=True, of=("self",))
        customers = locked.filter(pk__in=ids).select_related("account")
        customers = customers.annotate(is_blocked=Block.on("pk")).in_bulk()
        rows = list(waiting.filter(customer__in=customers)[: 2 * BATCH])
        _Batch(customers, rows).route()
    return len(rows)


class _Batch:
    """Sessions of the customers of one batch, kept in memory until all rows are routed."""

    def __init__(self, customers: dict[int, Customer], rows: list[Message]) -> None:
        self.customers = customers
        self.rows = rows
        self.sessions: dict[int, Session] = {}
        self.known: dict[int, Session] = {}  # by key; of each session there is one object
        self.touched: list[Session] = []
        self.opened: list[Session] = []
        self.routed: list[tuple[Message, Session | None]] = []
        self.links = links_of(customers)
        self.given: list[Session] = []  # by the platform, to one of our agents
        self.rated: list[tuple[Session, int, Message]] = []
        self.events: list[SessionEvent] = []
        held = Session.objects.select_related("agent").open().filter(customer__in=customers)
        for session in held:
            session.customer = customers[session.customer_id]
            self.sessions[session.customer_id] = self.known[session.pk] = session
        self.places = {key: place_of(session) for key, session in self.known.items()}
        self.natives = {key for key, session in self.known.items() if session.is_native}

    def route(self) -> None:
        for row in self.rows:
            session = self._route(row, self.customers[row.customer_id])
            self.routed.append((row, session))
        touched = {id(session): session for _, session in self.routed if session}
        self.touched = list(touched.values())
        self._wait_again()
        self._save()
        SessionEvent.keep(self.events)
        surveys.follow(self.rows)
        welcomes.greet(self.rows, self.customers, self.sessions)
        for session, rating, row in self.rated:
            survey = surveys.rate(session, rating, carrier=Carrier.PLATFORM, after=row)
            if survey.reopened:
                fragments.announce_session(survey.reopened)
        self._mark()
        moved = any(place_of(session) != self.places.get(session.pk) for session in self.touched)
        fragments.announce_sessions(self.touched, moved)
        if changed := {row.customer_id for row in self.rows if row.kind in OF_PROFILE}:
            cards.announce_cards(changed, "profile")
        notices.tell_queue(self.opened + [one for one in self.touched if one.pk in self.natives])
        notices.tell_given(self.given)
        notices.tell_routed(self.routed)

    def _wait_again(self) -> None:
        """An answer that was lost is none: whoever had asked waits as before."""
        lost = {
            session.pk: session for row, session in self.routed if unanswered.is_lost(row, session)
        }
        for pk, since in unanswered.since(lost).items():
            lost[pk].waiting_since = min(since, lost[pk].waiting_since or since)

    def _save(self) -> None:
        """New sessions in one statement, changed ones in another."""
        for session in self.touched:
            if not session.is_ended:
                customer = session.customer
                session.hold_natively(customer.state, customer.servicer, self.links)
            session.note_order()
        self.opened = new = [session for session in self.touched if session.pk is None]
        changed = [session for session in self.touched if session.pk is not None]
        fields = [f.name for f in Session._meta.concrete_fields if not f.primary_key]
        Session.objects.bulk_create(new)
        Session.objects.bulk_create(
            changed, update_conflicts=True, update_fields=fields, unique_fields=["id"]
        )

    def _mark(self) -> None:
        """One statement for the rows of open sessions, by far the most."""
        to_open, to_others = [], defaultdict(list)
        had_one = [row.pk for row, _ in self.routed if row.session_id]
        for row, session in self.routed:
            if session and not row.session_id and not session.is_ended:
                to_open.append(row.pk)
            elif not row.session_id:
                to_others[session and session.pk].append(row.pk)
        current = Session.objects.open().filter(customer=OuterRef("customer")).values("pk")
        _routed(to_open, session=Subquery(current[:1]))
        _routed(had_one)
        for session_id, ids in to_others.items():
            _routed(ids, session=session_id)

    def _route(self, row: Message, customer: Customer) -> Session | None:
        if row.direction == Direction.IN:
            return self._inbound(row, customer)
        if row.direction == Direction.OUT and row.status == Status.ACCEPTED:
            self.events += SessionEvent.of(row)
            return None  # nothing has changed that is shown
        session = self._other(row, customer)
        if session:
            self.events += SessionEvent.of(row, session, self.links)
        return session

    def _other(self, row: Message, customer: Customer) -> Session | None:
        if row.direction == Direction.EVENT:
            return self._event(row, customer)
        if row.origin in (Message.Origin.SERVICER, Message.Origin.SYSTEM) and not row.status:
            return self._from_there(row, customer)
        return self.of(row)  # ours, and it failed: buttons and budget depend on it

    # --- what customers say -------------------------------------------------------------------

    def _inbound(self, row: Message, customer: Customer) -> Session | None:
        row.customer = customer
        session = self.sessions.get(customer.pk)
        if clicked(row.content):
            survey = ratings.answer(row, is_busy=session is not None)
            return self._rated(survey, customer) if survey else session
        if session is None and stages.is_past(row):
            return stages.latest(self, customer)
        if session is None:
            survey = ratings.answer_in_words(row) or ratings.comment(row, self.asked_why)
            if survey:
                return self._rated(survey, customer)
        session = session or self.open(row, customer)
        if session is None:
            return None
        self.events.append(SessionEvent.coming(session, row))
        session.note_latest(row)
        session.unread += 1
        session.snoozed_until = None  # there is news: that is what it waited for
        session.waiting_since = session.waiting_since or row.sent_at
        return session

    @cached_property
    def asked_why(self) -> dict[int, Survey]:
        """Read once, and only if somebody without a session writes."""
        return ratings.waiting(self.customers.keys())

    def _rated(self, survey: Survey, customer: Customer) -> Session:
        """A click opens nothing; the plan may say that a low mark does."""
        if survey.reopened:
            self.sessions[customer.pk] = self.known[survey.reopened.pk] = survey.reopened
            fragments.announce_session(survey.reopened)
        return self.remember(survey.session, customer)

    def note(self, session: Session, kind: str, row: Message, **fields: Any) -> None:
        self.events.append(SessionEvent.about(session, kind, row.sent_at, row, **fields))

    def remember(self, session: Session, customer: Customer) -> Session:
        """One object for each session, even if several rows of a batch concern it."""
        current = self.sessions.get(customer.pk)
        if current and current.pk == session.pk:
            return current
        session.customer = customer
        return self.known.setdefault(session.pk, session)

    def open(self, row: Message, customer: Customer) -> Session | None:
        """What nobody can answer is only shown, and what a blocked customer writes (block.py)."""
        if customer.is_blocked:
            return None
        if row.is_history and row.sent_at < timezone.now() - budget.WINDOW:
            return None
        session = Session(  # saved with the others of the batch
            account=customer.account,
            customer=customer,
            opened_at=row.sent_at,
            latest_at=row.sent_at,
            is_history=row.is_history,
        )
        self.sessions[customer.pk] = session
        self.events.append(SessionEvent.opening(session))
        return session

    # --- what happens at the platform -----------------------------------------------------------

    def _event(self, row: Message, customer: Customer) -> Session | None:
        session = self.of(row) or self.sessions.get(customer.pk)
        if row.kind == "desk_event":
            return stages.follow(self, row, customer, session)
        if row.kind == "session_status_change":
            return self._status_change(row, customer, session)
        if row.kind in kinds.RECALLS:
            return recalls.follow(self, row, customer) or session
        if session and row.kind in ("transfer", "end"):
            session.heading_to = None  # one of our own transitions has been done or refused
        return session

    def _status_change(
        self, row: Message, customer: Customer, session: Session | None
    ) -> Session | None:
        if row.content.get("change_type") == ENDED:
            # An end may be pulled long after a newer session has begun (§9.1).
            is_its = session and _second(row.sent_at) >= _second(session.opened_at)
            if is_its and not session.is_ended:
                session.close(Session.EndedBy.PLATFORM, at=row.sent_at)
                self.sessions.pop(customer.pk, None)
                if not row.is_history:
                    _ask(session)
            return session
        session = session or self.open(row, customer)
        if session:
            session.note_latest(row)
        return session

    def _from_there(self, row: Message, customer: Customer) -> Session | None:
        """By a servicer in the platform's own client, or by its bot, which is nobody's reply."""
        session = self.sessions.get(customer.pk)
        if session is None and stages.is_past(row):
            return stages.latest(self, customer)
        session = session or self.open(row, customer)
        if session:
            session.note_latest(row)
            if row.origin == Message.Origin.SERVICER:
                session.waiting_since = None
                session.first_reply_at = session.first_reply_at or row.sent_at
            elif customer.state == State.ASSISTANT and session.agent_id is None:
                session.waiting_since = None
        return session

    def of(self, row: Message) -> Session | None:
        """The session a row of ours was made for, be it open or ended."""
        if row.session_id is None:
            return None
        current = self.sessions.get(row.customer_id)
        if current and current.pk == row.session_id:
            return current
        if row.session_id in self.known:
            return self.known[row.session_id]
        session = Session.objects.for_rows().get(pk=row.session_id)
        return self.remember(session, self.customers[row.customer_id])


def _routed(ids: list[int], **values: Any) -> None:
    if ids:
        Message.objects.filter(pk__in=ids).update(is_routed=True, **values)


def _ask(session: Session) -> None:
    """The native end gives a closing code too (§5.2): it is used while it lives."""
    if question := surveys.ask(session).message:
        announce_message(question)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
