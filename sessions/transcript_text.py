"""A transcript as plain text and as one HTML page that needs nothing beside it."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import date, tzinfo
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from messaging.models import Media
from sessions.transcript import Line, Transcript

MOST_PICTURES, MOST_BYTES = 200, 2 * 1024 * 1024
SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}


def plain(told: Transcript) -> Iterator[str]:
    yield f"\ufeff{told.title}\n{told.facts}\n"  # the mark tells Windows that it is UTF-8
    day: date | None = None
    for line in told.lines():
        if line.at.date() != day:
            day = line.at.date()
            yield f"\n== {day.isoformat()} ==\n"
        yield f"{line.at:%H:%M} {_said(line)}\n"


def _said(line: Line) -> str:
    words = line.text.replace("\n", "\n      ")
    if line.side == "event":
        return f"* {words}"
    who = f"[{_('internal note')}] {line.who}" if line.side == "note" else line.who
    return f"{who}: {words}{' ' + _('[not delivered]') if line.is_failed else ''}"


def page(told: Transcript) -> Iterator[str]:
    context = {"told": told, "style": style(), "language": translation.get_language()}
    yield render_to_string("transcript/head.html", context)
    day: date | None = None
    pictures = 0
    for line in told.lines():
        picture = data_of(line.picture) if line.picture and pictures < MOST_PICTURES else ""
        pictures += bool(picture)
        is_new_day, day = line.at.date() != day, line.at.date()
        context = {"line": line, "is_new_day": is_new_day, "picture": picture}
        yield render_to_string("transcript/_line.html", context)
    yield render_to_string("transcript/foot.html")


@cache
def style() -> str:
    return Path(settings.BASE_DIR, "static", "css", "transcript.css").read_text()


def policy() -> str:
    """Of the page shown to print: its own style and its pictures, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'"


def bytes_of(stored: Media) -> tuple[bytes, str]:
    """A picture's preview, or itself if it is small; nothing if it is no longer there."""
    file, content_type = stored.file, stored.content_type
    if stored.playable:
        file, content_type = stored.playable, stored.playable_type
    try:
        if stored.status != Media.Status.STORED or content_type not in SHOWN:
            return b"", ""
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        return b"", ""
    return (data, content_type) if len(data) <= MOST_BYTES else (b"", "")


def data_of(stored: Media) -> str:
    data, content_type = bytes_of(stored)
    return f"data:{content_type};base64,{base64.b64encode(data).decode()}" if data else ""


def as_read_by(parts: Iterator[str | bytes], language: str, zone: tzinfo) -> Iterator[bytes]:
    """In the agent's language and zone, also on the thread that streams the answer."""
    with translation.override(language), timezone.override(zone):
        for part in parts:
            yield part.encode() if isinstance(part, str) else part
