"""End what is older than 48 hours of silence: where nothing can be sent any more, nothing goes on."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from messaging import budget
from messaging.backends import with_budget
from messaging.models import State
from sessions import fragments, surveys
from sessions.models import Session

BATCH = 300


def end(owner: str = "") -> int:
    """End what is older than 48 hours of the customer's silence, as the platform does (§4.1)."""
    now = timezone.now()
    silent = now - budget.WINDOW - timedelta(minutes=1)
    stale = Session.objects.open().filter(
        Q(customer__last_in_at__lt=silent) | Q(customer__last_in_at=None, latest_at__lt=silent)
    )
    # Where nothing closes after 48 hours, an agent ends it.
    stale = stale.filter(customer__backend__in=with_budget())
    # What has not been read yet is not silence: after a standstill the news comes first.
    stale = stale.exclude(
        Q(account__poll_at__lte=now) | Q(account__poll_at=None) | Q(account__failed_pulls__gt=0),
        account__is_active=True,
        account__manage_privilege=True,
        account__connection__is_enabled=True,
    )
    ended = 0
    for session in stale.for_rows()[:BATCH]:
        with session.held():
            if session.is_ended or (session.customer.last_in_at or silent) > silent:
                continue
            session.customer.enter_state(State.ENDED)
            session.customer.save(update_fields=["state", "servicer", "state_at"])
            session.close(Session.EndedBy.SILENCE)
            surveys.decline(session)
            fragments.announce_session(session)
        ended += 1
    return ended
