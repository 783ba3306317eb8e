"""staffService's messages in our words, and ours in theirs. There is no id and no time in them."""

import hashlib
import re
from typing import Any

from messaging import guard
from messaging.backends import Inbound
from messaging.models import Callback, Message

Body = dict[str, Any]
ASKS_FOR_A_HUMAN = "event.CLICK.RG"
MEDIA = ("image", "voice", "video", "file")
WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
IDS = ("MsgId", "msgid", "msg_id")
LEFT = ("subject", "content", "contact", "tel", "email")  # of leavemessage


def normal(call: str, body: Body) -> Body:
    """The body of `message`, also of what the other two calls say."""
    if call == "demand":
        names = {
            "user_id": "FromUserId",
            "msgtype": "MsgType",
            "content": "Content",
            "service_id": "ServiceId",
        }
        return {names.get(key, key): value for key, value in body.items()}
    if call == "leavemessage":
        words = "\n".join(str(body[name]) for name in LEFT if body.get(name))
        return {**body, "MsgType": "text", "Content": words}
    return body


def msgid_of(body: Body, otherwise: str) -> str:
    """The sender's own id of the message, if it gives one: by it a repetition is known."""
    tag = body.get("Tag")
    for place in (body, tag if isinstance(tag, dict) else {}):
        for name in IDS:
            if isinstance(place.get(name), str | int) and place[name] not in ("", True, False):
                said = f"{body.get('FromUserId')}\n{place[name]}"
                return hashlib.sha256(said.encode()).hexdigest()[:32]
    return otherwise


def inbound(callback: Callback, media_base: str) -> Inbound:
    """What a stored callback said; its time is that of its arrival."""
    body = callback.body
    kind, content = _kind(body, media_base)
    is_event = str(body["MsgType"]).startswith("event") and kind == "unsupported"
    return Inbound(
        msgid=callback.token,
        kind=kind,
        direction=Message.Direction.EVENT if is_event else Message.Direction.IN,
        origin=Message.Origin.CUSTOMER,
        sent_at=callback.created_at,
        customer=str(body["FromUserId"]),
        content=content,
        raw=body,
    )


def _kind(body: Body, media_base: str) -> tuple[str, Body]:
    """A file is where its content says: an address, or a path on the app's own server."""
    name, words = body["MsgType"], body.get("Content")
    if name == "text":
        return "text", {"content": words}
    if name == ASKS_FOR_A_HUMAN:
        return "ask_human", {}
    if name in MEDIA and len(address := address_in(words, media_base)) <= guard.LONGEST:
        return name, {"media_id": address}
    return "unsupported", {}


def is_whole(address: str) -> bool:
    return WHOLE.match(address) is not None


def address_in(words: str, media_base: str) -> str:
    """The whole address of a path, as the app's own client puts it together."""
    if not media_base or is_whole(words):
        return words
    return f"{media_base.rstrip('/')}/{words.lstrip('/')}"


def outbound(message: Message, media_id: str) -> Body:
    """Our session is their ServiceId; our id stands in the Tag, so that a repetition can be known."""
    body = {
        "ToUserId": message.customer.external_id,
        "ServiceId": str(message.session_id or ""),
        "MsgType": message.kind,
        "Content": media_id or message.content["content"],
        "Tag": {"MsgId": message.msgid},
    }
    if message.author_id:
        body |= {"WorkerNum": str(message.author_id), "WorkerName": str(message.author)}
    return body
