"""Who comes in by a link is welcomed at once, by the code that lives for 20 seconds; why not, is kept.

The code costs none of the five, works once and in any state (protocol/wecom_kf.md §5.2). The message
waits in the customer's lane as every other: what has become too late there fails unsent (lane.py).

    greet(rows, customers, sessions)    those among the rows of a batch of intake
    account_report(account)             for its page: the latest entrances, and a week in figures
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from messaging import budget, codes
from messaging.fragments import announce_message
from messaging.models import Account, Code, Customer, Message
from sessions.models import Entrance, Missed, Session, Welcome

SHOWN, WEEK = 20, timedelta(days=7)
KEPT = timedelta(days=30)
Direction, Status = Message.Direction, Message.Status


def greet(
    rows: Iterable[Message], customers: dict[int, Customer], sessions: dict[int, Session]
) -> None:
    """The caller holds the customers; a customer's session, if one is open, is saved."""
    entered = [
        row
        for row in rows
        if row.kind == "enter_session"
        and not row.is_history
        and customers[row.customer_id].capabilities.has_codes
    ]
    if entered:
        known = set(Entrance.objects.filter(event__in=entered).values_list("event", flat=True))
        new = [row for row in entered if row.pk not in known]  # else it is routed once more
        _Greeting(new, customers, sessions).greet()


class _Greeting:
    def __init__(
        self, rows: list[Message], customers: dict[int, Customer], sessions: dict[int, Session]
    ) -> None:
        self.rows, self.customers, self.sessions = rows, customers, sessions
        keys = {row.customer_id for row in rows}
        accounts = {row.account_id for row in rows}
        on = Welcome.objects.filter(account__in=accounts, is_on=True)
        self.welcomes = list(on.select_related("account"))
        given = Code.objects.filter(customer__in=keys, kind=codes.WELCOME, used_at=None)
        self.codes = list(given.order_by("pk"))
        self.welcomed = self._welcomed(keys)

    @staticmethod
    def _welcomed(keys: set[int]) -> set[int]:
        """Who was welcomed lately, or is just being: a code that came meanwhile sends no second."""
        since = timezone.now() - budget.WINDOW
        sent = Message.objects.filter(
            customer__in=keys,
            sent_at__gte=since,
            code_kind=codes.WELCOME,
            status__in=[*Message.PENDING, Status.ACCEPTED],
        )
        return set(sent.values_list("customer", flat=True))

    def greet(self) -> None:
        Entrance.objects.bulk_create([self._entrance(row) for row in self.rows])

    def _entrance(self, row: Message) -> Entrance:
        customer = self.customers[row.customer_id]
        welcome, code = self._welcome(row), self._code(row)
        kept = Entrance(event=row, account_id=row.account_id, at=row.sent_at)
        kept.missed = self._against(row, customer, welcome, code)
        if welcome and code and not kept.missed:
            kept.message = self._send(customer, welcome, code)
        return kept

    def _welcome(self, row: Message) -> Welcome | None:
        fitting = [
            each
            for each in self.welcomes
            if each.account_id == row.account_id and each.fits(row.content)
        ]
        return max(fitting, key=lambda each: each.rank, default=None)

    def _code(self, row: Message) -> Code | None:
        """That came with it: codes name no row, but their life runs from it (ingest.py)."""
        found = [
            code
            for code in self.codes
            if code.customer_id == row.customer_id
            and codes.expires_at(code.kind, min(code.received_at, row.sent_at)) == code.expires_at
        ]
        return found[-1] if found else None

    def _against(
        self, row: Message, customer: Customer, welcome: Welcome | None, code: Code | None
    ) -> str:
        """The first reason not to; empty when there is none. What we can mend comes first."""
        if welcome is None:
            return Missed.OFF
        if customer.is_blocked:
            return Missed.BLOCKED
        if code is None and _had_written(customer, row.sent_at):
            return Missed.WROTE
        if customer.pk in self.welcomed:
            return Missed.RECENT
        if code is None:
            return Missed.NO_CODE
        return Missed.LATE if code.expires_at - codes.MARGIN <= timezone.now() else ""

    def _send(self, customer: Customer, welcome: Welcome, code: Code) -> Message:
        """Nobody's: no reply to anything, and no session begins with it."""
        kind, content = welcome.message(customer.nickname)
        message = customer.record(
            kind,
            content,
            direction=Direction.OUT,
            origin=Message.Origin.AGENT,
            session=self.sessions.get(customer.pk),
            status=Status.QUEUED,
            code=code,
            code_kind=code.kind,
        )
        code.used_at = timezone.now()
        code.save(update_fields=["used_at"])
        self.codes.remove(code)
        self.welcomed.add(customer.pk)
        announce_message(message)
        return message


def _had_written(customer: Customer, at: datetime) -> bool:
    """Lately: whether WeCom asks for more than that, its documentation leaves open (§3.4)."""
    wrote_at = customer.last_in_at
    return wrote_at is not None and timedelta(0) < at - wrote_at < budget.WINDOW


# --- what came of it ------------------------------------------------------------------------------


def account_report(account: Account, now: datetime | None = None) -> dict[str, Any]:
    """Three queries, however many came in."""
    latest = Entrance.objects.filter(account=account).select_related("event__customer", "message")
    since = (now or timezone.now()) - WEEK
    return {
        "account": account,
        "welcomes": account.welcomes.all(),
        "entrances": latest.order_by("-at", "-pk")[:SHOWN],
        "week": _week(account, since),
    }


def _week(account: Account, since: datetime) -> list[tuple[str, int]]:
    """Each result with how many there were, the most frequent first."""
    fields = ["status", "failure_type", "failure_code"]
    names = [f"message__{field}" for field in fields]
    rows = Entrance.objects.filter(account=account, at__gte=since).order_by()
    counted: Counter[str] = Counter()
    for row in rows.values("missed", *names).annotate(count=Count("pk")):
        message = None
        if row["message__status"]:
            message = Message(**{field: row[f"message__{field}"] for field in fields})
        counted[str(Entrance(missed=row["missed"], message=message).result)] += row["count"]
    return counted.most_common()


def forget_old() -> int:
    """The thread keeps what was said; this log is for setting it up."""
    return Entrance.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
