"""The REST API under …/v4/desk_http_svc/: the gate that every call passes (protocol B2, B4).

Order of refusals: address, application, signature, administrator, rate, body, then what the
command itself says. HTTP is 200 except when a fault wants otherwise.
"""

import asyncio
import json
import re
import uuid
from time import perf_counter

from messaging.backends.desk.crypto import is_from, opened
from messaging.simulator import errors
from messaging.simulator.errors import Dropped
from messaging.simulator.web import (
    Request,
    Response,
    drop,
    garbage,
    json_response,
    read_request,
    write_response,
)

from .commands import COMMANDS, U32
from .errors import Refused
from .world import World

PREFIX = "/v4/"
SERVICE = "desk_http_svc"


class Api:
    """ASGI app; looks only at what follows /v4/, so it can be mounted anywhere."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, scope, receive, send) -> None:
        request = await read_request(scope, receive)
        command = request.path.partition(PREFIX)[2].removeprefix(SERVICE + "/")
        record = {
            "time": self.world.clock.now(),
            "api": command,
            "method": request.method,
            "request": None,
            "errcode": None,
        }
        self.world.calls.append(record)
        started = perf_counter()
        try:
            response = await self._answer(scope, command, request, record)
        except Dropped:
            record["errcode"] = "dropped"
            raise
        finally:
            record["ms"] = round((perf_counter() - started) * 1000, 1)
        await write_response(send, response)

    async def _answer(self, scope, command: str, request: Request, record: dict) -> Response:
        """Strike with the faults asked for, before and after acting."""
        faults = self.world.faults
        if slow := faults.take("slow", command):
            await asyncio.sleep(slow.seconds)
        if faults.take("reset", command):
            return drop(scope)
        if faults.take("bad_gateway", command):
            record["errcode"] = 502
            return garbage()
        if wrong := faults.take("errcode", command):
            answer = _refusal(Refused(wrong.errcode))
        else:
            answer = self._act(command, request, record)
        record["errcode"] = answer["ErrorCode"]
        if late := faults.take("slow_after", command):
            await asyncio.sleep(late.seconds)
        if faults.take("reset_after", command):
            return drop(scope)
        return garbage() if faults.take("garbage", command) else json_response(answer)

    def _act(self, command: str, request: Request, record: dict) -> dict:
        try:
            self._admit(command, request)
            body = record["request"] = _read_body(request.body)
            self.world.tick()
            result = COMMANDS[command](self.world, body)
        except errors.Refused as refused:
            return _refusal(refused)
        self.world.version += 1
        ok = {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}
        return {**ok, "RequestId": str(uuid.uuid4()), **result}

    def _admit(self, command: str, request: Request) -> None:
        """A call that is addressed and signed as it has to be, or Refused."""
        query = request.query
        if f"{PREFIX}{SERVICE}/" not in request.path or command not in COMMANDS:
            raise Refused(60009)
        if request.method != "POST" or query.get("contenttype") != "json":
            raise Refused(60002)
        self._check_app(query.get("sdkappid", ""))
        self._check_signature(query.get("identifier", ""), query.get("usersig", ""))
        random = query.get("random", "")
        if not re.fullmatch(r"[0-9]{1,10}", random) or int(random) > U32:
            raise Refused(60002, "random is missing or no unsigned integer of 32 bits")
        try:
            limit = self.world.options.limit_per_minute
            self.world.rates.count((command,), limit, 60, self.world.clock.now())
        except errors.Refused as over:
            raise Refused(141009) from over

    def _check_app(self, sdk_app_id: str) -> None:
        if not sdk_app_id:
            raise Refused(60012)
        if not re.fullmatch(r"[0-9]{1,10}", sdk_app_id):
            raise Refused(60006)
        if int(sdk_app_id) != self.world.app.sdk_app_id:
            raise Refused(70020)
        if not self.world.app.is_desk:
            raise Refused(141000)

    def _check_signature(self, identifier: str, usersig: str) -> None:
        if not identifier or not usersig:
            raise Refused(60004)
        app = self.world.app
        until = _end_of(usersig, app.sdk_app_id, app.key, identifier)
        if until <= self.world.clock.now() - self.world.clock.offset:  # ours is not moved
            raise Refused(70052)
        if identifier != app.admin:
            raise Refused(60010)


def _end_of(usersig: str, sdk_app_id: int, key: str, identifier: str) -> int:
    """Until when this is a UserSig of that account, or 60005."""
    try:
        document = opened(usersig)
        is_ours = is_from(document, key)
    except ValueError as error:
        raise Refused(60005) from error
    since, seconds = document.get("TLS.time"), document.get("TLS.expire")
    named = (document.get("TLS.sdkappid"), document.get("TLS.identifier"))
    if not is_ours or named != (sdk_app_id, identifier):
        raise Refused(60005)
    if type(since) is not int or type(seconds) is not int:
        raise Refused(60005)
    return since + seconds


def _refusal(refused: errors.Refused) -> dict:
    return {"ActionStatus": "FAIL", "ErrorCode": refused.code, "ErrorInfo": refused.text}


def _read_body(raw: bytes) -> dict:
    """The JSON object; a body is never empty, it is at least {} (protocol B2)."""
    try:
        body = json.loads(raw)
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise Refused(60003) from error
    if not isinstance(body, dict):
        raise Refused(60003)
    return body
