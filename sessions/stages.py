"""What a platform with sessions of its own (Desk) says happened to one, as intake comes to it.

Rows of a session that was over already when they came are marked "past": they are shown, and change
nothing.
"""

from typing import Any

from messaging.models import Customer, Message, PlatformSession
from sessions.models import Session, SessionEvent
from sessions.models.event import CALLS

GIVEN_TO_A_MEMBER = ("TransferToHumanSuccess", "AgentForward")


def is_past(row: Message) -> bool:
    return bool(row.content.get("past"))


def follow(batch: Any, row: Message, customer: Customer, session: Session | None) -> Session | None:
    """The session that this event belongs to, changed as it says."""
    event = row.content.get("event")
    if row.content.get("ended_by"):
        return _end(batch, row, customer, session)
    if event == "SatisfactionSelected":
        return _rated(batch, row, customer)
    if is_past(row):
        return session or latest(batch, customer)
    if event in CALLS:
        session = session or batch.open(row, customer)
        if session:
            session.latest_at = max(session.latest_at, row.sent_at)
            session.waiting_since = session.waiting_since or row.sent_at
    elif event in GIVEN_TO_A_MEMBER:
        session = session or batch.open(row, customer)
        member = row.content.get("servicer_userid", "")
        is_moved = event == "AgentForward"
        if session and session.follow_member(member, batch.links, is_moved):
            batch.given.append(session)
            batch.note(session, "assigned", row, agent_id=session.agent_id, facts={"how": "there"})
    return session


def _end(batch: Any, row: Message, customer: Customer, session: Session | None) -> Session | None:
    """Two events tell of one end, in any order: one says that it ended, the other why."""
    reason = row.content["ended_by"]
    if session is None:
        ended = latest(batch, customer)
        if ended and ended.ended_by == Session.EndedBy.DESK and reason != Session.EndedBy.DESK:
            ended.ended_by = reason
            told = {"facts": {"by": reason}}
            batch.events.append(SessionEvent.about(ended, "closed", ended.ended_at, row, **told))
        return ended
    if session.is_ended or row.sent_at < session.opened_at or _has_begun_anew(row, session):
        return session
    session.close(reason, at=row.sent_at)
    batch.sessions.pop(customer.pk, None)
    return session


def _has_begun_anew(row: Message, session: Session) -> bool:
    """Of a newer session at the platform something stands in this one already."""
    others = PlatformSession.objects.filter(customer=row.customer_id, ended_at=None)
    others = others.exclude(external_id=(row.raw or {}).get("SessionId", ""))
    begun_at = others.order_by("begun_at").values_list("begun_at", flat=True).last()
    return begun_at is not None and session.latest_at >= begun_at


def _rated(batch: Any, row: Message, customer: Customer) -> Session | None:
    """Of the session that it names, also when the next one has begun."""
    raw = row.raw or {}
    named = PlatformSession.objects.filter(
        customer=customer, external_id=row.content.get("session") or raw.get("SessionId", "")
    )
    until = named.values_list("ended_at", flat=True).first() or row.sent_at
    session = latest(batch, customer)
    if session and session.opened_at > until:
        earlier = Session.objects.for_rows().filter(customer=customer, opened_at__lte=until)
        found = earlier.order_by("-opened_at", "-id").first()
        session = batch.remember(found, customer) if found else None
    rating = row.content.get("rating")
    if session and rating:
        batch.rated.append((session, rating, row))
    return session


def latest(batch: Any, customer: Customer) -> Session | None:
    """The open one, or the one that ended last."""
    session = batch.sessions.get(customer.pk)
    if session is None:
        found = Session.objects.for_rows().filter(customer=customer).order_by("-id").first()
        session = batch.remember(found, customer) if found else None
    return session
