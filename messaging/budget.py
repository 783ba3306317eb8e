"""What may still be sent: 5 messages in the 48 h after the customer's last (wecom_kf.md §5.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

LIMIT = 5
WINDOW = timedelta(hours=48)


@dataclass(frozen=True)
class Budget:
    """`last_in_at` is the platform's time of the customer's last message, None if there is none.

    Where nothing is limited the window never closes and nothing is spent.
    """

    last_in_at: datetime | None
    used: int
    is_limited: bool = True

    @property
    def closes_at(self) -> datetime | None:
        return self.last_in_at + WINDOW if self.is_limited and self.last_in_at else None

    def is_open(self, now: datetime | None = None) -> bool:
        if not self.is_limited:
            return True
        return self.closes_at is not None and (now or timezone.now()) < self.closes_at

    def left(self, now: datetime | None = None) -> int:
        if not self.is_limited:
            return LIMIT
        return max(0, LIMIT - self.used) if self.is_open(now) else 0

    @property
    def limit(self) -> int:
        return LIMIT

    @property
    def dots(self) -> list[bool]:
        """One for each message of the allowance, True while it is left."""
        left = self.left()
        return [position < left for position in range(LIMIT)]


def used_after_inbound(sent_at: datetime, accepted: list[datetime], pending: int) -> int:
    """How many of a fresh allowance are gone when an inbound message of `sent_at` is seen.

    What was accepted in a later second than the customer wrote, and what is still on its way,
    counts against the new allowance. The platform's times are whole seconds: what was accepted in
    the same second is taken for older, and a 95001 sets that right (outbox).
    """
    end_of_second = sent_at.replace(microsecond=0) + timedelta(seconds=1)
    return min(LIMIT, pending + sum(moment >= end_of_second for moment in accepted))
