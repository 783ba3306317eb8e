"""Inbound files, fetched at once: the platform forgets them after three days (wecom_kf.md §6.2).

want_all(messages)   in the transaction that stores them: their files are to be fetched
fetch(owner)         a worker step: fetches some that are due
want_again(…)        what was given up for a setting that has been changed
"""

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.utils import timezone

from messaging import failures, files, kinds, leases, live
from messaging.backends import Backend, SendError, backend_for
from messaging.fragments import announce_message
from messaging.models import Connection, Media, Message

logger = logging.getLogger(__name__)

PAUSES = [timedelta(seconds=s) for s in (1, 5, 30, 300)]  # then hourly
LAST_PAUSE = timedelta(hours=1)
MEDIA_ID_LIFE = timedelta(days=3)
CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024
RENEW_BYTES = 1024 * 1024
RENEW_SECONDS = 2
BATCH = 4
MENDED_BY_SETTINGS = (failures.ADDRESS_BARRED, failures.NO_MEDIA_BASE)
CURED_BY_TIME = (failures.Cure.RETRY, failures.Cure.TOKEN, failures.Cure.CONFIG)
KEPT = (
    "status",
    "due_at",
    "error",
    "file",
    "playable",
    "playable_type",
    "name",
    "content_type",
    "size",
    "sha256",
    "seconds",
    "width",
    "height",
)


class LeaseLost(Exception):
    """Another worker has this file by now."""


def want(message: Message) -> None:
    want_all([message])


def want_all(messages: Iterable[Message]) -> None:
    """Note that the files of these stored messages are to be fetched. The caller's transaction."""
    now = timezone.now()
    wanted = [
        Media(
            account_id=message.account_id,
            customer_id=message.customer_id,
            message=message,
            key=files.new_key(),
            kind=message.kind,
            status=Media.Status.WANTED,
            media_id=str(message.content["media_id"]),
            due_at=now,
        )
        for message in messages
        if kinds.kind_of(message.kind).has_media and message.content.get("media_id")
    ]
    if wanted:
        Media.objects.bulk_create(wanted)
        live.wake("media")


def want_again(connection: Connection) -> int:
    """Files that only a setting of their connection kept from being fetched; how many they are."""
    now = timezone.now()
    given_up = Media.objects.filter(
        account__connection=connection,
        status=Media.Status.LOST,
        created_at__gt=now - MEDIA_ID_LIFE,
        error__regex="^(" + "|".join(map(str, MENDED_BY_SETTINGS)) + ")",
    )
    found = given_up.update(status=Media.Status.WANTED, due_at=now, attempts=0)
    if found:
        live.wake("media")
    return found


def fetch(owner: str) -> int:
    """Fetch some files that are due; how many were tried. No transaction spans a download."""
    due = Media.objects.filter(
        status=Media.Status.WANTED,
        due_at__lte=timezone.now(),
        account__connection__is_enabled=True,
    )
    taken = leases.claim(due.order_by("due_at"), owner, field="due_at", limit=BATCH)
    related = ("message", "account__connection")
    for media in Media.objects.filter(pk__in=taken).select_related(*related):
        if leases.renew(Media, media.pk, owner, field="due_at"):
            _fetch_one(media, owner)
    return len(taken)


def _fetch_one(media: Media, owner: str) -> None:
    backend = backend_for(media.account.connection)
    try:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            _download(media, backend, file, owner)
            files.keep(media, file)
        media.status, media.due_at, media.error = Media.Status.STORED, None, ""
    except LeaseLost:
        return
    except SendError as error:
        _put_off(media, error)
    except Exception:
        # A full disk, a bug: the file is still at the platform, so it is tried again.
        logger.exception("File %s could not be fetched", media.pk)
        _put_off(media, SendError(failures.GAVE_UP), may_pass=True)
    _keep(media, owner)


def _download(media: Media, backend: Backend, file: IO[bytes], owner: str) -> None:
    """Stream it into `file`, never more than KF_MEDIA_BYTES; learn its name, size and hash."""
    digest, size, renewed, held = hashlib.sha256(), 0, 0, time.monotonic()
    with backend.download(media.media_id) as response:
        media.name = files.name_in(response.headers.get("content-disposition", ""))
        media.name = media.name or files.name_at(media.media_id)
        for chunk in response.iter_bytes(CHUNK):
            if not size and media.kind != "file" and files.is_page(response.headers, chunk):
                raise SendError(failures.NOT_SUCH_A_FILE)
            size += len(chunk)
            if size > settings.KF_MEDIA_BYTES:
                raise SendError(45001)
            if size - renewed > RENEW_BYTES or time.monotonic() - held > RENEW_SECONDS:
                _hold(media, owner)
                renewed, held = size, time.monotonic()
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise SendError(44001)
    _hold(media, owner)
    media.size, media.sha256 = size, digest.hexdigest()


def _hold(media: Media, owner: str) -> None:
    if not leases.renew(Media, media.pk, owner, field="due_at"):
        raise LeaseLost


def _put_off(media: Media, error: SendError, may_pass: bool = False) -> None:
    """Try again later, or give it up when time will not mend it."""
    media.attempts += 1
    media.error = f"{error.code} {error.text}".strip()
    failure, now = error.failure, timezone.now()
    pause = PAUSES[media.attempts - 1] if media.attempts <= len(PAUSES) else LAST_PAUSE
    may_pass = may_pass or failure.cure in CURED_BY_TIME or not failure.is_known
    if not may_pass or now + pause > media.created_at + MEDIA_ID_LIFE:
        media.status, media.due_at = Media.Status.LOST, None
    else:
        media.due_at = now + pause


def _keep(media: Media, owner: str) -> None:
    """Write what was learnt, if the file is still ours, and show it."""
    fields = {name: getattr(media, name) for name in (*KEPT, "attempts")}
    ours = Media.objects.filter(pk=media.pk, lease_owner=owner)
    if not ours.update(lease_owner="", **fields):
        for stored in (media.file, media.playable):
            if stored:
                stored.storage.delete(stored.name)
    elif media.status != Media.Status.WANTED and media.message:
        media.message.media = media
        announce_message(media.message)
