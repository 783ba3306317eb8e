"""One thing done to many sessions: each by its own verb, each on its own, and most of it undone again.

An undo is a signed list of what to do, kept by the page for a short while: nothing is stored for it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Max

from messaging.fragments import announce_messages, messages_for_thread
from sessions import notices, surveys
from sessions.actions import Refused
from sessions.fragments import announce_session
from sessions.models import Agent, Session, Tag

MOST = 200
UNDO_SECONDS = 60  # the page offers it for ten
Undo = list[Any]  # ["priority", 0]


@dataclass
class Result:
    act: str
    by: Agent | None = None
    done: list[Session] = field(default_factory=list)
    failed: list[tuple[Session, str]] = field(default_factory=list)
    undo: list[tuple[int, Undo]] = field(default_factory=list)

    @property
    def token(self) -> str:
        return signing.dumps(self.undo, salt=_salt(self.by), compress=True) if self.undo else ""

    @property
    def touched(self) -> list[int]:
        return [session.pk for session in (*self.done, *(each for each, _ in self.failed))]


def sessions_of(agent: Agent, keys: Iterable[int]) -> list[Session]:
    """Those of them that the agent may see, at most so many as a page can list."""
    found = agent.sessions().filter(pk__in=set(keys)).select_related("customer", "account", "agent")
    return list(found.order_by("-latest_at", "-id")[:MOST])


def carry_out(act: str, sessions: list[Session], by: Agent, value: Any = None) -> Result:
    result = Result(act, by)
    for session in sessions:
        try:
            undo = _one(ACTS[act], session, by, value)
        except Refused as refusal:
            result.failed.append((session, str(refusal.reason)))
        else:
            result.done.append(session)
            if undo:
                result.undo.append((session.pk, undo))
    return result


def undo(token: str, by: Agent) -> Result | None:
    """What was done, taken back where that is still possible; None when it is too late."""
    try:
        ops = dict(signing.loads(token, salt=_salt(by), max_age=UNDO_SECONDS))
    except signing.BadSignature:
        return None
    result = Result("undo", by)
    for session in sessions_of(by, ops):
        act, value = ops[session.pk]
        try:
            _one(BACK[act], session, by, value)
        except Refused as refusal:
            result.failed.append((session, str(refusal.reason)))
        else:
            result.done.append(session)
    return result


def _salt(by: Agent) -> str:
    return f"sessions.bulk.{by.pk}"


def _one(act: Callable, session: Session, by: Agent, value: Any) -> Undo | None:
    """In a transaction of its own, and told to all."""
    with transaction.atomic():
        before = session.customer.messages.aggregate(newest=Max("id"))["newest"] or 0
        undo = act(session, by, value)
        rows = messages_for_thread(session.customer.messages.filter(pk__gt=before))
        announce_messages(rows.order_by("id"))
        announce_session(session)
    return undo


# --- what can be done, each with what takes it back -----------------------------------------------


def _accept(session: Session, by: Agent, value: None) -> Undo:
    session.accept(by)
    return ["agent", None]


def _assign(session: Session, by: Agent, to: Agent) -> Undo:
    was = session.agent_id
    session.transfer_to_agent(to, by)
    notices.tell_assigned(session, by)
    return ["agent", was]


def _tag(session: Session, by: Agent, tags: list[Tag]) -> Undo:
    has = set(session.tags.values_list("pk", flat=True))
    session.tag(by, add=tags)
    return ["untag", [tag.pk for tag in tags if tag.pk not in has]]


def _untag(session: Session, by: Agent, tags: list[Tag]) -> Undo:
    has = set(session.tags.values_list("pk", flat=True))
    session.tag(by, remove=tags)
    return ["tag", [tag.pk for tag in tags if tag.pk in has]]


def _priority(session: Session, by: Agent, level: int) -> Undo:
    was = session.priority
    session.set_priority(level, by)
    return ["priority", was]


def _snooze(session: Session, by: Agent, until: datetime) -> Undo:
    was = session.snoozed_until
    session.snooze(until, by)
    return ["snooze", was.isoformat() if was else None]


def _read(session: Session, by: Agent, value: None) -> Undo | None:
    was = session.unread
    session.mark(unread=False)
    return ["unread", None] if was else None


def _unread(session: Session, by: Agent, value: None) -> Undo | None:
    was = session.unread
    session.mark(unread=True)
    return None if was else ["read", None]


def _end(session: Session, by: Agent, with_survey: bool) -> None:
    session.end(by, survey=surveys.ask if with_survey else surveys.decline)


ACTS: dict[str, Callable] = {
    "accept": _accept,
    "assign": _assign,
    "tag": _tag,
    "untag": _untag,
    "priority": _priority,
    "snooze": _snooze,
    "read": _read,
    "unread": _unread,
    "end": _end,
}


def _give_back(session: Session, by: Agent, was: int | None) -> None:
    if was is None:
        session.unassign(by)
    else:
        session.transfer_to_agent(Agent.objects.get(pk=was), by)


def _tags(keys: list[int]) -> list[Tag]:
    return list(Tag.of_sessions().filter(pk__in=keys))


def _snooze_again(session: Session, by: Agent, was: str | None) -> None:
    if was is None:
        session.wake(by)
    else:
        session.snooze(datetime.fromisoformat(was), by)


BACK: dict[str, Callable] = {
    "agent": _give_back,
    "tag": lambda session, by, keys: session.tag(by, add=_tags(keys)),
    "untag": lambda session, by, keys: session.tag(by, remove=_tags(keys)),
    "priority": lambda session, by, was: session.set_priority(was, by),
    "snooze": _snooze_again,
    "read": _read,
    "unread": _unread,
}
