"""Read the transcript of a session at the platform after something of it may have been missed.

What it says goes through our own door's rows like any news, so that one place orders it and knows
what is here already. A worker that starts looks at every session that is open: nobody knows what was
said while none ran.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from messaging import leases, live
from messaging.backends import SendError, backend_for
from messaging.models import Callback, PlatformSession

logger = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
RECENT = timedelta(days=1)
GIVE_UP = timedelta(hours=6)


class Backfill:
    """A worker step; one object for each process, as each begins by asking."""

    def __init__(self) -> None:
        self.has_begun = False

    def __call__(self, owner: str) -> int:
        if not self.has_begun:
            ask()
            self.has_begun = True
        return fill(owner)


def ask(**which: Any) -> int:
    """Every open session of the last day (of an account) is to be read; how many those are."""
    now = timezone.now()
    opened = PlatformSession.objects.filter(ended_at=None, heard_at__gt=now - RECENT, **which)
    asked = opened.filter(fill_at=None).update(fill_at=now)
    if asked:
        live.wake("backfill")
    return asked


def fill(owner: str) -> int:
    """Read one that is due. No transaction spans the call."""
    due = PlatformSession.objects.filter(
        fill_at__lte=timezone.now(), account__connection__is_enabled=True
    )
    taken = leases.claim(due.order_by("fill_at"), owner, field="fill_at", step="backfill")
    for session in PlatformSession.objects.filter(pk__in=taken).select_related(
        "account__connection", "customer"
    ):
        _fill(session)
    return len(taken)


def _fill(session: PlatformSession) -> None:
    now = timezone.now()
    mine = PlatformSession.objects.filter(pk=session.pk)
    try:
        found = list(backend_for(session.account.connection).transcript(session))
    except SendError as error:
        logger.warning("session %s: the transcript could not be read: %s", session.pk, error)
        is_over = error.permanent or session.heard_at < now - GIVE_UP
        mine.update(fill_at=None if is_over else now + AGAIN)
        return
    with transaction.atomic():
        Callback.objects.bulk_create(found)
        mine.update(fill_at=None, filled_at=now)
    live.wake("sync")
