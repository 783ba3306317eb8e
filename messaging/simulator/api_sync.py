"""kf/sync_msg (protocol §3)."""

from .call import Call
from .fields import integer, string
from .log import read_cursor, write_cursor
from .model import Account

MAX_LIMIT = 1000


def sync_msg(call: Call) -> dict:
    """A page of the account's log; has_more is the only sign of an end."""
    account = call.account()
    cursor = string(call.body, "cursor", 64, required=False)
    token = string(call.body, "token", 128, required=False)
    limit = integer(call.body, "limit", 0, MAX_LIMIT, MAX_LIMIT) or MAX_LIMIT
    integer(call.body, "voice_format", 0, 1, 0)
    _check_token(call, account, token)
    account.log.forget(call.now)
    position = read_cursor(account.open_kfid, cursor, account.log)
    if call.world.faults.take("empty_page", call.name):
        return _page(account, [], position, True)
    rows, after, more = account.log.page(position, limit)
    if call.world.faults.take("duplicate_rows", call.name):
        rows = [row for row in rows for _ in range(2)]
    return _page(account, rows, after, more)


def _check_token(call: Call, account: Account, token: str) -> None:
    """A good token frees the call from the strict limit that it has without one."""
    if token:
        account.log.check_token(token, call.now)
        return
    limit = call.world.options.limit_sync_without_token
    key = (call.corp.corp_id, account.open_kfid, "sync without token")
    call.world.rates.count(key, limit, 60, call.now)


def _page(account: Account, rows: list[dict], position: int, more: bool) -> dict:
    return {
        "next_cursor": write_cursor(account.open_kfid, position),
        "has_more": int(more),
        "msg_list": rows,
    }
