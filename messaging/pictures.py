"""Customers' own pictures: fetched from where the platform says, kept small, served from here.

wanted(customer, address)   in the words of an update: what becomes of the picture that we have
fetch(owner)                a worker step: fetches some that are due

Each one lies under a name of its own, so that a browser may keep what it has seen for good.
"""

import logging
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from messaging import failures, files, leases, live
from messaging.backends import SendError
from messaging.fetching import fetched
from messaging.models import Customer

logger = logging.getLogger(__name__)

MOST = 2 * 1024 * 1024
SECONDS = 10
SIDE = 96
BATCH = 4
AGAIN = timedelta(hours=1)
GIVE_UP = timedelta(days=1)  # after the profile was read: initials do as well


def wanted(customer: Customer, address: str) -> dict[str, Any]:
    if address == customer.avatar and bool(address) == bool(customer.picture):
        return {}
    return {"avatar": address, "picture_due_at": timezone.now()}


def fetch(owner: str = "") -> int:
    """Fetch some that are due; how many were tried. To fetch one twice does no harm."""
    due = Customer.objects.filter(
        picture_due_at__lte=timezone.now(), account__connection__is_enabled=True
    )
    taken = leases.borrow(due.order_by("picture_due_at"), field="picture_due_at", limit=BATCH)
    for customer in Customer.objects.filter(pk__in=taken).select_related("account__connection"):
        _fetch_one(customer)
    if taken:
        live.wake("intake")
    return len(taken)


def _fetch_one(customer: Customer) -> None:
    if not customer.avatar:
        return _keep(customer, None)
    connection = customer.account.connection
    try:
        with fetched(customer.avatar, connection, most=MOST, seconds=SECONDS) as answer:
            small = files.thumbnail(b"".join(answer.iter_bytes(0)), SIDE)
    except SendError as error:
        return _put_off(customer, error)
    if small is None:
        return _put_off(customer, SendError(failures.NOT_SUCH_A_FILE))
    _keep(customer, small)


def _put_off(customer: Customer, error: SendError) -> None:
    now = timezone.now()
    logger.info("the picture of customer %s cannot be fetched: %s", customer.pk, error)
    is_fresh = customer.profile_at and now < customer.profile_at + GIVE_UP
    may_pass = error.failure.cure is failures.Cure.RETRY and is_fresh
    _same(customer).update(picture_due_at=now + AGAIN if may_pass else None)


def _keep(customer: Customer, small: bytes | None) -> None:
    """In place of the one before it, whose file goes."""
    key = files.new_key() if small else ""
    if small:
        default_storage.save(path_of(key), ContentFile(small))
    if _same(customer).update(picture=key, picture_due_at=None, is_changed=True):
        key = customer.picture
    if key:
        default_storage.delete(path_of(key))


def _same(customer: Customer):
    """If nobody has learned of another picture meanwhile."""
    return Customer.objects.filter(pk=customer.pk, avatar=customer.avatar, picture=customer.picture)


def path_of(key: str) -> str:
    return f"pictures/{key[:2]}/{key}.webp"
