"""Which of a customer's sessions at the platform is the present one, in whatever order news comes.

A platform that gives its sessions ids (Desk) has one at a time for each customer. What belongs to an
earlier one is shown, but says nothing about how things stand now.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from messaging import live
from messaging.backends import Inbound
from messaging.models import Account, Customer, PlatformSession

SETTLING = timedelta(seconds=5)  # what was overtaken on its way has come by then
KEPT = ["begun_at", "heard_at", "ended_at", "fill_at"]


def hear(account: Account, customers: dict[str, Customer], rows: list[Inbound]) -> None:
    """Note what these rows say about sessions; take the state from those that are past."""
    rows = [row for row in rows if row.session and row.customer]
    if not rows:
        return
    known = _known(account, customers, rows)
    was_over = {key for key, session in known.items() if session.ended_at}
    for row in sorted(rows, key=lambda row: row.sent_at):
        if row.session not in known:
            known[row.session] = _new(account, customers[row.customer], row)
        _hear(known[row.session], row)
    _supersede(known.values())
    present = _present(known.values())
    _keep(known.values(), present)
    for row in rows:
        session = known[row.session]
        is_over = session.ended_at is not None and not row.is_end
        if is_over or present[session.customer_id] is not session:
            row.state = None
        if row.session in was_over and session.ended_at:
            row.content = {**row.content, "past": True}


def _keep(sessions: Iterable[PlatformSession], present: dict[int, PlatformSession]) -> None:
    changed = [session for session in sessions if session.pk is not None]
    new = [session for session in sessions if session.pk is None]
    for session in new:
        if present[session.customer_id] is session:
            # Whatever we know is of another session, and perhaps of another clock.
            session.customer.state_at = None
    PlatformSession.objects.bulk_create(new)
    PlatformSession.objects.bulk_create(
        changed, update_conflicts=True, update_fields=KEPT, unique_fields=["id"]
    )


def _known(
    account: Account, customers: dict[str, Customer], rows: list[Inbound]
) -> dict[str, PlatformSession]:
    """Those that are named, and those that their customers have open."""
    ours = PlatformSession.objects.filter(account=account)
    named = ours.filter(external_id__in={row.session for row in rows})
    theirs = {customers[row.customer].pk for row in rows}
    opened = ours.filter(customer__in=theirs, ended_at=None)
    return {session.external_id: session for session in (*named, *opened)}


def _new(account: Account, customer: Customer, row: Inbound) -> PlatformSession:
    session = PlatformSession(
        account=account,
        customer=customer,
        external_id=row.session,
        begun_at=row.sent_at,
        heard_at=row.sent_at,
    )
    if row.kind != "desk_event" or row.content.get("event") != "SessionBegin":
        # Its beginning was not heard: perhaps more was not.
        session.fill_at = timezone.now() + SETTLING
        live.wake("backfill")
    return session


def _hear(session: PlatformSession, row: Inbound) -> None:
    session.begun_at = min(session.begun_at, row.sent_at)
    session.heard_at = max(session.heard_at, row.sent_at)
    if row.direction == "in" and session.ended_at and row.sent_at > session.ended_at:
        session.ended_at = None  # who writes in it knows better
    if row.is_end:
        session.ended_at = max(row.sent_at, session.ended_at or row.sent_at)


def _supersede(sessions: Iterable[PlatformSession]) -> None:
    """Whoever has begun another one has left the one before, even if its end was not heard."""
    latest: dict[int, PlatformSession] = {}
    for session in sorted(sessions, key=lambda one: one.begun_at):
        before = latest.get(session.customer_id)
        is_known_by_its_end = session.ended_at is not None and session.begun_at == session.ended_at
        if before and before.ended_at is None and not is_known_by_its_end:
            before.ended_at = session.begun_at
        if not (before and before.ended_at is None):
            latest[session.customer_id] = session


def _present(sessions: Iterable[PlatformSession]) -> dict[int, PlatformSession]:
    """Of each customer the open one; without one, the one that was heard of last."""
    found: dict[int, PlatformSession] = {}
    for session in sorted(sessions, key=lambda one: (one.ended_at is None, one.heard_at)):
        found[session.customer_id] = session
    return found


def of(customer: Customer) -> PlatformSession | None:
    """The one that is open now."""
    opened = PlatformSession.objects.filter(customer=customer, ended_at=None)
    return opened.order_by("begun_at").last()
