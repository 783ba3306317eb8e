"""Files of messages: rescued when they come in (rescue.py), uploaded again when they go out.

attach(customer, file)      an agent's file: the kind it goes out as, and the stored row
store(file, account=…)      a file for many messages (library.py): no customer's
bind(media, message)        it belongs to this message now
ensure_uploaded(media, …)   a media_id that the platform still knows (wecom_kf.md §6.1)
discard_unsent()            a worker step: files that were attached and never sent
"""

import hashlib
from datetime import timedelta
from pathlib import PurePosixPath

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from messaging import failures, files, sharing, voice
from messaging.backends import Backend, SendError
from messaging.library import forget_files, keeper_of
from messaging.models import Customer, Media, Message
from messaging.rescue import fetch, want, want_all

__all__ = [
    "FileRefused",
    "attach",
    "bind",
    "discard_unsent",
    "ensure_uploaded",
    "fetch",
    "forget_files",
    "forget_upload",
    "store",
    "want",
    "want_all",
]

MB = 1024 * 1024
SMALLEST = 6
LIMITS = {"image": 2 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}
VOICE_SECONDS = 60
# A kind needs both, the content and the ending: the customer's WeChat goes by the name as well.
SHAPES = {
    "image": ({files.JPEG, files.PNG}, {"jpg", "jpeg", "png"}),
    "video": ({files.MP4}, {"mp4"}),
    "voice": ({voice.AMR}, {"amr"}),
}
UPLOAD_LIFE = timedelta(hours=60)  # of the 72 that the platform keeps it
UNSENT_LIFE = timedelta(days=1)


class FileRefused(Exception):
    """A file that cannot be sent; says why, in words for the agent."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = reason


def attach(customer: Customer, upload: UploadedFile) -> tuple[str, Media]:
    """Keep an agent's file for this customer: (kind, media). It is sent when a message has it."""
    media = store(upload, account_id=customer.account_id, customer=customer)
    return media.kind, media


def store(upload: UploadedFile, **fields: object) -> Media:
    """A new row with this file, checked as the platform will check it."""
    name = files.clean_name(upload.name or "") or _("file")
    kind = _kind_of(upload, name)
    _check_size(kind, upload.size)
    media = Media(
        key=files.new_key(),
        kind=kind,
        status=Media.Status.STORED,
        name=name,
        size=upload.size,
        sha256=_hash(upload),
        **fields,
    )
    files.keep(media, upload)
    _check_content(media)
    media.save()
    return media


def _kind_of(upload: UploadedFile, name: str) -> str:
    upload.seek(0)
    content_type = files.sniff(upload.read(files.HEAD))
    ending = PurePosixPath(name).suffix.lstrip(".").lower()
    for kind, (content_types, endings) in SHAPES.items():
        if content_type in content_types and ending in endings:
            return kind
    return "file"


def _check_size(kind: str, size: int) -> None:
    if size < SMALLEST:
        raise FileRefused(_("The file is empty or nearly so: WeCom accepts none under 6 bytes."))
    if size <= LIMITS[kind]:
        return
    sizes = {"limit": filesizeformat(LIMITS[kind]), "size": filesizeformat(size)}
    sentence = {
        "image": _("A picture may be %(limit)s at most; this one is %(size)s."),
        "voice": _("A recording may be %(limit)s at most; this one is %(size)s."),
        "video": _("A video may be %(limit)s at most; this one is %(size)s."),
        "file": _("A file may be %(limit)s at most; this one is %(size)s."),
    }[kind]
    raise FileRefused(sentence % sizes)


def _check_content(media: Media) -> None:
    """What shows only when it was read; a picture or recording that cannot be goes as a file."""
    if media.kind == "voice" and (media.seconds or 0) > VOICE_SECONDS:
        forget_files(media)
        raise FileRefused(_("A recording may last 60 seconds at most."))
    if media.kind == "image" and not media.width or media.kind == "voice" and not media.seconds:
        media.kind = "file"


def _hash(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def bind(media: Media, message: Message) -> None:
    """Give a stored file to the message that sends it."""
    media.message = message
    media.save(update_fields=["message"])


def ensure_uploaded(media: Media, backend: Backend) -> str:
    """The media_id to send, or the address to name; uploads the file if that was never done or is too long ago.

    No transaction may be open: this is a call to the outside. May raise SendError.
    """
    if backend.capabilities.takes_addresses:
        return sharing.address_of(media)
    media = keeper_of(media)
    is_fresh = media.uploaded_at and timezone.now() < media.uploaded_at + UPLOAD_LIFE
    if media.media_id and is_fresh:
        return media.media_id
    try:
        with media.file.open("rb") as file:
            content_type = media.content_type or files.UNKNOWN
            media_id = backend.upload(media.kind, media.name, file, content_type)
    except (OSError, ValueError) as error:
        raise SendError(failures.UPLOAD, type(error).__name__) from error
    media.media_id, media.uploaded_at = media_id, timezone.now()
    media.save(update_fields=["media_id", "uploaded_at"])
    return media_id


def forget_upload(message: Message) -> None:
    """The platform does not know it any more: the next try uploads it again."""
    Media.objects.filter(message=message).update(media_id="", uploaded_at=None)


def discard_unsent() -> int:
    """Delete what was attached a day ago and never sent."""
    before = timezone.now() - UNSENT_LIFE
    sendable = Media.objects.exclude(customer=None)  # not those of the library
    unsent = sendable.filter(message=None, created_at__lt=before, due_at=None)[:100]
    for media in unsent:
        forget_files(media)
        media.delete()
    return len(unsent)
