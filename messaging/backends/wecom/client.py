"""The HTTP side of WeCom: one call each, errors as SendError, tokens renewed once.

URLs carry the access token in their query (the platform insists, §0), so they are never logged.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import httpx
from django.conf import settings

from messaging import failures
from messaging.backends import SendError
from messaging.backends.wecom.tokens import token_for
from messaging.models import Connection

API_BASE = "https://qyapi.weixin.qq.com"
PREFIX = "/cgi-bin"
ERROR_BYTES = 16 * 1024  # an error is short; a file is not read whole to find out
Json = dict[str, Any]

_clients: dict[str, httpx.Client] = {}
_lock = threading.Lock()


def http_client(base_url: str) -> httpx.Client:
    """One pool of kept connections for each address; an httpx.Client may be used by many threads."""
    with _lock:
        if base_url not in _clients:
            _clients[base_url] = httpx.Client(
                base_url=base_url.rstrip("/") + "/",
                timeout=httpx.Timeout(settings.KF_HTTP_SECONDS, connect=5),
                limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
            )
        return _clients[base_url]


def api_address(base: str) -> str:
    """Where the API lies, whether or not `base` was given with its prefix."""
    base = (base or API_BASE).rstrip("/")
    return base if base.endswith(PREFIX) else base + PREFIX


def close_all() -> None:
    """End all kept connections; the next call opens new ones."""
    with _lock:
        while _clients:
            _clients.popitem()[1].close()


class Client:
    """Calls of one connection. Every method may raise SendError."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.http = http_client(api_address(connection.api_base))

    def get(self, api: str, **query: Any) -> Json:
        return self._call("GET", api, params=query)

    def post(self, api: str, body: Json) -> Json:
        """UTF-8 as it is: \\uXXXX escapes earn a 40033 (§1.5)."""
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        return self._call("POST", api, content=content, headers=headers)

    def upload(self, kind: str, filename: str, file: IO[bytes], content_type: str) -> str:
        """Return the media_id of a temporary file; it lives for 3 days (§6.1)."""
        file.seek(0)
        part = (filename, file.read(), content_type)
        answer = self._call("POST", "media/upload", params={"type": kind}, files={"media": part})
        return str(answer["media_id"])

    @contextmanager
    def download(self, media_id: str) -> Iterator[httpx.Response]:
        """A streaming response that is a file: a JSON answer has become a SendError (§6.2)."""
        with self._streamed(media_id) as response:
            error = _error_in(response)
            if error is None:
                yield response
                return
            if error.failure.cure is not failures.Cure.TOKEN:
                raise self._noted(error)
        with self._streamed(media_id, renew=True) as response:
            error = _error_in(response)
            if error:
                raise self._noted(error)
            yield response

    @contextmanager
    def _streamed(self, media_id: str, renew: bool = False) -> Iterator[httpx.Response]:
        token = self._token()
        if renew:
            token = self._token(stale=token)
        query = {"access_token": token, "media_id": media_id}
        try:
            with self.http.stream("GET", "media/get", params=query) as response:
                yield response
        except httpx.HTTPError as error:
            raise SendError(failures.NETWORK, type(error).__name__) from None

    def _call(self, method: str, api: str, **request: Any) -> Json:
        token = self._token()
        try:
            return self._once(method, api, token, **request)
        except SendError as error:
            if error.failure.cure is not failures.Cure.TOKEN:
                raise self._noted(error) from None
        try:
            return self._once(method, api, self._token(stale=token), **request)
        except SendError as error:
            raise self._noted(error) from None

    def _once(self, method: str, api: str, token: str, params: Json | None = None, **rest) -> Json:
        query = {"access_token": token, **(params or {})}
        try:
            response = self.http.request(method, api, params=query, **rest)
        except httpx.ConnectError as error:
            raise SendError(failures.NETWORK, type(error).__name__) from None
        except httpx.HTTPError as error:
            name = type(error).__name__
            raise SendError(failures.NETWORK, name, may_have_arrived=True) from None
        return _answer(response)

    def _token(self, stale: str = "") -> str:
        return token_for(self.connection, self.http, stale)

    def _noted(self, error: SendError) -> SendError:
        """A configuration fault is shown on the connection, so that an admin sees it."""
        if error.failure.cure is failures.Cure.CONFIG:
            self.connection.report_fault(error.code, error.text)
        return error


def _answer(response: httpx.Response) -> Json:
    """Judge by errcode alone; a success may lack it (§1.3)."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        text = f"HTTP {response.status_code}"
        raise SendError(failures.GARBAGE, text, may_have_arrived=True)
    code = answer.get("errcode", 0)
    if code != 0:
        raise SendError(int(code), str(answer.get("errmsg", "")))
    if response.status_code >= 400:
        raise SendError(failures.GARBAGE, f"HTTP {response.status_code}", may_have_arrived=True)
    return answer


def _error_in(response: httpx.Response) -> SendError | None:
    """Whether this is an error's JSON instead of a file: what has a file's name is a file."""
    kind = response.headers.get("content-type", "")
    has_name = "filename" in response.headers.get("content-disposition", "")
    is_text = "json" in kind or kind.startswith("text/plain")
    if response.status_code < 400 and (has_name or not is_text):
        return None
    start = next(response.iter_bytes(ERROR_BYTES), b"")
    try:
        answer = json.loads(start)
    except ValueError:
        return SendError(failures.GARBAGE, f"HTTP {response.status_code}, not a file")
    code = answer.get("errcode", 0) if isinstance(answer, dict) else 0
    if code:
        return SendError(int(code), str(answer.get("errmsg", "")))
    return SendError(failures.GARBAGE, "JSON instead of a file")
