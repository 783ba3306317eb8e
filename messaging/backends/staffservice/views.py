"""The door of a staffService app: each call is one message, kept as it came.

Refusals answer HTTP 200 with the errcodes that the protocol's own server gives.
"""

import json
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from messaging import kinds
from messaging.backends.staffservice import wire
from messaging.backends.staffservice.crypto import is_signed, seconds
from messaging.hooks import Call, Refused
from messaging.models import Callback, Connection

CALL = re.compile(r"/api/[^/]+/([^/]+)/(?:staffService/(message|demand)|(leavemessage))/?")
ID_LENGTH = 64
DEPTH = 32
TEXTS = ("text", *wire.MEDIA)
DONE = b'{"errcode":0,"errmsg":"ok"}'
ERRORS = {
    "no signature": (30001, "signature或timestamp参数不存在。"),
    "unknown address": (30002, "Appsecret不存在，请检查appid参数。"),
    "signature": (30003, "Signature验证失败。"),
    "stale": (30003, "Signature验证失败。timestamp is too far from now"),
    "overloaded": (30004, "busy, send it again"),
    "content type": (30005, "Content-Type must be application/json"),
    "too large": (30005, "the body is too large"),
    "malformed": (30005, "the body is not a JSON object"),
    "no customer": (30005, "FromUserId must be a string of 1 to 64 characters"),
    "no kind": (30005, "MsgType must be a string"),
    "no content": (30005, "Content must be a string"),
}


def refusal(reason: str, status: int) -> tuple[int, bytes]:
    """What is answered: HTTP 200, unless it is no call of this protocol at all."""
    if reason not in ERRORS:
        return status, b""
    code, text = ERRORS[reason]
    return 200, json.dumps({"errcode": code, "errmsg": text}, ensure_ascii=False).encode()


class Door:
    """Checks what claims to come from the app. Raises Refused for everything that does not."""

    def __init__(self, connection: Connection) -> None:
        self.connection_id = connection.pk
        self.appid = connection.identity
        self._secret = connection.secrets.get("secret", "")
        self._stale_seconds = connection.options.get("stale_seconds", settings.KF_STALE_SECONDS)

    def verify(self, query: Mapping[str, str]) -> bytes:
        raise Refused("method", 405)

    def read(self, query: Mapping[str, str], body: bytes, call: Call) -> list[Callback]:
        found = CALL.fullmatch(call.path)
        if not found:
            raise Refused("no such call", 404)
        appid, name, left = found.groups()
        self._check(query, appid)
        if call.content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refused("content type")
        said = wire.normal(name or left, _object(body))
        _check_fields(said)
        return [
            Callback(
                connection_id=self.connection_id,
                open_kfid=self.appid,
                token=wire.msgid_of(said, uuid.uuid4().hex),
                body=said,
                created_at=timezone.now(),
            )
        ]

    def _check(self, query: Mapping[str, str], appid: str) -> None:
        timestamp, given = query.get("timestamp", ""), query.get("signature", "")
        if not timestamp or not given:
            raise Refused("no signature")
        if appid != self.appid or not self._secret:
            raise Refused("unknown address")
        if not is_signed(given, appid, self._secret, timestamp):
            raise Refused("signature")
        moment = seconds(timestamp)
        if self._stale_seconds and (
            moment is None or abs(time.time() - moment) > self._stale_seconds
        ):
            raise Refused("stale")


def _object(body: bytes) -> dict[str, Any]:
    def nothing(name: str) -> None:
        raise ValueError(name)  # NaN and its like are no JSON

    try:
        said = json.loads(body.decode(), parse_constant=nothing)
        said = kinds.storable(said)
        json.dumps(said, allow_nan=False)  # 1e999 is read as infinite, and no database takes it
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(said, dict) or kinds.is_deeper(said, DEPTH):
        raise Refused("malformed")
    return said


def _check_fields(said: dict[str, Any]) -> None:
    customer, kind = said.get("FromUserId"), said.get("MsgType")
    if not isinstance(customer, str) or not 0 < len(customer) <= ID_LENGTH:
        raise Refused("no customer")
    if not isinstance(kind, str) or not kind:
        raise Refused("no kind")
    # Of a kind that we do not know, the content may be anything; events may have none.
    if kind in TEXTS and (not isinstance(said.get("Content"), str) or not said["Content"]):
        raise Refused("no content")
