"""Callbacks from outside, past Django: verify, decrypt, commit one small row, answer.

Refusals answer 403, are logged once a minute for each reason, counted, and leave nothing stored. The
sender waits 5 seconds (WeCom), so nothing here calls the outside or waits for more than its commit.
"""

import asyncio
import logging
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DatabaseError
from django.db import connection as database
from django.utils import timezone

from messaging import live
from messaging.commit import GroupCommit, Overloaded
from messaging.models import Callback, Connection

logger = logging.getLogger(__name__)

REMEMBER_SECONDS = 5.0  # a changed token or key works after this at the latest
LOG_AGAIN_SECONDS = 60.0
TEXT, JSON = b"text/plain; charset=utf-8", b"application/json"
PLACE = re.compile(r"/hooks/(\w+)/([^/]*)(/?.*)")
# As the staffService protocol fixes it: the app is known by its id, not by an address of ours.
BARE = re.compile(r"/api/[^/]+/([^/]+)/(?:staffService/(?:message|demand)|leavemessage)/?")
SLUG = re.compile(r"[-.a-zA-Z0-9_]{1,64}")  # no database need be asked for anything else
_threads = ThreadPoolExecutor(1, thread_name_prefix="kf-hooks")
_known: dict[tuple[str, str, str], tuple[float, Any]] = {}
_logged: dict[tuple[str, str], float] = {}
_refused: Counter[tuple[str, str]] = Counter()
totals: Counter[str] = Counter()  # for /metrics: "accepted", or the reason of a refusal


class Refused(Exception):
    """Not a callback of ours: forged, stale or malformed. `reason` is one short word or two."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    callbacks: tuple[Callback, ...] = ()


@dataclass(frozen=True)
class Call:
    """What a door sees of a call beside its query and body: the path is that behind our address."""

    path: str
    content_type: str
    source: str = ""


@dataclass(frozen=True)
class Place:
    """Whose door a path leads to: that of a connection by its slug, or by its identity."""

    backend: str
    field: str
    name: str
    path: str


def is_ours(path: str) -> bool:
    return path.startswith("/hooks/") or bool(BARE.fullmatch(path))


def place_of(path: str) -> Place:
    if found := PLACE.fullmatch(path):
        return Place(found[1], "slug", found[2], found[3])
    if found := BARE.fullmatch(path):
        return Place("staffservice", "identity", found[1], path)
    return Place("", "slug", "", path)


def write(callbacks: list[Callback]) -> None:
    """One insert for all that arrived together; runs on the commit thread."""
    Callback.objects.bulk_create(callbacks)
    live.wake("sync")


commit: GroupCommit[Callback] = GroupCommit(write)


async def hooks(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI application at /hooks/<backend>/<slug>/ and at staffService's own paths."""
    place = place_of(scope["path"])
    try:
        reply = await _answer(scope, place, receive)
        for callback in reply.callbacks:
            await commit.add(callback)
        totals["accepted"] += 1
        await _respond(send, 200, reply.body)
    except Refused as refusal:
        # Addresses that somebody guesses are one count together, or each guess would be a row.
        _note("" if refusal.status == 404 else place.name, refusal.reason)
        await _respond(send, *_refusal(place, refusal.reason, refusal.status))
    except (Overloaded, DatabaseError) as error:
        # Whoever is told so sends it again.
        if isinstance(error, DatabaseError):
            logger.exception("A callback could not be stored")
        totals["overloaded"] += 1
        status, body = _refusal(place, "overloaded", 503)
        await _respond(send, status, body, [(b"retry-after", b"1")])


def _refusal(place: Place, reason: str, status: int) -> tuple[int, bytes]:
    """In the words of the protocol, which may have its own for errors."""
    if place.backend not in Connection.Backend.values:
        return status, b""
    return _views(place.backend).refusal(reason, status)


def _views(backend: str) -> Any:
    return import_module(f"messaging.backends.{backend}.views")


async def _answer(scope: dict[str, Any], place: Place, receive: Any) -> Reply:
    door = await _door(place)
    if door is None:
        raise Refused("unknown address", 404)
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if scope["method"] == "GET":
        return Reply(door.verify(query))
    if scope["method"] != "POST":
        raise Refused("method", 405)
    content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
    source = (scope.get("client") or ("",))[0]  # the proxy's word for it, behind one we believe
    read = door.read(query, await _body(receive), Call(place.path, content_type, source))
    return read if isinstance(read, Reply) else Reply(_views(place.backend).DONE, tuple(read))


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused("disconnected")
        body += message.get("body", b"")
        if len(body) > settings.KF_CALLBACK_BYTES:
            raise Refused("too large", 413)
        if not message.get("more_body"):
            return body


async def _door(place: Place) -> Any:
    """What checks the callbacks of one connection; kept for a few seconds, as is its absence."""
    if place.backend not in Connection.Backend.values or not SLUG.fullmatch(place.name):
        return None
    key = (place.backend, place.field, place.name)
    known = _known.get(key)
    if known and known[0] > time.monotonic():
        return known[1]
    loop = asyncio.get_running_loop()
    door = await loop.run_in_executor(_threads, _load, *key)
    if len(_known) > 1000:
        _known.clear()  # somebody tries addresses
    _known[key] = (time.monotonic() + REMEMBER_SECONDS, door)
    return door


def _load(backend: str, field: str, name: str) -> Any:
    database.close_if_unusable_or_obsolete()
    enabled = Connection.objects.filter(backend=backend, is_enabled=True)
    found = enabled.filter(**{field: name})[:2]
    if len(found) != 1:
        return None  # of two apps with one id, neither is meant for certain
    return _views(backend).Door(found[0])


async def _respond(send: Any, status: int, body: bytes, headers: list = ()) -> None:
    fixed = [
        (b"content-type", JSON if body.startswith(b"{") else TEXT),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})


# --- refusals -------------------------------------------------------------------------------------


def _note(slug: str, reason: str) -> None:
    totals[reason] += 1
    now = time.monotonic()
    if now - _logged.get((slug, reason), -LOG_AGAIN_SECONDS) >= LOG_AGAIN_SECONDS:
        if len(_logged) > 1000:
            _logged.clear()
        _logged[slug, reason] = now
        logger.warning("a callback for %r was refused: %s", slug[:40], reason)
    if not _refused:
        asyncio.get_running_loop().call_later(1.0, _flush)
    if len(_refused) < 1000:
        _refused[slug[:40], reason] += 1


def _flush() -> None:
    counted = dict(_refused)
    _refused.clear()
    asyncio.get_running_loop().run_in_executor(_threads, _count, counted)


_COUNT = """
    INSERT INTO messaging_refusal (slug, reason, count, last_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (slug, reason) DO UPDATE
    SET count = messaging_refusal.count + excluded.count, last_at = excluded.last_at
"""


def _count(counted: dict[tuple[str, str], int]) -> None:
    """Counts, so that an admin sees that somebody knocks; nothing of what they said."""
    database.close_if_unusable_or_obsolete()
    now = timezone.now()
    field = Callback._meta.get_field("created_at")
    rows = [
        (slug, reason, count, field.get_db_prep_value(now, database))
        for (slug, reason), count in counted.items()
    ]
    try:
        with database.cursor() as cursor:
            cursor.executemany(_COUNT, rows)
    except Exception:
        logger.exception("refusals could not be counted")
