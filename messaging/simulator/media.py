"""Temporary media (protocol §6): ids that live 3 days and belong to a corp."""

import secrets
from dataclasses import dataclass, field

from .errors import Refused

LIFE = 3 * 24 * 3600
MB = 1024 * 1024
UPLOAD_LIMITS = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}
INBOUND_LIMITS = {"image": 2 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}
CONTENT_TYPES = {
    "image": "image/jpeg",
    "voice": "voice/amr",
    "video": "video/mp4",
    "file": "application/octet-stream",
}
AMR = b"#!AMR\n"
PNG = b"\x89PNG\r\n\x1a\n"
AMR_SECONDS = 60
# Bytes of the frames of AMR-NB by mode (RFC 4867): 20 ms each, the header byte included.
AMR_FRAMES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)


@dataclass
class MediaFile:
    media_id: str
    corp_id: str
    kind: str
    filename: str
    data: bytes
    created_at: float

    @property
    def content_type(self) -> str:
        return "image/png" if self.data.startswith(PNG) else CONTENT_TYPES[self.kind]


@dataclass
class MediaStore:
    """Files by media_id, uploaded by the API or sent by customers."""

    files: dict[str, MediaFile] = field(default_factory=dict)

    def add(self, corp_id: str, kind: str, filename: str, data: bytes, now: float) -> MediaFile:
        for media_id in [m for m, f in self.files.items() if f.created_at + LIFE < now]:
            del self.files[media_id]
        media = MediaFile(secrets.token_urlsafe(32), corp_id, kind, filename, data, now)
        self.files[media.media_id] = media
        return media

    def get(self, corp_id: str, media_id: str, now: float) -> MediaFile:
        """The file, or 40007 when it is unknown, another corp's, or older than 3 days."""
        media = self.files.get(media_id)
        if media is None or media.corp_id != corp_id or media.created_at + LIFE < now:
            raise Refused(40007)
        return media


def check_upload(kind: str, data: bytes) -> None:
    """Raise what media/upload answers to a file it does not take (protocol §6.1)."""
    if kind not in UPLOAD_LIMITS:
        raise Refused(40004)
    if not data:
        raise Refused(44001)
    if len(data) <= 5:
        raise Refused(40006)
    if len(data) > UPLOAD_LIMITS[kind]:
        raise Refused(45001)
    if not _looks_like(kind, data):
        raise Refused(40005)
    if kind == "voice" and amr_seconds(data) > AMR_SECONDS:
        raise Refused(45007)


def amr_seconds(data: bytes) -> float:
    """How long an AMR-NB recording plays."""
    at, frames = len(AMR), 0
    while at < len(data):
        at += AMR_FRAMES[(data[at] >> 3) & 15]
        frames += 1
    return frames * 0.02


def _looks_like(kind: str, data: bytes) -> bool:
    return {
        "image": data.startswith((b"\xff\xd8\xff", PNG)),
        "voice": data.startswith(AMR),
        "video": data[4:8] == b"ftyp",
        "file": True,
    }[kind]
