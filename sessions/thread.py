"""A customer's thread: pages of messages by keyset, oldest first within a page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from messaging.fragments import messages_for_thread
from messaging.models import Customer, Message

PAGE = 50


@dataclass(frozen=True)
class Thread:
    messages: list[Message]
    has_earlier: bool

    @property
    def first(self) -> str:
        """The cursor for what came earlier."""
        return self.messages[0].key if self.messages else ""

    def only(self, after: int, others: set[int]) -> "Thread":
        """The messages that came after one, and those others."""
        kept = [m for m in self.messages if m.pk > after or m.pk in others]
        return Thread(kept, self.has_earlier)

    @property
    def ids(self) -> set[int]:
        return {message.pk for message in self.messages}


def latest(customer: Customer) -> Thread:
    return _page(customer, Q())


def before(customer: Customer, cursor: str) -> Thread:
    """The page that ends where `cursor` (a message's key) begins."""
    try:
        moment, pk = cursor.split(".")
        at = datetime.fromtimestamp(int(moment) / 1000, UTC)
        place = int(pk)
    except (ValueError, OverflowError, OSError):
        return latest(customer)
    # A key counts milliseconds, the database microseconds: those of the same one are told by id.
    return _page(
        customer,
        Q(sent_at__lt=at) | Q(sent_at__lt=at + timedelta(milliseconds=1), id__lt=place),
    )


def _page(customer: Customer, until: Q) -> Thread:
    rows = messages_for_thread(customer.messages.filter(until)).order_by("-sent_at", "-id")
    found = list(rows[: PAGE + 1])
    return Thread(found[:PAGE][::-1], len(found) > PAGE)
