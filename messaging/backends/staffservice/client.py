"""The HTTP side of staffService: one signed POST, judged by HTTP status and errcode together."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from messaging import failures, guard
from messaging.backends import SendError
from messaging.backends.staffservice import wire
from messaging.backends.staffservice.crypto import signature
from messaging.backends.wecom.client import http_client
from messaging.fetching import fetched
from messaging.models import Connection


class Client:
    """Calls to one app. `post` may raise SendError."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def post(self, body: dict[str, Any]) -> None:
        timestamp = str(int(time.time() * 1000))
        appid, secret = self.connection.identity, self.connection.secrets.get("secret", "")
        query = {"timestamp": timestamp, "signature": signature(appid, secret, timestamp)}
        try:
            response = http_client(self.connection.api_base).post(
                "staffService/message",
                params=query,
                content=json.dumps(body, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json"},  # without a charset: it insists
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SendError(failures.APP_AWAY, type(error).__name__) from None
        except httpx.HTTPError as error:
            name = type(error).__name__
            raise SendError(failures.APP_AWAY, name, may_have_arrived=True) from None
        _judge(response)

    @contextmanager
    def download(self, address: str) -> Iterator[guard.Answer]:
        """A file from where the customer's app says it lies; only where we may look (guard.py)."""
        address = wire.address_in(address, self.connection.options.get("media_base_url", ""))
        if not wire.is_whole(address):
            self.connection.report_fault(failures.NO_MEDIA_BASE, "")
            raise SendError(failures.NO_MEDIA_BASE)
        with fetched(address, self.connection) as answer:
            yield answer


def _judge(response: httpx.Response) -> None:
    """Success is both, 2xx and errcode 0: an app was seen to say 500 and 0 of an unknown customer.

    What is no answer of the protocol came from something in between, which may have passed it on.
    """
    try:
        answer = response.json()
        code = int(answer["errcode"])
    except (ValueError, TypeError, KeyError):
        text = f"HTTP {response.status_code}"
        raise SendError(failures.APP_REFUSED, text, may_have_arrived=_is_open(response)) from None
    if code != 0 or not response.is_success:
        text = f"HTTP {response.status_code}, {code} {answer.get('errmsg', '')}"
        raise SendError(failures.APP_REFUSED, text)


def _is_open(response: httpx.Response) -> bool:
    return response.is_success or response.is_server_error
