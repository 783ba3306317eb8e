"""POST …/staffService/message: what the console tells a customer, checked for all that is known.

Refused as the protocol's own server refuses: HTTP 200 and a code. A customer who is not there is
HTTP 500 with errcode 0, as Hesong's web chat answers it.
"""

import asyncio
import json
from time import perf_counter
from urllib.parse import unquote, urlsplit

import httpx

from messaging.backends.staffservice.crypto import is_signed, seconds
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

from .world import FILES, World

SUFFIX = "/staffService/message"
STALE = 300
MOST = 25 * 1024 * 1024
NAME = "message"  # of the call, to faults
OK = {"errcode": 0, "errmsg": "ok"}


class Refused(Exception):
    def __init__(self, code: int, text: str, status: int = 200) -> None:
        super().__init__(text)
        self.code, self.status = code, status


class Api:
    """ASGI app."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._http = httpx.AsyncClient(timeout=10, trust_env=False, follow_redirects=True)

    async def close(self) -> None:
        await self._http.aclose()

    async def __call__(self, scope, receive, send) -> None:
        request = await read_request(scope, receive)
        started, record = perf_counter(), {"time": self.world.now, "api": NAME}
        self.world.calls.append(record)
        self.world.version += 1
        try:
            response = await self._answer(scope, request, record)
        except Dropped:
            record["errcode"] = "dropped"
            raise
        finally:
            record["ms"] = round((perf_counter() - started) * 1000, 1)
        await write_response(send, response)

    async def _answer(self, scope, request: Request, record: dict) -> Response:
        """Strike with the faults asked for, before and after acting."""
        faults = self.world.faults
        if slow := faults.take("slow", NAME):
            await asyncio.sleep(slow.seconds)
        if faults.take("reset", NAME):
            return drop(scope)
        try:
            self._refuse_as_ordered()
            await self._take(request, record)
        except Refused as refused:
            record["errcode"] = refused.code or f"HTTP {refused.status}"
            answer = {"errcode": refused.code, "errmsg": str(refused)}
            return json_response(answer, refused.status)
        record["errcode"] = 0
        if late := faults.take("slow_after", NAME):
            await asyncio.sleep(late.seconds)
        if faults.take("reset_after", NAME):
            return drop(scope)
        return garbage() if faults.take("garbage", NAME) else json_response(OK)

    def _refuse_as_ordered(self) -> None:
        if wrong := self.world.faults.take("errcode", NAME):
            raise Refused(wrong.errcode, "as was ordered")
        if self.world.faults.take("status_500", NAME):
            raise Refused(0, "no such user", 500)

    async def _take(self, request: Request, record: dict) -> None:
        self._check_signature(request)
        body = record["request"] = _body(request)
        chat = self.world.chats.get(body["ToUserId"])
        if chat is None:
            raise Refused(0, "no such user", 500)
        kind, words = body["MsgType"], body["Content"]
        content = await self._fetched(kind, words) if kind in FILES else {"content": words}
        msgid = body.get("Tag", {}).get("MsgId", "") if isinstance(body.get("Tag"), dict) else ""
        known = {call.get("msgid") for call in self.world.calls}
        record["msgid"], record["is_repeated"] = msgid, bool(msgid) and msgid in known
        content["by"] = body.get("WorkerName", "")
        chat.service_id, chat.asked = body.get("ServiceId", ""), False
        self.world.show(chat.user_id, "agent", kind, content)

    def _check_signature(self, request: Request) -> None:
        at, given = request.query.get("timestamp", ""), request.query.get("signature", "")
        if not at or not given:
            raise Refused(30001, "signature或timestamp参数不存在。")
        moment = seconds(at)
        is_fresh = moment is not None and abs(self.world.clock.now() - moment) <= STALE
        if not is_fresh or not is_signed(given, self.world.appid, self.world.secret, at):
            raise Refused(30003, "Signature验证失败。", 403)

    async def _fetched(self, kind: str, address: str) -> dict:
        """A file is a download address: whoever names one that gives nothing has sent nothing."""
        try:
            answer = await self._http.get(address)
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Refused(30005, f"Content cannot be fetched: {error}") from None
        if not answer.content or len(answer.content) > MOST:
            raise Refused(30005, "Content is no file of a sensible size")
        name = unquote(urlsplit(address).path.rpartition("/")[2])
        return {"media_id": self.world.keep_file(kind, name, answer.content).media_id}


def _body(request: Request) -> dict:
    if request.method != "POST":
        raise Refused(30005, "POST it", 405)
    if request.headers.get("content-type") != "application/json":
        raise Refused(30005, "Content-Type must be application/json")
    try:
        body = json.loads(request.body.decode())
    except ValueError as error:
        raise Refused(30005, str(error)) from None
    if not isinstance(body, dict):
        raise Refused(30005, "no JSON object")
    _check_fields(body)
    return body


def _check_fields(body: dict) -> None:
    for name in ("ToUserId", "MsgType", "Content"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise Refused(30005, f"{name} is missing")
    for name in ("WorkerNum", "WorkerName", "ServiceId"):
        if not isinstance(body.get(name, ""), str):
            raise Refused(30005, f"{name} must be a string")
    if body["MsgType"] not in ("text", *FILES):
        raise Refused(30005, f"no such MsgType: {body['MsgType']}")
