"""Desk's events in our words, and our messages in Desk's.

Which fields an event carries is nowhere said: all may be missing but name, session and time.
"""

import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from messaging.backends import Inbound
from messaging.backends.desk import elements
from messaging.models import Callback, Message, State

Body = dict[str, Any]
Direction, Origin = Message.Direction, Message.Origin
CLOCKS = timedelta(minutes=1)  # a time that lies further ahead is taken for that of its arrival
SECONDS = 10**11  # so many seconds are the year 5138, so many milliseconds 1973
ID_LENGTH = 64
OURS = "kfconsole"  # the key in CloudCustomData by which our own messages are known

STAGES = {
    "SessionBegin": State.ASSISTANT,
    "ChatBot.UserSendMsg": State.ASSISTANT,
    "ChatBot.RobotSendMsg": State.ASSISTANT,
    "TransferringToHuman": State.POOL,
    "TransferringToHumanWait": State.POOL,
    "TransferToHumanSuccess": State.SERVICER,
    "AgentForward": State.SERVICER,
    "Human.UserSendMsg": State.SERVICER,
    "Human.AgentSendMsg": State.SERVICER,
}
ENDS = {
    "SessionUserEnd": "customer",
    "SessionAgentEnd": "servicer",
    "SessionUserTimeoutEnd": "timeout",
    "SessionAgentTimeoutEnd": "timeout",
    "SessionPendingAutoFinishEnd": "timeout",
    "SessionEnd": "desk",
}
SAID = {
    "ChatBot.UserSendMsg": (Direction.IN, Origin.CUSTOMER),
    "Human.UserSendMsg": (Direction.IN, Origin.CUSTOMER),
    "ChatBot.RobotSendMsg": (Direction.OUT, Origin.SYSTEM),
    "Human.AgentSendMsg": (Direction.OUT, Origin.SERVICER),
}
EVENTS = {*STAGES, *ENDS, "NoAgentOnline", "SatisfactionSelected"}


def msgid_of(body: Body, request_id: str) -> str:
    """By it a repeated callback is known: by its own id, else its message, else its moment."""
    if request_id:
        known = ("request", request_id)
    elif body.get("MsgKey"):
        known = ("message", body["SessionId"], body["Event"], body["MsgKey"])
    else:
        known = ("event", body["SessionId"], body["Event"], body["EventTime"])
    return hashlib.sha256("\n".join(map(str, known)).encode()).hexdigest()[:32]


def our_msgid(body: Body) -> str:
    """Of our own message that comes back as an event; customers cannot send in our name."""
    if body["Event"] not in ("Human.AgentSendMsg", "ChatBot.RobotSendMsg"):
        return ""
    return string(_marks(body).get(OURS))


def inbound(callback: Callback) -> list[Inbound]:
    """The rows of a stored callback: one for an event, one for each element of a message."""
    body = callback.body
    if body["Event"] not in SAID:
        return [_row(callback, callback.token, *_event(body), Direction.EVENT, Origin.SYSTEM)]
    listed = body.get("MsgBody")
    parts = listed if isinstance(listed, list) and listed else [None]
    return [_message(callback, place, part) for place, part in enumerate(parts)]


def _message(callback: Callback, place: int, element: Any) -> Inbound:
    direction, origin = SAID[callback.body["Event"]]
    kind, content = elements.read(element)
    marks = _marks(callback.body)
    if marks.get("messageType") == "thinking":
        kind, content = "desk_signal", {"src": "thinking"}
    if kind in ("desk_event", "desk_signal"):
        direction = Direction.EVENT
    if direction == Direction.OUT:
        content["via"] = "Desk"
    if callback.body["Event"] == "ChatBot.UserSendMsg":
        content["to_bot"] = True
    content |= {name: string(marks[key]) for name, key in MARKS.items() if string(marks.get(key))}
    msgid = f"{callback.token}.{place}" if place else callback.token
    row = _row(callback, msgid, kind, content, direction, origin)
    if isinstance(callback.body.get("MsgBody"), list):
        row.raw = {**callback.body, "MsgBody": [element]}
    return row


def _event(body: Body) -> tuple[str, Body]:
    name = body["Event"]
    if name not in EVENTS:
        return "unsupported", {}
    content = {
        "event": name,
        "servicer_userid": string(body.get("AgentId")),
        "old_servicer_userid": string(body.get("ForwardFromAgentId")),
        "ended_by": ENDS.get(name, ""),
        "rating": elements.cards.stars(body.get("SatisfactionSelected")),
    }
    if name != "SatisfactionSelected":
        del content["rating"]
    return "desk_event", {key: value for key, value in content.items() if value}


def _row(
    callback: Callback, msgid: str, kind: str, content: Body, direction: str, origin: str
) -> Inbound:
    body = callback.body
    name, agent = body["Event"], string(body.get("AgentId"))
    state = State.ENDED if name in ENDS else STAGES.get(name)
    if name == "Human.UserSendMsg" and not agent:
        state = None  # they write while they wait, too
    if name == "SessionBegin" and body.get("IsContactUser") is True and agent:
        state = State.SERVICER  # an agent began it
    return Inbound(
        msgid=msgid,
        kind=kind,
        direction=direction,
        origin=origin,
        sent_at=moment(body["EventTime"], callback.created_at),
        customer=string(body.get("ClientUserId")),
        servicer=agent if origin == Origin.SERVICER else "",
        content=content,
        raw=body,
        state=None if body.get("Backfilled") else state,
        state_servicer=agent if state == State.SERVICER else "",
        session=string(body["SessionId"], 128),
        is_end=name in ENDS,
        is_exact=True,
    )


MARKS = {"mark": "messageType", "role": "role"}  # what Desk itself puts into CloudCustomData


def _marks(body: Body) -> Body:
    try:
        marks = json.loads(body.get("CloudCustomData") or "")
    except (ValueError, TypeError, RecursionError):
        return {}
    return marks if isinstance(marks, dict) else {}


def string(value: Any, length: int = ID_LENGTH) -> str:
    return value[:length] if isinstance(value, str) else ""


def moment(millis: int, arrived_at: datetime) -> datetime:
    """EventTime is in milliseconds; one that cannot be, or has not come yet, is not believed."""
    unit = 1000 if millis > SECONDS else 1  # as other times of the same platform are
    try:
        at = datetime.fromtimestamp(millis / unit, UTC)
    except (ValueError, OverflowError, OSError):
        return arrived_at
    return at if at <= arrived_at + CLOCKS else arrived_at


# --- what goes out --------------------------------------------------------------------------------


def outbound(message: Message, session: str) -> Body:
    """The body of send_msg without its address. MsgRandom is the same however often it is sent."""
    return {
        "MsgRandom": zlib.crc32(message.msgid.encode()),
        "MsgBody": elements.write(message.kind, message.content, session),
        "CloudCustomData": json.dumps({OURS: message.msgid}),
    }
