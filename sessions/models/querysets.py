"""Which sessions: as the lists, the counts and the indexes name them."""

from django.db import models
from django.db.models import Q

OPEN = Q(ended_at__isnull=True)
SNOOZED = Q(snoozed_until__isnull=False)


class SessionQuerySet(models.QuerySet):
    def open(self) -> "SessionQuerySet":
        return self.filter(OPEN)

    def in_queue(self) -> "SessionQuerySet":
        return self.filter(OPEN, agent__isnull=True, is_native=False)

    def of(self, agent) -> "SessionQuerySet":
        return self.filter(OPEN, agent=agent)

    def ended(self) -> "SessionQuerySet":
        return self.exclude(OPEN)

    def for_rows(self) -> "SessionQuerySet":
        """With all that a list row shows."""
        return self.select_related("customer", "account__rules", "agent", "survey")
