"""Files that go out as an address: one of ours, signed, for one file, and only for a while.

is_offered()        whether others can reach this installation at all
address_of(media)   where the other side fetches this file within LIFE
found(token)        the file that such an address names, or None
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from messaging.models import Media

LIFE = timedelta(days=7)
LOCAL = ("127.0.0.1", "localhost", "::1")

_signer = TimestampSigner(salt="messaging.sharing")


def is_offered() -> bool:
    """In the demo all that fetches is on this machine, too."""
    return settings.KF_DEMO or urlsplit(settings.KF_PUBLIC_URL).hostname not in LOCAL


def address_of(media: Media) -> str:
    """The name at its end is for those who look at addresses; nothing is found by it."""
    name = "voice.m4a" if media.kind == "voice" and media.playable else media.name or media.kind
    path = reverse("shared", args=[_signer.sign(media.key), name])
    return f"{settings.KF_PUBLIC_URL}{path}"


def found(token: str) -> Media | None:
    """What was taken back, or removed with its customer, is nowhere any more."""
    try:
        key = _signer.unsign(token, max_age=LIFE)
    except BadSignature:
        return None
    stored = Media.objects.filter(key=key, status=Media.Status.STORED)
    return stored.filter(message__recalled_at=None).exclude(message=None).first()
