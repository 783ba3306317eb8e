"""The door of a Desk app: each event is kept as it came; who may take a customer is answered at once.

The platform wants to hear in its own words, with HTTP 200, also of a refusal.
"""

import ipaddress
import json
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from messaging import kinds
from messaging.backends.desk import wire
from messaging.backends.desk.crypto import is_fresh, is_signed
from messaging.backends.desk.options import IF_PRESENT, OFF, Network, networks, signing
from messaging.hooks import Call, Refused, Reply
from messaging.models import Callback, Connection, Servicer

NEWS = "Desk.SessionEventNotify"
ASSIGNMENTS = ("ChatBot.OnAssignHuman", "ChatBot.OnAssignAgent")  # the two copies of one page
MOST_AGENTS = 5  # of whom the platform may choose one
LATEST = 10**14  # milliseconds; beyond it no date is
ID_LENGTH = 64
DEPTH = 32
DONE = b'{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'
# Our own numbers lie where the platform leaves room for them.
ERRORS = {
    "unknown address": (120001, "no enabled connection has this address"),
    "method": (120002, "callbacks are POSTed"),
    "app": (120003, "SdkAppid is missing, or another app's"),
    "source": (120004, "the source address is not one of those that were entered"),
    "no signature": (120005, "Sign or RequestTime is missing"),
    "signature": (120006, "Sign is wrong"),
    "stale": (120007, "RequestTime is more than a minute away from now"),
    "too large": (120008, "the body is too large"),
    "malformed": (120009, "the body is not a JSON object, or contenttype is not json"),
    "command": (120010, "CallbackCommand is missing, unknown, or not that of the address"),
    "no session": (120011, "SessionId must be a string of 1 to 128 characters"),
    "no event": (120012, "Event must be a string of 1 to 64 characters"),
    "no time": (120013, "EventTime must be milliseconds"),
    "bad name": (120014, "ClientUserId and CustomerServiceId have 64 characters at most"),
    "overloaded": (120015, "busy, send it again"),
    "no such call": (120016, "nothing lies behind this address"),
}


def refusal(reason: str, status: int) -> tuple[int, bytes]:
    """HTTP 200, as the platform looks at the body; but 503 when it is to come again."""
    code, text = ERRORS.get(reason, (120000, reason))
    answer = {"ActionStatus": "FAIL", "ErrorInfo": f"{reason}: {text}", "ErrorCode": code}
    return status if reason == "overloaded" else 200, json.dumps(answer).encode()


class Door:
    """Checks what claims to come from Desk. Raises Refused for everything that does not.

    It is made anew every few seconds, with what routing has to know: no call asks the database.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection_id = connection.pk
        self.app_id = connection.identity
        self._token = connection.secrets.get("token", "")
        self._signing = signing(connection.options, self._token)
        self._sources = networks(connection.options.get("sources") or [])
        self._assignment = assignment(connection)

    def verify(self, query: Mapping[str, str]) -> bytes:
        raise Refused("method", 405)

    def read(self, query: Mapping[str, str], body: bytes, call: Call) -> list[Callback] | Reply:
        if call.path.strip("/"):
            raise Refused("no such call", 404)
        query = {name.lower(): value for name, value in query.items()}
        self._check(query, call)
        said = _object(body)
        command = said.get("CallbackCommand")
        if not isinstance(command, str) or query.get("callbackcommand", command) != command:
            raise Refused("command")
        if command in ASSIGNMENTS:
            _check_session(said)
            return Reply(self._assignment)
        if command != NEWS:
            raise Refused("command")
        _check_fields(said)
        return [
            Callback(
                connection_id=self.connection_id,
                open_kfid=said.get("CustomerServiceId") or "",
                token=wire.msgid_of(said, query.get("requestid", "")),
                body=said,
                created_at=timezone.now(),
            )
        ]

    def _check(self, query: Mapping[str, str], call: Call) -> None:
        if query.get("sdkappid", "").strip() != self.app_id or not self.app_id:
            raise Refused("app")
        if self._sources and not _is_among(call.source, self._sources):
            raise Refused("source")
        self._check_signature(query)
        if query.get("contenttype", "json").lower() != "json":
            raise Refused("malformed")

    def _check_signature(self, query: Mapping[str, str]) -> None:
        given, at = query.get("sign", ""), query.get("requesttime", "")
        if self._signing == OFF or (self._signing == IF_PRESENT and not (given or at)):
            return
        if not given or not at:
            raise Refused("no signature")
        if not self._token or not is_signed(given, self._token, at):
            raise Refused("signature")
        if settings.KF_STALE_SECONDS and not is_fresh(at, time.time()):
            raise Refused("stale")


def assignment(connection: Connection) -> bytes:
    """Who may take the next customer: linked agents who are there, those with the fewest first.

    Where there is none, the group that was entered for that; without one the platform decides.
    """
    free = Servicer.objects.filter(
        account__connection=connection, agent__is_active=True, presence=Servicer.Presence.FREE
    )
    members = free.order_by("load", "external_id").values_list("external_id", flat=True)
    answer: dict[str, Any] = json.loads(DONE)
    if found := list(dict.fromkeys(members))[:MOST_AGENTS]:
        answer["AgentIdList"] = found
    elif group := connection.options.get("group"):
        answer["AgentGroupId"] = group
    return json.dumps(answer).encode()


def _is_among(source: str, allowed: list[Network]) -> bool:
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in allowed)


def _object(body: bytes) -> dict[str, Any]:
    def nothing(name: str) -> None:
        raise ValueError(name)  # NaN and its like are no JSON

    try:
        said = kinds.storable(json.loads(body.decode(), parse_constant=nothing))
        json.dumps(said, allow_nan=False)  # 1e999 is read as infinite, and no database takes it
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(said, dict) or kinds.is_deeper(said, DEPTH):
        raise Refused("malformed")
    return said


def _check_session(said: dict[str, Any]) -> None:
    session = said.get("SessionId")
    if not isinstance(session, str) or not 0 < len(session) <= 2 * ID_LENGTH:
        raise Refused("no session")


def _check_fields(said: dict[str, Any]) -> None:
    """All that is needed to keep it and to know it again; whatever else is missing may be."""
    _check_session(said)
    event, at = said.get("Event"), said.get("EventTime")
    if not isinstance(event, str) or not 0 < len(event) <= ID_LENGTH:
        raise Refused("no event")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 < at < LATEST:
        raise Refused("no time")
    for name in ("ClientUserId", "CustomerServiceId"):
        if not isinstance(said.get(name) or "", str) or len(said.get(name) or "") > ID_LENGTH:
            raise Refused("bad name")
