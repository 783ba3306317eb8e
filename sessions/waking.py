"""What time alone does to the lists: a snooze is over, a window is about to close."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from messaging.fragments import announce_messages
from sessions import notices
from sessions.fragments import announce_session, announce_sessions
from sessions.lists import CLOSING
from sessions.models import Event, Session

BATCH = 300
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


class Closing:
    """Show in the lists, once, those whose window has come near its end: no event tells of it."""

    def __init__(self) -> None:
        self.looked_at: datetime | None = None

    def __call__(self, owner: str = "") -> int:
        now = timezone.now()
        since, self.looked_at = self.looked_at or now - LOOKS, now
        near = Session.objects.open().filter(
            waiting_since__isnull=False,
            closes_at__gt=since + CLOSING,
            closes_at__lte=now + CLOSING,
        )
        found = list(near.select_related("agent")[:BATCH])
        announce_sessions(found)
        notices.tell_closing(found)
        return 0
