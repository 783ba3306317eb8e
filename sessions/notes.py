"""Notes between the texts: only the team sees them, and an @ calls a colleague."""

import re
from collections.abc import Collection
from itertools import chain

from django.db.models import Q, QuerySet

from messaging.models import Message
from sessions import notices
from sessions.models import Agent, Event, Mention, Session

AT = r"(?<![A-Za-z0-9._%+-])@"  # not that of an address


def team_of(session: Session) -> QuerySet[Agent]:
    """Who can be called: everybody who serves this account."""
    serves = Q(serves_all=True) | Q(accounts=session.account_id)
    found = Agent.objects.filter(serves, is_active=True)
    return found.distinct().order_by("display_name", "username")


def write(
    session: Session, agent: Agent, text: str, called_too: Collection[Agent] = (), **fields
) -> Message:
    """Add the note, remember whom it calls, by an @ or without, and tell them."""
    called = mentioned(session, text)
    content = fields.pop("content", {}) | ({"mentions": sorted(called)} if called else {})
    message = session.note(agent, text, content=content, **fields)
    people = {*called_too, *chain(*called.values())} - {agent}
    Mention.objects.bulk_create(
        Mention(agent=person, session=session, message=message) for person in people
    )
    notices.tell(
        notices.News(person, session, Event.MENTION, message.text, str(agent)) for person in people
    )
    return message


def mentioned(session: Session, text: str) -> dict[str, list[Agent]]:
    """{"@Lin": [agents of that name]}, each as it stands in the text."""
    if "@" not in text:
        return {}
    names: dict[str, list[Agent]] = {}
    for agent in team_of(session):
        for name in {str(agent).lower(), agent.username.lower()}:
            names.setdefault(name, []).append(agent)
    # The longest first: "@Lin Wang" does not call Lin.
    either = "|".join(map(_whole, sorted(names, key=len, reverse=True)))
    found = re.findall(f"{AT}({either})", text, re.IGNORECASE) if names else []
    return {f"@{name}": names[name.lower()] for name in found if name.lower() in names}


def _whole(name: str) -> str:
    """Where a name ends in a letter, none may follow it; Chinese is written without spaces."""
    return re.escape(name) + (r"(?![A-Za-z0-9_])" if name[-1:].isascii() else "")
