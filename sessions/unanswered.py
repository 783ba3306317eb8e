"""Since when a customer waits: from the first question that no answer followed, but for those that were lost."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q

from messaging.models import Message
from sessions.models import Session

Direction, Origin, Status = Message.Direction, Message.Origin, Message.Status
BY_SOMEBODY = Q(author__isnull=False) | Q(origin=Origin.SERVICER)


def since(sessions: Collection[int]) -> dict[int, datetime]:
    """{session: when}, of those in which somebody waits; one query."""
    if not sessions:
        return {}
    answers = Message.objects.filter(
        BY_SOMEBODY,
        session=OuterRef("session"),
        direction=Direction.OUT,
        sent_at__gte=OuterRef("sent_at"),
    ).exclude(status=Status.FAILED)
    questions = Message.objects.filter(session__in=sessions, direction=Direction.IN)
    waiting = questions.filter(~Exists(answers)).order_by().values_list("session")
    return dict(waiting.annotate(since=Min("sent_at")))


def is_lost(row: Message, session: Session | None) -> bool:
    """Was it an agent's answer that did not arrive, while the session is open?"""
    is_ours = row.direction == Direction.OUT and row.author_id is not None
    return bool(is_ours and row.status == Status.FAILED and session and not session.is_ended)
