"""Work that many workers may take and a dead one's work that others take over.

A row is claimed by moving the moment at which it is due by a lease and writing who has it. A worker
that dies never comes back to it, so the row becomes due again by itself.
"""

import os
import secrets
import socket
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from messaging import live


def new_owner() -> str:
    """A name for one worker thread: unique in the world, readable in the admin."""
    return f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(3)}"


def lease() -> timedelta:
    return timedelta(seconds=settings.KF_LEASE_SECONDS)


def claim(due: QuerySet, owner: str, *, field: str, limit: int = 1, step: str = "") -> list[int]:
    """Take up to `limit` rows of `due` (a queryset of what is due, in order) for one lease.

    `field` is the column that says when a row is due; `step` is woken when more are due than were
    taken. Returns the primary keys taken.
    """
    if not due.exists():
        return []  # the common case costs no write transaction
    model = due.model
    with transaction.atomic():
        found = list(unheld(due).values_list("pk", flat=True)[: limit + bool(step)])
        taken = found[:limit]
        if len(found) > limit:
            live.wake(step)
        if taken:
            until = timezone.now() + lease()
            model.objects.filter(pk__in=taken).update(**{field: until, "lease_owner": owner})
    return taken


def borrow(due: QuerySet, *, field: str, limit: int) -> list[int]:
    """A claim without an owner, for what does no harm when it is done twice."""
    if not due.exists():
        return []
    with transaction.atomic():
        taken = list(unheld(due).values_list("pk", flat=True)[:limit])
        due.model.objects.filter(pk__in=taken).update(**{field: timezone.now() + lease()})
    return taken


def unheld(rows: QuerySet) -> QuerySet:
    """These rows, locked as they are read; what somebody else has locked is left out."""
    return rows.select_for_update(skip_locked=True, of=("self",), no_key=True)


@transaction.atomic
def change(model: type, keys: Iterable[int], **values: Any) -> None:
    """Update several rows, locked in the order in which all lock them: who waits is never waited for."""
    rows = model.objects.filter(pk__in=keys)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    rows.update(**values)


def renew(model: type, pk: int, owner: str, *, field: str) -> bool:
    """Hold it for another lease; False when somebody else has it by now."""
    until = timezone.now() + lease()
    return bool(model.objects.filter(pk=pk, lease_owner=owner).update(**{field: until}))
