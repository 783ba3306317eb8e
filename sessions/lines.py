"""Lines between messages: where a session begins, and where an agent stopped reading."""

from collections.abc import Iterable

from messaging.models import Message
from sessions.models import Agent, Session


def boundaries(messages: Iterable[Message], known: list[Session]) -> dict[int, Session]:
    """The sessions of these messages, with what their line says; `known` are the newest."""
    found = {session.pk: session for session in known}
    missing = {m.session_id for m in messages if m.session_id} - set(found)
    if missing:
        more = Session.objects.filter(pk__in=missing).select_related("agent", "survey")
        found |= {session.pk: session for session in more}
    return found


def first_new(messages: Iterable[Message], session: Session, agent: Agent) -> int | None:
    """The first of what came while its agent was away; None when there is nothing, or for others."""
    if not session.unread or session.agent_id != agent.pk:
        return None
    asked = [message.pk for message in messages if message.direction == "in"]
    return asked[-session.unread :][0] if asked else None
