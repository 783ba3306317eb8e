"""Events for sessions that are older than events: told from their messages, in the same words."""

from collections import defaultdict
from collections.abc import Collection

from messaging.models import Message
from sessions.models import Agent, Session, SessionEvent
from sessions.models.beside import Links, links_of
from sessions.scales import clicked

Direction = Message.Direction


def fill(sessions: Collection[int]) -> None:
    """Write what is missing; what is there already stays as it is. The caller folds them."""
    found = Session.objects.filter(pk__in=sessions).select_related("customer")
    found = found.in_bulk()
    rows: dict[int, list[Message]] = defaultdict(list)
    told = Message.objects.filter(session__in=found).defer("raw").order_by("sent_at", "id")
    for row in told:
        rows[row.session_id].append(row)
    names = _names() if any(_is_old(row) for some in rows.values() for row in some) else {}
    links = links_of({one.customer_id: one.customer for one in found.values()})
    events = [
        event for pk, one in found.items() for event in events_of(one, rows[pk], names, links)
    ]
    for event in events:
        event.is_folded = True
    SessionEvent.keep(events)


def events_of(
    session: Session,
    rows: list[Message],
    names: dict[str, int] | None = None,
    links: Links | None = None,
) -> list[SessionEvent]:
    """In the order of its rows; `names` are agents', for transfers of long ago, `links` of today."""
    events = [SessionEvent.opening(session)]
    rated_at = {row.sent_at for row in rows if row.kind == "rating"}
    for row in rows:
        if row.direction == Direction.IN:
            if not clicked(row.content) and row.sent_at not in rated_at:
                events.append(SessionEvent.coming(session, row))
        else:
            if names and _is_old(row) and row.content.get("name") in names:
                row.content["pk"] = names[row.content["name"]]
            events += SessionEvent.of(row, session, links)
    if session.ended_at:
        ended = [row for row in rows if row.kind == "end"]
        is_ours = ended and session.ended_by == Session.EndedBy.AGENT
        events.append(SessionEvent.closing(session, ended[-1] if is_ours else None))
    return events


def _is_old(row: Message) -> bool:
    """A transfer of before it said who got it but by name."""
    return (
        row.kind == "transfer"
        and row.content.get("to") in ("agent", "team")
        and ("pk" not in row.content)
    )


def _names() -> dict[str, int]:
    return {str(agent): agent.pk for agent in Agent.objects.order_by("-pk")}
