"""Lines between messages: where a session begins, and where an agent stopped reading."""

from collections.abc import Iterable

from messaging.models import Message
from sessions.models import Agent, Session


def boundaries(messages: Iterable[Message], known: list[Session]) -> dict[int, Session]:
    """{message: the session it has opened}, with what their line says; `known` are the newest.

    Several may have come in the second in which the session was opened: the first has the line.
    """
    found = {session.pk: session for session in known}
    missing = {m.session_id for m in messages if m.session_id} - set(found)
    if missing:
        more = Session.objects.filter(pk__in=missing).select_related("agent", "survey")
        found |= {session.pk: session for session in more}
    openers: dict[int, Session] = {}
    for message in messages:
        session = found.get(message.session_id)
        if session and session.opened_at == message.sent_at:
            openers[message.pk] = found.pop(session.pk)
    return openers


def first_new(messages: Iterable[Message], session: Session, agent: Agent) -> int | None:
    """The first of what came while its agent was away; None when there is nothing, or for others."""
    if not session.unread or session.agent_id != agent.pk:
        return None
    asked = [message.pk for message in messages if message.direction == "in"]
    return asked[-session.unread :][0] if asked else None
