"""What time alone does to the lists: a snooze or a code is over, a window is about to close."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from messaging.fragments import announce_messages
from messaging.models import Customer
from sessions import notes, notices
from sessions.fragments import announce_session, announce_sessions
from sessions.lists import CLOSING
from sessions.models import Event, Session
from sessions.surveys import LEADS

BATCH = 300
LAST = timedelta(hours=1)
LOOKS = timedelta(minutes=5)  # how far back `closing` looks: it may have been late


def wake(owner: str = "") -> int:
    """Bring back what was snoozed until now."""
    due = Session.objects.open().filter(snoozed_until__lte=timezone.now())
    woken = list(due.select_related("customer", "agent").order_by("snoozed_until")[:BATCH])
    for session in woken:
        with transaction.atomic():
            message = session.wake()
            if message:
                announce_messages([message])
                announce_session(session)
                notices.tell([notices.News(session.agent, session, Event.BACK)])
    return len(woken)


def expire(owner: str = "") -> int:
    """A code that nobody used is over: show what is due now, and that nothing can be sent by it."""
    over = Customer.objects.filter(code_expires_at__lte=timezone.now())
    found = list(over.values_list("pk", flat=True).order_by("code_expires_at")[:BATCH])
    for pk in found:
        with transaction.atomic():
            customer = Customer.objects.select_for_update().get(pk=pk)
            customer.look_for_code()
            for session in customer.sessions.open():
                session.customer = customer
                session.save(update_fields=[])
                announce_session(session, moved=False)
    return len(found)


class Closing:
    """Show in the lists, once, those whose window or code has come near its end: no event tells of it."""

    def __init__(self) -> None:
        self.looked_at: datetime | None = None

    def __call__(self, owner: str = "") -> int:
        now = timezone.now()
        since, self.looked_at = self.looked_at or now - LOOKS, now
        near = since + CLOSING, now + CLOSING
        windows = _near("closes_at", *near).filter(waiting_since__isnull=False)
        closing = list(windows.select_related("agent")[:BATCH])
        coded = _near("customer__code_expires_at", *near).select_related("agent", "customer")
        expiring = [session for session in coded[:BATCH] if session.code_until]
        announce_sessions([*closing, *expiring])
        _tell_agents(closing, Event.CLOSING)
        _tell_agents(expiring, Event.CODE)
        lapsing = _near("closes_at", since + LAST, now + LAST)
        _tell_leads(lapsing.filter(waiting_since__isnull=False)[:BATCH])
        return 0


def _tell_agents(sessions: Iterable[Session], event: Event) -> None:
    notices.tell_once((notices.News(each.agent, each, event) for each in sessions), event)


def _tell_leads(sessions: Iterable[Session]) -> None:
    """What is lost in an hour if nobody answers, whoever has it: its own agent was told before."""
    told = [
        notices.News(lead, session, Event.LAPSING)
        for session in sessions
        for lead in notes.team_of(session).filter(LEADS).exclude(pk=session.agent_id)
    ]
    notices.tell_once(told, Event.LAPSING)


def _near(column: str, after: datetime, until: datetime) -> QuerySet[Session]:
    return Session.objects.open().filter(**{f"{column}__gt": after, f"{column}__lte": until})
