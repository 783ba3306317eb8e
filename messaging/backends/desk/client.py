"""The HTTP side of Desk: one POST each, judged by ErrorCode; UserSigs made when they are needed.

URLs carry the UserSig in their query (the platform insists), so they are never logged.
"""

import json
import secrets
import threading
import time
from typing import Any

import httpx

from messaging import failures
from messaging.backends import SendError
from messaging.backends.desk.crypto import user_sig
from messaging.backends.desk.options import REGIONS
from messaging.backends.wecom.client import http_client
from messaging.failures_desk import IN_DOUBT
from messaging.models import Connection

PREFIX = "/v4"
SERVICE = "desk_http_svc"
SIG_SECONDS = 7 * 86400
RENEW_SECONDS = 86400  # a UserSig is used for a day of the seven it lives
Json = dict[str, Any]

_sigs: dict[tuple[str, str, str], tuple[float, str]] = {}
_lock = threading.Lock()


class DeskError(SendError):
    family = "desk"


def api_address(base: str) -> str:
    """Where the API lies, whether or not `base` was given with its version."""
    base = (base or REGIONS["cn"]).rstrip("/")
    return base if base.endswith(PREFIX) else base + PREFIX


class Client:
    """Calls of one connection. `post` may raise SendError."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.http = http_client(api_address(connection.api_base))

    def post(self, command: str, body: Json) -> Json:
        try:
            return self._once(command, body)
        except SendError as error:
            if error.failure.cure is not failures.Cure.TOKEN:
                raise self._noted(error) from None
        try:
            return self._once(command, body, renew=True)
        except SendError as error:
            raise self._noted(error) from None

    def _once(self, command: str, body: Json, renew: bool = False) -> Json:
        query = {
            "sdkappid": self.connection.identity,
            "identifier": self.connection.options.get("admin", ""),
            "usersig": self._sig(renew),
            "random": secrets.randbelow(2**32),
            "contenttype": "json",
        }
        content = json.dumps(body, ensure_ascii=False).encode()  # never empty: `{}` at least
        headers = {"Content-Type": "application/json"}
        try:
            response = self.http.post(
                f"{SERVICE}/{command}", params=query, content=content, headers=headers
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise DeskError(failures.NETWORK, type(error).__name__) from None
        except httpx.HTTPError as error:
            name = type(error).__name__
            raise DeskError(failures.NETWORK, name, may_have_arrived=True) from None
        return _answer(response)

    def _sig(self, renew: bool) -> str:
        """Made here without asking anybody, so each process keeps its own."""
        connection, now = self.connection, time.time()
        key = (
            connection.identity,
            connection.options.get("admin", ""),
            connection.secrets.get("secret", ""),
        )
        with _lock:
            until, sig = _sigs.get(key, (0.0, ""))
            if renew or until < now:
                app_id, admin, secret = key
                sig = user_sig(_number(app_id), secret, admin, int(now), SIG_SECONDS)
                _sigs[key] = (now + RENEW_SECONDS, sig)
            return sig

    def _noted(self, error: SendError) -> SendError:
        """A configuration fault is shown on the connection, so that an admin sees it."""
        if error.failure.cure is failures.Cure.CONFIG:
            self.connection.report_fault(error.code, error.text)
        return error


def _number(app_id: str) -> int:
    return int(app_id) if app_id.isascii() and app_id.isdigit() else 0


def _answer(response: httpx.Response) -> Json:
    """The HTTP status says only whether Desk was reached: what it did stands in ErrorCode."""
    try:
        answer = response.json()
        code = int(answer["ErrorCode"])
    except (ValueError, TypeError, KeyError):
        text = f"HTTP {response.status_code}"
        raise DeskError(failures.GARBAGE, text, may_have_arrived=True) from None
    if code == 0 and answer.get("ActionStatus") == "OK" and response.is_success:
        return answer
    if code == 0:
        text = f"HTTP {response.status_code} {answer.get('ActionStatus')}"
        raise DeskError(failures.GARBAGE, text, may_have_arrived=True)
    text = str(answer.get("ErrorInfo") or answer.get("ErrorDisplay") or "")
    raise DeskError(code, text, may_have_arrived=code in IN_DOUBT)
