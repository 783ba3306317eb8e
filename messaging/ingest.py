"""Store one page of news: rows, customers, codes and the cursor in one transaction.

At-least-once delivery and unique(account, msgid) make it exactly once. Nothing here speaks to the
outside, and nothing here knows of sessions: the desk takes the rows that are not routed yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from messaging import budget, codes, kinds, live, media, platform_sessions, recalls, search
from messaging.backends import Inbound
from messaging.failures import MUTED
from messaging.models import Account, Code, Customer, Message, Servicer, State

SPENT = 6  # fail_type: over five messages
PROFILE_LIFE = timedelta(days=7)  # names and pictures change
CUSTOMER_FIELDS = [
    "profile_due_at",
    "state",
    "servicer",
    "state_at",
    "state_is_doubtful",
    "last_in_at",
    "budget_used",
    "code_kind",
    "code_expires_at",
    "latest_at",
    "heard_at",
    "entrance",
    "entered_at",
    "rejects",
    "is_refused",
    "send_at",
]


@dataclass
class Stored:
    """What a page brought: the new rows, and rows that it changed (recalled or failed)."""

    messages: list[Message] = field(default_factory=list)
    changed: list[Message] = field(default_factory=list)


def store(account: Account, rows: Iterable[Inbound], *, is_history: bool) -> Stored:
    """Add the rows that are new. The caller has a transaction and holds the account's lease."""
    new = _unknown(account, rows)
    if not new:
        return Stored()
    customers = _customers(account, {row.customer for row in new if row.customer})
    platform_sessions.hear(account, customers, new)
    spending = _Spending(customers.values(), min(row.sent_at for row in new))
    for row in new:
        if row.customer:
            _apply(customers[row.customer], row, spending)
        elif row.kind == "servicer_status_change":
            _apply_to_servicer(account, row)
    _keep_codes(customers, new)
    _save(customers.values())
    messages = Message.objects.bulk_create(
        [_message(account, customers.get(row.customer), row, is_history) for row in new],
        batch_size=500,
    )
    search.add(messages)
    media.want_all(messages)
    return Stored(messages, recalls.follow(account, messages) + _fail(account, messages))


def _unknown(account: Account, rows: Iterable[Inbound]) -> list[Inbound]:
    by_id = {row.msgid: row for row in rows}
    known = Message.objects.filter(account=account, msgid__in=by_id).values_list("msgid", flat=True)
    for msgid in known:
        del by_id[msgid]
    return list(by_id.values())


def _customers(account: Account, external_ids: set[str]) -> dict[str, Customer]:
    """All customers of a page, locked; those seen for the first time are made."""
    ours = Customer.objects.filter(account=account, external_id__in=external_ids)
    ours = ours.select_for_update().order_by("pk")
    found = {customer.external_id: customer for customer in ours}
    missing = sorted(external_ids - found.keys())
    if missing:
        now = timezone.now()
        backend = account.connection.backend
        Customer.objects.bulk_create(
            [
                Customer(account=account, external_id=i, backend=backend, profile_due_at=now)
                for i in missing
            ],
            ignore_conflicts=True,
            batch_size=500,
        )
        live.wake("profiles")
        # They are the youngest, so the locks are still taken in the order of the keys.
        found |= {
            customer.external_id: customer for customer in ours.filter(external_id__in=missing)
        }
        search.add_customers(found[i] for i in missing)
    return found


class _Spending:
    """What was sent around the time of a page, to count it against the new allowance."""

    def __init__(self, customers: Iterable[Customer], since: datetime) -> None:
        self.accepted: dict[int, list[datetime]] = {}
        self.pending: dict[int, int] = {}
        sent = Message.objects.filter(
            customer__in=[c for c in customers if c.budget_used],
            sent_at__gte=since - timedelta(hours=1),
            is_budgeted=True,
            status__in=[*Message.PENDING, Message.Status.ACCEPTED],
        )
        for customer_id, status, at in sent.values_list("customer_id", "status", "accepted_at"):
            if status == Message.Status.ACCEPTED:
                self.accepted.setdefault(customer_id, []).append(at)
            else:
                self.pending[customer_id] = self.pending.get(customer_id, 0) + 1

    def after(self, customer: Customer, sent_at: datetime) -> int:
        accepted = self.accepted.get(customer.pk, [])
        return budget.used_after_inbound(sent_at, accepted, self.pending.get(customer.pk, 0))


