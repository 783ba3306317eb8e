"""A customer's thread: pages of messages by keyset, oldest first within a page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from messaging.fragments import messages_for_thread
from messaging.models import Customer, Message

PAGE = 50
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Thread:
    messages: list[Message]
    has_earlier: bool
    has_later: bool = False

    @property
    def first(self) -> str:
        """The cursor for what came earlier."""
        return self.messages[0].key if self.messages else ""

    @property
    def last(self) -> str:
        """The cursor for what came later."""
        return self.messages[-1].key if self.messages else ""

    def only(self, after: int, others: set[int]) -> "Thread":
        """The messages that came after one, those others, and any that may have turned bad."""
        turned = {m.pk for m in self.messages if m.recalled_at or m.status == Message.Status.FAILED}
        kept = [m for m in self.messages if m.pk > after or m.pk in others | turned]
        return Thread(kept, self.has_earlier)

    def with_earlier(self, customer: Customer, others: set[int]) -> "Thread":
        """With those others that stand above it."""
        missing = sorted(others - self.ids)[-PAGE:]
        if not missing:
            return self
        earlier = messages_for_thread(customer.messages.filter(pk__in=missing))
        return Thread([*earlier.order_by("sent_at", "id"), *self.messages], self.has_earlier)

    @property
    def ids(self) -> set[int]:
        return {message.pk for message in self.messages}


def latest(customer: Customer) -> Thread:
    return _page(customer, Q())


def before(customer: Customer, cursor: str) -> Thread:
    """The page that ends where `cursor` (a message's key) begins."""
    if not (place := place_of(cursor)):
        return latest(customer)
    at, pk = place
    # A key counts milliseconds, the database microseconds: those of the same one are told by id.
    return _page(customer, Q(sent_at__lt=at) | Q(sent_at__lt=at + MILLISECOND, id__lt=pk))


def after(customer: Customer, cursor: str) -> Thread:
    """The page that begins where `cursor` (a message's key) ends."""
    if not (place := place_of(cursor)):
        return latest(customer)
    rows = messages_for_thread(customer.messages.filter(beyond(*place))).order_by("sent_at", "id")
    found = list(rows[: PAGE + 1])
    return Thread(found[:PAGE], has_earlier=True, has_later=len(found) > PAGE)


def around(customer: Customer, pk: int) -> Thread:
    """A message with what came before and after it."""
    message = customer.messages.filter(pk=pk).first()
    if message is None:
        return latest(customer)
    at = message.sent_at
    until = _page(customer, Q(sent_at__lt=at) | Q(sent_at=at, id__lte=pk), PAGE // 2)
    later = after(customer, message.key)
    return Thread([*until.messages, *later.messages], until.has_earlier, later.has_later)


def beyond(at: datetime, pk: int) -> Q:
    """What stands below this place."""
    return Q(sent_at__gte=at) & (Q(sent_at__gte=at + MILLISECOND) | Q(id__gt=pk))


def place_of(cursor: str) -> tuple[datetime, int] | None:
    try:
        moment, pk = cursor.split(".")
        return datetime.fromtimestamp(int(moment) / 1000, UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def _page(customer: Customer, until: Q, size: int = 0) -> Thread:
    size = size or PAGE
    rows = messages_for_thread(customer.messages.filter(until)).order_by("-sent_at", "-id")
    found = list(rows[: size + 1])
    return Thread(found[:size][::-1], len(found) > size)
