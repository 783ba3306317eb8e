"""WeCom's rows in our words, and ours in WeCom's (protocol/wecom_kf.md §3.2-3.4, §5)."""

from datetime import UTC, datetime
from typing import Any

from messaging import kinds
from messaging.backends import Inbound
from messaging.models import Message, State

Row = dict[str, Any]
ORIGINS = {3: Message.Origin.CUSTOMER, 4: Message.Origin.SYSTEM, 5: Message.Origin.SERVICER}
PICKED_UP, TRANSFERRED, ENDED, REOPENED = 1, 2, 3, 4  # change_type


def inbound(row: Row) -> Inbound | None:
    """One entry of msg_list; None when it has no id and so cannot be told from its repetition."""
    row = kinds.storable(row)
    msgid = str(row.get("msgid") or "")
    if not msgid:
        return None
    try:
        return _event(msgid, row) if row.get("msgtype") == "event" else _message(msgid, row)
    except (TypeError, ValueError, AttributeError):
        return _unreadable(msgid, row)


def _unreadable(msgid: str, row: Row) -> Inbound:
    """Of a shape that the protocol does not know: kept raw, as unknown kinds are."""
    return Inbound(
        msgid=msgid,
        kind="unsupported",
        direction=Message.Direction.EVENT,
        origin=Message.Origin.SYSTEM,
        sent_at=datetime.now(UTC),
        customer=str(row.get("external_userid") or ""),
        raw=row,
    )


def _moment(row: Row) -> datetime:
    try:
        return datetime.fromtimestamp(int(row.get("send_time") or 0), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.now(UTC)


def _message(msgid: str, row: Row) -> Inbound:
    name = str(row.get("msgtype") or "")
    name = kinds.ALIASES.get(name, name)
    origin = ORIGINS.get(row.get("origin"), Message.Origin.CUSTOMER)
    by_servicer = origin == Message.Origin.SERVICER
    return Inbound(
        msgid=msgid,
        kind=name if name in kinds.KINDS else "unsupported",
        direction=Message.Direction.OUT if by_servicer else Message.Direction.IN,
        origin=origin,
        sent_at=_moment(row),
        customer=str(row.get("external_userid") or ""),
        servicer=str(row.get("servicer_userid") or ""),
        content=kinds.content_of(name, row.get(name)),
        raw=row,
        # What a servicer writes shows who holds the session, even if the event was missed.
        state=State.SERVICER if by_servicer else None,
        state_servicer=str(row.get("servicer_userid") or ""),
    )


def _event(msgid: str, row: Row) -> Inbound:
    body = row.get("event")
    body = body if isinstance(body, dict) else {}
    name = str(body.get("event_type") or "")
    state, servicer = _state_after(name, body)
    return Inbound(
        msgid=msgid,
        kind=name if name in kinds.KINDS else "unsupported",
        direction=Message.Direction.EVENT,
        origin=Message.Origin.SYSTEM,
        sent_at=_moment(row),
        # The envelope of an event has no customer: it stands inside (§3.2).
        customer=str(body.get("external_userid") or row.get("external_userid") or ""),
        servicer=str(body.get("servicer_userid") or ""),
        content=kinds.content_of(name, body),
        raw=_without_codes(row, body),
        state=state,
        state_servicer=servicer,
        codes=_codes(name, body),
    )


def _state_after(name: str, body: Row) -> tuple[int | None, str]:
    if name != "session_status_change":
        return None, ""
    change = body.get("change_type")
    if change in (PICKED_UP, TRANSFERRED, REOPENED):
        return State.SERVICER, str(body.get("new_servicer_userid") or "")
    return (State.ENDED, "") if change == ENDED else (None, "")


def _codes(name: str, body: Row) -> tuple[tuple[str, str], ...]:
    if name == "enter_session" and body.get("welcome_code"):
        return (("welcome", str(body["welcome_code"])),)
    if name == "session_status_change" and body.get("msg_code"):
        kind = {PICKED_UP: "pickup", ENDED: "end"}.get(body.get("change_type"))
        return ((kind, str(body["msg_code"])),) if kind else ()
    return ()


def _without_codes(row: Row, body: Row) -> Row:
    """A code is a right to speak: it is kept where it is used, not in every transcript's raw row."""
    hidden = {k: v for k, v in body.items() if k not in ("welcome_code", "msg_code")}
    return {**row, "event": hidden}


def outbound(message: Message, media_id: str) -> Row:
    """The body of send_msg without its address: msgid, msgtype and the kind's own part."""
    return {
        "msgid": message.msgid,
        "msgtype": message.kind,
        message.kind: _part(message.kind, message.content, media_id),
    }


def _part(kind: str, content: Row, media_id: str) -> Row:
    if kinds.kind_of(kind).has_media:
        return {"media_id": media_id}
    if kind == "text":
        return {"content": content["content"]}
    if kind in ("link", "miniprogram") and media_id:
        return {**content, "thumb_media_id": media_id}
    return kinds.content_of(kind, content)
