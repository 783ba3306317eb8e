"""One access token per connection, shared by all processes (protocol/wecom_kf.md §1.1).

It is kept encrypted in the connection's row, fetched ahead of its end by whoever holds the lease, and
fetched again once when the platform says it is not valid any more.
"""

import time
from datetime import datetime, timedelta

import httpx
from django.db.models import Q
from django.utils import timezone

from messaging import failures
from messaging.backends import SendError
from messaging.fields import Secrets
from messaging.models import Connection

AHEAD = timedelta(minutes=5)
LEASE = timedelta(seconds=15)
WAIT_SECONDS = 0.05
RETRIES = 3  # "-1: retry, at most 3 times" (§1.3)


def token_for(connection: Connection, client: httpx.Client, stale: str = "") -> str:
    """A valid token. `stale` is one that the platform has just refused. Raises SendError."""
    deadline = time.monotonic() + LEASE.total_seconds()
    while True:
        connection.refresh_from_db(fields=["token", "token_expires_at", "token_leased_until"])
        token = connection.token.get("access_token", "")
        if token and token != stale and not _is_over(connection):
            if not _is_ageing(connection) or not (lease := _lease(connection)):
                return token
            return _fetch(connection, client, lease)
        if lease := _lease(connection):
            return _fetch(connection, client, lease)
        if time.monotonic() > deadline:
            raise SendError(failures.NETWORK, "no access token in time")
        time.sleep(WAIT_SECONDS)


def _is_over(connection: Connection) -> bool:
    return connection.token_expires_at is None or connection.token_expires_at <= timezone.now()


def _is_ageing(connection: Connection) -> bool:
    return timezone.now().timestamp() >= connection.token.get("renew_at", 0)


def _lease(connection: Connection) -> datetime | None:
    """Single flight: a conditional update that only one process wins. Returns until when."""
    now = timezone.now()
    free = Q(token_leased_until__isnull=True) | Q(token_leased_until__lt=now)
    # Whoever stored a token since we looked has moved its end: then it is ours to use, not to fetch.
    as_seen = Connection.objects.filter(
        free, pk=connection.pk, token_expires_at=connection.token_expires_at
    )
    lease = now + LEASE
    return lease if as_seen.update(token_leased_until=lease) else None


def _fetch(connection: Connection, client: httpx.Client, lease: datetime) -> str:
    """Kept only while the lease is ours: new credentials end it (Connection.forget_token)."""
    ours = Connection.objects.filter(pk=connection.pk, token_leased_until=lease)
    try:
        answer = _ask(connection, client)
        life = timedelta(seconds=int(answer.get("expires_in", 7200)))
    except Exception:
        ours.update(token_leased_until=None)
        raise
    expires_at = timezone.now() + life
    # Ahead of its end, but a short life (a test corp's) must not be ageing from the start.
    renew_at = expires_at - min(AHEAD, life / 10)
    token = Secrets(access_token=answer["access_token"], renew_at=renew_at.timestamp())
    ours.update(token=token, token_expires_at=expires_at, token_leased_until=None)
    connection.clear_fault()
    return answer["access_token"]


def _ask(connection: Connection, client: httpx.Client) -> dict:
    query = {"corpid": connection.identity, "corpsecret": connection.secrets.get("secret", "")}
    for attempt in range(RETRIES):
        try:
            answer = _object(client.get("gettoken", params=query))
        except (httpx.HTTPError, ValueError) as error:
            if attempt == RETRIES - 1:
                raise SendError(failures.NETWORK, type(error).__name__) from None
            continue
        code = answer.get("errcode", 0)
        if code == 0 and answer.get("access_token"):
            return answer
        if code != -1:
            raise _refusal(connection, code, str(answer.get("errmsg", "")))
        time.sleep(0.2 * 2**attempt)
    raise SendError(-1, "gettoken")


def _object(response: httpx.Response) -> dict:
    answer = response.json()
    if not isinstance(answer, dict):
        raise ValueError("no object")
    return answer


def _refusal(connection: Connection, code: int, text: str) -> SendError:
    error = SendError(code, text)
    if error.failure.cure is failures.Cure.CONFIG:
        connection.report_fault(code, text)
    return error
