"""Which accounts a connection has and who serves them; read anew when the platform says so."""

import logging
import time

from django.db.models import Exists, OuterRef

from messaging.backends import SendError, backend_for
from messaging.models import Account, Callback, Connection

logger = logging.getLogger(__name__)

CHANGED = "kf_account_auth_change"
SERVICERS_SECONDS = 600.0
READ = Account.objects.filter(is_active=True, manage_privilege=True)  # by sync.pull
_pauses: dict[int, tuple[float, float]] = {}  # connection: (not before, length of the pause)
_servicers_read_at: dict[int, float] = {}


def refresh(connection: Connection) -> list[Account]:
    """List accounts and, where the app may manage them, servicers. Raises SendError."""
    backend = backend_for(connection)
    accounts = backend.list_accounts()
    for account in accounts:
        if account.manage_privilege:
            backend.list_servicers(account)
    _servicers_read_at[connection.pk] = time.monotonic()
    return accounts


def settle(owner: str = "") -> int:
    """Answer callbacks about accounts: those that changed, and those that are not read."""
    known = READ.filter(connection=OuterRef("connection"), external_id=OuterRef("open_kfid"))
    rows = Callback.objects.annotate(is_known=Exists(known)).exclude(
        is_known=True, event="kf_msg_or_event"
    )
    by_connection: dict[int, list[int]] = {}
    for pk, connection_id in rows.values_list("pk", "connection_id")[:1000]:
        by_connection.setdefault(connection_id, []).append(pk)
    return sum(_settle(connection_id, ids) for connection_id, ids in by_connection.items())


def _settle(connection_id: int, callbacks: list[int]) -> int:
    if not _may(connection_id):
        return 0
    try:
        refresh(Connection.objects.get(pk=connection_id))
    except SendError as error:
        _pause(connection_id, error)
        return 0
    _pauses.pop(connection_id, None)
    # News of an account that has just become known stays: the next pull answers it.
    unknown = Callback.objects.filter(pk__in=callbacks).exclude(
        event="kf_msg_or_event",
        open_kfid__in=READ.filter(connection=connection_id).values("external_id"),
    )
    return unknown.delete()[0]


def mirror_servicers(owner: str = "") -> int:
    """Read every ten minutes who receives in WeCom's client: not every change raises an event."""
    now = time.monotonic()
    for connection in Connection.objects.filter(is_enabled=True):
        read_at = _servicers_read_at.setdefault(connection.pk, now)
        if now - read_at < SERVICERS_SECONDS or not _may(connection.pk):
            continue
        try:
            refresh(connection)
        except SendError as error:
            _pause(connection.pk, error)
    return 0


def _may(connection_id: int) -> bool:
    return _pauses.get(connection_id, (0.0, 0.0))[0] <= time.monotonic()


def _pause(connection_id: int, error: SendError) -> None:
    length = min(600.0, 2 * _pauses.get(connection_id, (0.0, 2.5))[1])
    _pauses[connection_id] = (time.monotonic() + length, length)
    logger.warning(
        "connection %s: accounts could not be listed: %s, again in %.0f s",
        connection_id,
        error,
        length,
    )
