"""Who changes the hours of an account changes its figures: folding.py then counts them anew."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from messaging import live
from messaging.models import Account
from sessions.models import Agent, Hours, Recount
from sessions.reports.hours import calendars

logger = logging.getLogger(__name__)

TOLD = ("time_zone", "weekly", "days", "notes")


def keep(hours: Hours, agent: Agent) -> None:
    """In place of those that hold from the same day on; what held before stays."""
    hours.clean()
    told = {name: getattr(hours, name) for name in TOLD}
    told |= {"changed_by": agent, "changed_at": timezone.now()}
    with _followed(hours.account_id):
        Hours.objects.update_or_create(
            account_id=hours.account_id, since=hours.since, defaults=told
        )


def delete(hours: Hours, agent: Agent) -> None:
    words = "%s deleted the hours of account %s from %s on"
    logger.info(words, agent, hours.account_id, hours.since)
    with _followed(hours.account_id):
        hours.delete()


@contextmanager
def _followed(account: int) -> Iterator[None]:
    """From the first day of the past that now counts otherwise, all is counted anew."""
    with transaction.atomic():
        list(Account.objects.select_for_update(no_key=True).filter(pk=account).values("pk"))
        before = calendars([account])[account]
        yield
        after = calendars([account])[account]
        today = timezone.now().date() + timedelta(days=1)  # it may be tomorrow there
        if since := after.differs_from(before, today):
            Recount.ask(account, since)
            live.wake("reports")
