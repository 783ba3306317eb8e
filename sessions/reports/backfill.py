"""Events for sessions that are older than events: told from their messages, in the same words."""

from collections import defaultdict
from collections.abc import Collection

from messaging.models import Message
from sessions.models import Agent, Session, SessionEvent
from sessions.surveys import is_answer

Direction = Message.Direction


def fill(sessions: Collection[int]) -> None:
    """Write what is missing; what is there already stays as it is. The caller folds them."""
    found = Session.objects.filter(pk__in=sessions).select_related("customer", "survey")
    found = found.in_bulk()
    rows: dict[int, list[Message]] = defaultdict(list)
    told = Message.objects.filter(session__in=found).defer("raw").order_by("sent_at", "id")
    for row in told:
        rows[row.session_id].append(row)
    names = _names() if any(_is_old(row) for some in rows.values() for row in some) else {}
    events = [event for pk, session in found.items() for event in _events(session, rows[pk], names)]
    for event in events:
        event.is_folded = True
    SessionEvent.keep(events)


def _events(session: Session, rows: list[Message], names: dict[str, int]) -> list[SessionEvent]:
    events = [SessionEvent.opening(session)]
    for row in rows:
        if row.direction == Direction.IN:
            events += _of_inbound(row, session)
        else:
            if _is_old(row) and row.content.get("name") in names:
                row.content["pk"] = names[row.content["name"]]
            events += SessionEvent.of(row, session)
    if session.ended_at:
        ended = [row for row in rows if row.kind == "end"]
        by = ended[-1].author_id if ended and session.ended_by == Session.EndedBy.AGENT else None
        closed = {"agent_id": by, "facts": {"by": session.ended_by}}
        events.append(SessionEvent.about(session, "closed", session.ended_at, **closed))
    return events


def _of_inbound(row: Message, session: Session) -> list[SessionEvent]:
    """After the end only the answer to the survey belongs to a session."""
    is_late = session.ended_at and row.sent_at > session.ended_at
    if not is_late and not is_answer(row):
        return [SessionEvent.about(session, "in", row.sent_at, row)]
    survey = getattr(session, "survey", None)
    score = survey and survey.rating
    if not score or (row.content.get("menu_id") and survey.token not in row.content["menu_id"]):
        return []
    return [SessionEvent.about(session, "rated", row.sent_at, row, facts={"score": score})]


def _is_old(row: Message) -> bool:
    """A transfer of before it said who got it but by name."""
    return (
        row.kind == "transfer"
        and row.content.get("to") in ("agent", "team")
        and ("pk" not in row.content)
    )


def _names() -> dict[str, int]:
    return {str(agent): agent.pk for agent in Agent.objects.order_by("-pk")}
