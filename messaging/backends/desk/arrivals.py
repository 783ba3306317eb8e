"""What waits behind our own door becomes rows: in the order of the platform's time, each once.

A callback may come again, late, or beside the same message from a transcript that was read after a
gap (backfill.py): transcripts carry no keys, so there words, side and time have to do.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from messaging import kinds, outcomes
from messaging.backends import Inbound
from messaging.backends.desk import wire
from messaging.models import (
    Account,
    Callback,
    Connection,
    Customer,
    Message,
    PlatformSession,
    Servicer,
)

UNNAMED = "@customer_service"  # the account of events that name none
NEAR = timedelta(seconds=5)
NEAR_OURS = timedelta(seconds=100)  # what waited to be sent was written earlier
AGENT = 2
ROLES = {1: "Human.UserSendMsg", AGENT: "Human.AgentSendMsg", 3: "ChatBot.RobotSendMsg"}


def rows(account: Account) -> list[Inbound]:
    """All of this account's that waits; it is removed when these rows are committed.

    Not from a cursor on: a row of a smaller id may become visible later, and would be passed over.
    """
    waiting = Callback.objects.filter(
        connection=account.connection_id, open_kfid=account.external_id, body__isnull=False
    )
    news = _without_echoes(account, list(waiting.order_by("pk")))
    found = [row for callback in news for row in wire.inbound(callback)]
    _name_customers(account, found)
    found.sort(key=lambda row: row.sent_at)
    _keep_servicers(account, found)
    return _without_repetitions(account, found)


def _without_echoes(account: Account, waiting: list[Callback]) -> list[Callback]:
    """What we have sent ourselves is here already; that it came back says that it arrived."""
    ours = {callback.pk: wire.our_msgid(callback.body) for callback in waiting}
    named = set(filter(None, ours.values()))
    if not named:
        return waiting
    sent = Message.objects.filter(account=account, msgid__in=named, direction="out")
    arrived = list(sent.exclude(status=Message.Status.NONE))
    outcomes.echoed(arrived)
    known = {message.msgid for message in arrived}
    return [callback for callback in waiting if ours[callback.pk] not in known]


def _name_customers(account: Account, found: list[Inbound]) -> None:
    """An event may name its session only."""
    nameless = [row for row in found if row.session and not row.customer]
    if not nameless:
        return
    named = {row.session: row.customer for row in found if row.customer}
    sessions = PlatformSession.objects.filter(
        account=account, external_id__in={row.session for row in nameless}
    )
    named |= dict(sessions.values_list("external_id", "customer__external_id"))
    for row in nameless:
        row.customer = named.get(row.session, "")


def _keep_servicers(account: Account, found: list[Inbound]) -> None:
    """Members are known as they appear."""
    names = {row.servicer or row.state_servicer for row in found} - {""}
    known = account.servicers.filter(external_id__in=names).values_list("external_id", flat=True)
    new = sorted(names - set(known)) if names else []
    Servicer.objects.bulk_create(
        [Servicer(account=account, external_id=name) for name in new], ignore_conflicts=True
    )


# --- the same message, from a callback and from a transcript --------------------------------------


def _without_repetitions(account: Account, found: list[Inbound]) -> list[Inbound]:
    sessions = {row.session for row in found if row.session}
    filled = PlatformSession.objects.filter(
        account=account, external_id__in=sessions, filled_at__isnull=False
    )
    filled = set(filled.values_list("external_id", flat=True)) if sessions else set()
    asked = [row for row in found if row.direction != "event" and row.session in filled]
    if not asked:
        return found
    known = _known(account, asked)
    known += [row for row in found if row.direction != "event" and not _is_filled(row)]
    here = {one.msgid for one in known if isinstance(one, Message)}
    taken: set[int] = set()
    repeated: set[int] = set()
    for row in asked:
        if row.msgid in here:
            continue  # its own id says it
        twin = next((one for one in known if id(one) not in taken and _are_same(row, one)), None)
        if twin is not None:
            taken.add(id(twin))
            repeated.add(id(row))
    return [row for row in found if id(row) not in repeated]


def _known(account: Account, asked: list[Inbound]) -> list[Any]:
    first, last = asked[0].sent_at - NEAR_OURS, asked[-1].sent_at + NEAR_OURS
    stored = Message.objects.filter(
        account=account,
        customer__external_id__in={row.customer for row in asked},
        direction__in=("in", "out"),
        sent_at__range=(first, last),
    )
    return list(stored.select_related("customer").order_by("sent_at", "id"))


def _is_filled(row: Inbound | Message) -> bool:
    return bool((row.raw or {}).get("Backfilled"))


def _are_same(row: Inbound, known: Inbound | Message) -> bool:
    """One of the two came from a transcript; two callbacks are told apart by their ids."""
    if row.msgid == known.msgid or _is_filled(row) == _is_filled(known):
        return False
    is_ours = getattr(known, "status", "") != ""
    customer = known.customer.external_id if isinstance(known, Message) else known.customer
    return (
        (row.customer, row.direction, row.kind) == (customer, known.direction, known.kind)
        and kinds.text_of(row.kind, row.content) == kinds.text_of(known.kind, known.content)
        and abs(row.sent_at - known.sent_at) <= (NEAR_OURS if is_ours else NEAR)
    )


def from_transcript(session: PlatformSession, said: Any) -> Callback | None:
    """An entry of describe_chat_messages as if it had been a callback; None if it says nothing."""
    if not isinstance(said, dict):
        return None
    role, at, body = (said.get(name) for name in ("FromAccountRole", "Timestamp", "MsgBody"))
    event = ROLES.get(role) if isinstance(role, int) else None
    if event is None or not isinstance(at, int) or isinstance(at, bool) or not body:
        return None
    agent = wire.string(said.get("FromAccount")) if role == AGENT else ""
    known = [session.external_id, event, at, json.dumps(body, sort_keys=True)]
    return Callback(
        connection_id=session.account.connection_id,
        open_kfid=session.account.external_id,
        token=hashlib.sha256("\n".join(map(str, known)).encode()).hexdigest()[:32],
        created_at=timezone.now(),
        body={
            "SessionId": session.external_id,
            "Event": event,
            "EventTime": at,
            "ClientUserId": session.customer.external_id,
            "CustomerServiceId": session.account.external_id,
            "AgentId": agent if agent != session.account.external_id else "",
            "MsgBody": kinds.storable(body),
            "Backfilled": True,
        },
    )  # fmt: skip


# --- accounts -------------------------------------------------------------------------------------


def make_accounts(connection: Connection) -> None:
    """Those that callbacks name and that are not known yet; they have no history to be read."""
    waiting = Callback.objects.filter(connection=connection, body__isnull=False)
    _find_accounts(connection, waiting.filter(open_kfid=""))
    named = set(waiting.exclude(open_kfid="").values_list("open_kfid", flat=True).distinct())
    known = set(connection.accounts.values_list("external_id", flat=True))
    now = timezone.now()
    Account.objects.bulk_create(
        [
            Account(connection=connection, external_id=name, name=name, history_read_at=now)
            for name in sorted(named - known)
        ],
        ignore_conflicts=True,
    )


def _find_accounts(connection: Connection, nameless: Iterable[Callback]) -> None:
    """Of events that name no account: that of their session, or of their customer."""
    for callback in nameless:
        mine = Account.objects.filter(connection=connection)
        body = callback.body
        session = PlatformSession.objects.filter(
            account__in=mine, external_id=wire.string(body.get("SessionId"), 128)
        ).select_related("account")
        person = Customer.objects.filter(
            account__in=mine, external_id=wire.string(body.get("ClientUserId")) or None
        ).select_related("account")
        found = session.first() or person.first()
        callback.open_kfid = found.account.external_id if found else UNNAMED
        callback.save(update_fields=["open_kfid"])
