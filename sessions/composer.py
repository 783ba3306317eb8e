"""What the composer is drawn from, beside what may be done (fragments.session_context)."""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from messaging import emoji, media, recording
from messaging.models import Message
from sessions import drafts, quotes
from sessions.actions import Refused
from sessions.models import Session


def context(request: HttpRequest, session: Session, shown: Iterable[Message]) -> dict[str, Any]:
    """`shown` are the messages on the page: later ones are news to whoever writes."""
    seen = [message.pk for message in shown]
    try:
        quoted = quotes.context(session, request.GET.get("quote", ""))
    except Refused:
        quoted = {}
    return quoted | {
        "faces": emoji.PICKER,
        "may_record": recording.IS_POSSIBLE,
        "file_limits": file_limits(),
        "seen": max(seen, default=0),
        "drafts": drafts.of(session, request.user),
    }


def file_limits() -> str:
    """{ending: bytes}, with what holds for all others under "": checked before an upload."""
    limits = {
        ending: media.LIMITS[kind]
        for kind, (_, endings) in media.SHAPES.items()
        for ending in endings
    }
    return json.dumps(limits | {"": media.LIMITS["file"], "smallest": media.SMALLEST})
