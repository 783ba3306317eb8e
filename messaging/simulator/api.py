"""The HTTP API under …/cgi-bin/: the gate that every call passes, and the table of calls.

Order of refusals: method, token, IP, rate, body, then what the call itself says.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from . import api_auth, api_media, api_people, api_send, api_stats, api_sync
from .call import Call
from .errors import Dropped, Refused
from .web import Request, Response, drop, garbage, json_response, read_request, write_response

PREFIX = "/cgi-bin/"
MAX_JSON = 1024 * 1024
# An odd number of backslashes before uXXXX: an escape and not a backslash of the text.
ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True)
class Route:
    method: str
    handler: Callable[[Call], dict | Response]
    body: bool = True  # a POST with a JSON object


ROUTES = {
    "gettoken": Route("GET", api_auth.gettoken),
    "getcallbackip": Route("GET", api_auth.getcallbackip),
    "kf/sync_msg": Route("POST", api_sync.sync_msg),
    "kf/send_msg": Route("POST", api_send.send_msg),
    "kf/send_msg_on_event": Route("POST", api_send.send_msg_on_event),
    "kf/service_state/get": Route("POST", api_send.state_get),
    "kf/service_state/trans": Route("POST", api_send.state_trans),
    "kf/account/list": Route("POST", api_people.account_list),
    "kf/account/add": Route("POST", api_people.account_add),
    "kf/account/del": Route("POST", api_people.account_del),
    "kf/account/update": Route("POST", api_people.account_update),
    "kf/add_contact_way": Route("POST", api_people.add_contact_way),
    "kf/servicer/list": Route("GET", api_people.servicer_list),
    "kf/servicer/add": Route("POST", api_people.servicer_add),
    "kf/servicer/del": Route("POST", api_people.servicer_del),
    "kf/customer/batchget": Route("POST", api_people.customer_batchget),
    "kf/get_corp_statistic": Route("POST", api_stats.corp_statistic),
    "kf/get_servicer_statistic": Route("POST", api_stats.servicer_statistic),
    "media/upload": Route("POST", api_media.upload, body=False),
    "media/get": Route("GET", api_media.get),
}


class Api:
    """ASGI app; looks only at what follows /cgi-bin/, so it can be mounted anywhere."""

    def __init__(self, world) -> None:
        self.world = world

    async def __call__(self, scope, receive, send) -> None:
        request = await read_request(scope, receive)
        name = request.path.partition(PREFIX)[2].strip("/")
        started, record = perf_counter(), self._record(name, request)
        try:
            response = await self._answer(scope, name, request, record)
        except Dropped:
            record["errcode"] = "dropped"
            raise
        finally:
            record["ms"] = round((perf_counter() - started) * 1000, 1)
        await write_response(send, response)

    async def _answer(self, scope, name: str, request: Request, record: dict) -> Response:
        """Strike with the faults asked for, before and after acting."""
        faults = self.world.faults
        if slow := faults.take("slow", name):
            await asyncio.sleep(slow.seconds)
        if faults.take("reset", name):
            return drop(scope)
        if faults.take("invalidate_token", name):
            self.world.tokens.invalidate()
        if wrong := faults.take("errcode", name):
            response = self._refusal(Refused(wrong.errcode), request)
        else:
            response = self._act(name, request, record)
        record["errcode"] = response.errcode
        if late := faults.take("slow_after", name):
            await asyncio.sleep(late.seconds)
        if faults.take("reset_after", name):
            return drop(scope)
        return garbage() if faults.take("garbage", name) else response

    def _act(self, name: str, request: Request, record: dict) -> Response:
        try:
            call = self._admit(name, request, record)
            result = ROUTES[name].handler(call)
        except Refused as refused:
            return self._refusal(refused, request)
        if isinstance(result, Response):
            return result
        self.world.version += request.method == "POST"
        head = {} if self.world.options.omit_errcode else {"errcode": 0, "errmsg": "ok"}
        return json_response({**head, **result})

    def _admit(self, name: str, request: Request, record: dict) -> Call:
        """A call that is well-formed and allowed in, or Refused."""
        route = ROUTES.get(name)
        if route is None:
            raise Refused(40058, "unknown api")
        if request.method != route.method:
            raise Refused(43001 if route.method == "GET" else 43002)
        call = Call(self.world, name, request)
        if name != "gettoken":
            call.corp = self._corp(request)
            self._check_rate(call)
        if route.method == "POST" and route.body:
            call.body = record["request"] = _read_body(request.body)
        return call

    def _corp(self, request: Request):
        world = self.world
        token = request.query.get("access_token", "")
        corp = world.corps[world.tokens.corp_id(token, world.clock.now())]
        if corp.disabled:
            raise Refused(50003)
        if corp.trusted_ips is not None and request.client_ip not in corp.trusted_ips:
            raise Refused(60020)
        return corp

    def _check_rate(self, call: Call) -> None:
        """Per corp and api (protocol §1.4)."""
        options, rates = self.world.options, self.world.rates
        limit = options.limits.get(call.name, options.limits["*"])
        key, now = (call.corp.corp_id, call.name), self.world.clock.now()
        rates.count(key, limit, 60, now)
        rates.count(key, options.limit_per_hour, 3600, now)

    def _refusal(self, refused: Refused, request: Request) -> Response:
        """HTTP 200 with an errcode, its text dressed as the platform does (protocol §1.3)."""
        text = (
            f"{refused.text}, hint: [{self.world.now}{len(self.world.calls):06d}], "
            f"from ip: {request.client_ip}, "
            f"more info at https://open.work.weixin.qq.com/devtool/query?e={refused.code}"
        )
        response = json_response({"errcode": refused.code, "errmsg": text})
        response.errcode = refused.code
        return response

    def _record(self, name: str, request: Request) -> dict:
        """One line of the log of calls (control plane: GET /control/calls)."""
        query = {k: v for k, v in request.query.items() if k not in ("access_token", "corpsecret")}
        record = {
            "time": self.world.clock.now(),
            "api": name,
            "method": request.method,
            "request": query,
            "errcode": None,
        }
        self.world.calls.append(record)
        return record


def _read_body(raw: bytes) -> dict:
    if len(raw) > MAX_JSON:
        raise Refused(40206)
    if ESCAPE.search(raw):
        raise Refused(40033)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refused(47001) from error
    if not isinstance(body, dict):
        raise Refused(47001)
    return body
