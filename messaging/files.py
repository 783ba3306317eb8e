"""What a file is, judged by its content: names and declared types come from strangers."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import unquote, urlsplit

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

from messaging import voice
from messaging.models import Media

HEAD = 64
MAX_PIXELS = 40_000_000  # decoded, a picture takes four bytes for each
PREVIEW_SIDE = 720
PREVIEW_ABOVE = 150 * 1024  # smaller pictures are their own preview
NAME_LENGTH = 120
JPEG, PNG, GIF, WEBP, MP4 = "image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"
UNKNOWN = "application/octet-stream"

_STARTS = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/zip",
}
PAGES = {
    *("text/html", "application/xhtml+xml", "text/xml", "application/xml"),
    *("application/json", "image/svg+xml"),
}
_MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ")


@dataclass
class Facts:
    """What we learn from a file; `playable` is what a browser shows in the thread instead of it."""

    content_type: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    playable: bytes | None = None
    playable_type: str = ""


def sniff(head: bytes) -> str:
    """The content type of a file that begins with these bytes."""
    for start, content_type in _STARTS.items():
        if head.startswith(start):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return MP4
    return voice.sniff(head) or UNKNOWN


def is_page(headers: Mapping[str, str], head: bytes) -> bool:
    """Something to read where a picture or a recording should be: mostly a page to sign in."""
    declared = headers.get("content-type", "").partition(";")[0].strip().lower()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower()
    return declared in PAGES or start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg"))


def examine(file: IO[bytes], size: int) -> Facts:
    """Look into a file; what cannot be read is simply not known."""
    file.seek(0)
    content_type = sniff(file.read(HEAD))
    file.seek(0)
    if content_type in (JPEG, PNG, GIF, WEBP):
        return _picture(file, size, content_type)
    if content_type in voice.TYPES:
        return _recording(file, content_type)
    return Facts(content_type)


def _recording(file: IO[bytes], content_type: str) -> Facts:
    played = voice.playable(file, content_type)
    if not played:
        return Facts(content_type)
    return Facts(
        content_type, seconds=played.seconds, playable=played.data, playable_type=voice.PLAYABLE
    )


def _picture(file: IO[bytes], size: int, content_type: str) -> Facts:
    try:
        with Image.open(file, formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
            return _measured(picture, size, content_type)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Facts(content_type)


def _measured(picture: Image.Image, size: int, content_type: str) -> Facts:
    """Opening reads the header alone: whoever claims too many pixels is never decoded."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        return Facts(content_type)
    if picture.getexif().get(0x0112, 1) >= 5:  # lies on its side
        width, height = height, width
    facts = Facts(content_type, width, height)
    is_still = not getattr(picture, "is_animated", False)
    if is_still and (size > PREVIEW_ABOVE or max(width, height) > 2 * PREVIEW_SIDE):
        facts.playable, facts.playable_type = _preview(picture), WEBP
    return facts


def _preview(picture: Image.Image) -> bytes:
    picture.draft("RGB", (PREVIEW_SIDE * 2, PREVIEW_SIDE * 2))  # JPEG only: decodes it smaller
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    data = BytesIO()
    upright.convert("RGBA" if has_alpha else "RGB").save(data, "WEBP", quality=80, method=2)
    return data.getvalue()


def thumbnail(data: bytes, side: int) -> bytes | None:
    """The middle of a picture as a small square; None of what is no picture, or far too large."""
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("RGB", (side * 2, side * 2))
            square = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGBA"), (side, side))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    small = BytesIO()
    square.save(small, "WEBP", quality=82, method=4)
    return small.getvalue()


def new_key() -> str:
    return secrets.token_hex(16)


def keep(media: Media, file: IO[bytes]) -> None:
    """Put a file, and what a browser plays in its place, into the storage; saves no row."""
    facts = examine(file, media.size)
    media.content_type = facts.content_type
    media.width, media.height, media.seconds = facts.width, facts.height, facts.seconds
    file.seek(0)
    media.file.save(media.key, File(file), save=False)
    if facts.playable:
        media.playable_type = facts.playable_type
        media.playable.save(media.key, ContentFile(facts.playable), save=False)


def clean_name(name: str) -> str:
    """A file's name without folders, control characters and tricks of writing direction."""
    name = PurePosixPath(name.replace("\\", "/")).name
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    stem, dot, ending = name.strip().rpartition(".")
    if dot and len(ending) <= 12:
        return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"
    return name.strip()[:NAME_LENGTH]


def name_in(disposition: str) -> str:
    """The file's name in a Content-Disposition: RFC 5987 first, then the plain parameter."""
    extended = re.search(r"filename\*\s*=\s*([\w-]*)'[^']*'([^;\s]+)", disposition, re.IGNORECASE)
    if extended:
        try:
            return clean_name(unquote(extended[2], extended[1] or "utf-8", errors="strict"))
        except (LookupError, ValueError):
            pass
    plain = re.search(r'filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))', disposition, re.IGNORECASE)
    if not plain:
        return ""
    name = re.sub(r"\\(.)", r"\1", plain[1]) if plain[1] is not None else plain[2].strip()
    return clean_name(_as_written(name))


def name_at(address: str) -> str:
    """The last piece of a web address, where it looks like a file's name."""
    path = urlsplit(address).path if address.startswith(("http://", "https://", "/")) else ""
    name = clean_name(_as_written(path.rpartition("/")[2]))
    return name if "." in name else ""


def _as_written(name: str) -> str:
    """Undo what servers do to names that are not ASCII: percent signs, or GBK read as Latin-1."""
    try:
        decoded = unquote(name, errors="strict")
    except ValueError:
        decoded = name
    if not decoded.isascii():
        name = decoded
    if any("\x80" <= c <= "\xff" for c in name) and max(name) <= "\xff":
        for encoding in ("utf-8", "gb18030"):
            try:
                return name.encode("latin-1").decode(encoding)
            except ValueError:
                continue
    return name