def _apply(customer: Customer, row: Inbound, spending: _Spending) -> None:
    """Let one row change what we know of its customer."""
    if row.direction == Message.Direction.IN:
        _apply_inbound(customer, row, spending)
    if row.state is not None:
        customer.hear_of_state(row.state, row.state_servicer, row.sent_at, row.is_exact)
    if row.kind == "enter_session":
        customer.entrance, customer.entered_at = row.content, row.sent_at
    elif row.kind == "reject_customer_msg_switch_change":
        customer.is_refused = bool(row.content.get("reject_switch"))
    elif row.kind == "msg_send_fail":
        customer.rejects |= row.content.get("fail_type") == MUTED
        if row.content.get("fail_type") == SPENT:
            customer.budget_used = budget.LIMIT
    row.sent_at = customer.moment_of(row.sent_at, row.is_exact)


def _ask_who_it_is(customer: Customer, wrote_at: datetime) -> None:
    """The platform tells a profile only while its customer is active (§7.3): now, at contact.

    Whoever was asked for in this window in vain is asked for again in the next.
    """
    was_silent = customer.last_in_at is None or wrote_at - customer.last_in_at > budget.WINDOW
    is_old = customer.profile_at is None or timezone.now() - customer.profile_at > PROFILE_LIFE
    if was_silent and is_old:
        customer.profile_due_at = timezone.now()


def _apply_inbound(customer: Customer, row: Inbound, spending: _Spending) -> None:
    """The customer wrote: a new window and allowance, and an ended session begins again (§4.1)."""
    is_latest = customer.last_in_at is None or row.sent_at > customer.last_in_at
    if is_latest:
        _ask_who_it_is(customer, row.sent_at)
        customer.last_in_at = row.sent_at
        if customer.rejects:
            _forget_mute(customer)
        customer.budget_used = spending.after(customer, row.sent_at)
    if customer.state == State.ENDED and row.state is None and not row.content.get("past"):
        customer.hear_of_state(State.NEW, "", row.sent_at)
        if row.session:
            customer.doubt_state()  # it is somebody's there
        # We took it for ended after that, perhaps because nothing was read for some time.
        if customer.state == State.ENDED and is_latest and customer.budget.is_open():
            customer.doubt_state()


def _forget_mute(customer: Customer) -> None:
    """Nothing tells of its end. If it still is so, the next message that fails will say it again."""
    customer.rejects = False
    Customer.objects.filter(pk=customer.pk).update(is_changed=True)


def _apply_to_servicer(account: Account, row: Inbound) -> None:
    """The event counts 1/2 where servicer/list counts 0/1 (§7.2)."""
    Servicer.objects.filter(account=account, external_id=row.servicer).update(
        is_receiving=row.content.get("status") == 1,
        is_suspended=row.content.get("stop_type") == 1,
    )


def _save(customers: Iterable[Customer]) -> None:
    # An upsert on the key is one statement where bulk_update is a CASE for each column.
    Customer.objects.bulk_create(
        customers,
        update_conflicts=True,
        update_fields=CUSTOMER_FIELDS,
        unique_fields=["id"],
        batch_size=500,
    )


def _message(
    account: Account, customer: Customer | None, row: Inbound, is_history: bool
) -> Message:
    return Message(
        account=account,
        customer=customer,
        msgid=row.msgid,
        direction=row.direction,
        origin=row.origin,
        kind=row.kind,
        content=row.content,
        raw=row.raw,
        text=kinds.text_of(row.kind, row.content),
        servicer=row.servicer,
        sent_at=row.sent_at,
        created_at=timezone.now(),
        is_history=is_history,
        is_routed=customer is None,
    )


def _keep_codes(customers: dict[str, Customer], rows: list[Inbound]) -> None:
    now = timezone.now()
    found = [
        Code(
            customer=customers[row.customer],
            kind=kind,
            value=value,
            state=codes.STATES[kind],
            received_at=now,
            # The life runs from the event, whose time is the platform's whole second.
            expires_at=codes.expires_at(kind, min(now, row.sent_at)),
        )
        for row in rows
        for kind, value in row.codes
    ]
    for code in found:
        if code.kind in codes.LASTING:
            code.customer.note_code(code)
    Code.objects.bulk_create(found)


def _fail(account: Account, messages: list[Message]) -> list[Message]:
    """`msg_send_fail`: the outgoing message that was accepted did not arrive (§3.4)."""
    fails = {str(m.content.get("fail_msgid")): m for m in messages if m.kind == "msg_send_fail"}
    if not fails:
        return []
    found = list(
        Message.objects.filter(account=account, msgid__in=fails).exclude(status=Message.Status.NONE)
    )
    for message in found:
        message.status = Message.Status.FAILED
        message.failure_type = "fail_type"
        code = str(fails[message.msgid].content.get("fail_type"))
        message.failure_code = int(code) if code.isdecimal() else 0
        message.is_routed = False
    Message.objects.bulk_update(found, ["status", "failure_type", "failure_code", "is_routed"])
    search.add(found)
    return found
