"""Fetch who a customer is at first contact: the platform tells it for 48 hours only (§7.3)."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from messaging import leases, live, pictures, search
from messaging.backends import Profile, SendError, backend_for
from messaging.models import Connection, Customer

logger = logging.getLogger(__name__)

BATCH = 100
AGAIN = timedelta(minutes=2)


def fetch(owner: str = "") -> int:
    """Ask for up to 100 customers of one connection. Returns how many were asked for."""
    due = Customer.objects.filter(
        profile_due_at__lte=timezone.now(), account__connection__is_enabled=True
    ).order_by("profile_due_at")
    first = due.values_list("account__connection", flat=True).first()
    if first is None:
        return 0
    same = due.filter(account__connection=first)
    taken = leases.borrow(same, field="profile_due_at", limit=BATCH)
    by_id: dict[str, list[Customer]] = {}
    for customer in Customer.objects.filter(pk__in=taken):
        by_id.setdefault(customer.external_id, []).append(customer)
    backend = backend_for(Connection.objects.get(pk=first))
    try:
        for profile in backend.profiles(list(by_id)):
            for customer in by_id.get(profile.external_id, ()):
                _keep(customer, profile)
    except SendError as error:
        logger.warning("profiles could not be read: %s", error)
        leases.change(Customer, taken, profile_due_at=timezone.now() + AGAIN)
        return 0
    # Whoever was not answered was silent for too long, or is nobody: nothing to ask again.
    leases.change(Customer, taken, profile_due_at=None)
    live.wake("intake")
    live.wake("pictures")
    return len(taken)


@transaction.atomic
def _keep(customer: Customer, profile: Profile) -> None:
    customer.nickname, customer.unionid = profile.nickname[:120], profile.unionid
    Customer.objects.filter(pk=customer.pk).update(
        nickname=customer.nickname,
        gender=profile.gender,
        unionid=customer.unionid,
        profile_at=timezone.now(),
        is_changed=True,
        **pictures.wanted(customer, profile.avatar[:1000]),
        **({} if customer.entrance or not profile.entrance else {"entrance": profile.entrance}),
    )
    search.add_customers([customer])
