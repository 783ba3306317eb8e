"""What happened in sessions, one row each, only ever added to: all that reports count comes from here.

A row is written in the transaction of what happened. Most follow from a message alone (`of`), so that
what was there before these rows can be told from the messages in the same words (reports/backfill.py).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging.models import Message, State
from sessions.models.beside import Links
from sessions.models.survey import Survey

Direction, Status = Message.Direction, Message.Status
PENDING = Q(is_folded=False)
# The platform's bot gives up, or was asked for a person.
CALLS = ("TransferringToHuman", "TransferringToHumanWait", "NoAgentOnline")
ENTRANCE = timedelta(days=1)  # so long an entrance explains why somebody writes


class SessionEvent(models.Model):
    class Kind(models.TextChoices):
        OPENED = "opened"
        IN = "in"  # the customer wrote
        OUT = "out"  # accepted by the platform, or written by a servicer
        FAILED = "failed"  # what was accepted did not arrive, or was never accepted
        NOTE = "note"
        ASSIGNED = "assigned"
        UNASSIGNED = "unassigned"
        STATE = "state"  # the platform's: who of WeCom's side has it
        CALLED = "called"  # for a person, out of the platform's bot
        SNOOZED = "snoozed"
        WOKEN = "woken"
        ASKED = "asked"  # how satisfied were you: accepted by the platform
        RATED = "rated"
        CLOSED = "closed"

    # Neither a session nor a customer takes what was counted along when it goes.
    session = models.ForeignKey(
        "kf_sessions.Session", models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="events",
    )  # fmt: skip
    customer = models.ForeignKey(
        "messaging.Customer", models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    account = models.ForeignKey("messaging.Account", models.CASCADE, db_index=False)
    message = models.BigIntegerField(default=0)  # the row it tells of; 0 where there is none
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    # Where it stands in the thread: a reply answers what stood above it when it was written.
    placed_at = models.DateTimeField()
    # Who did it; of an assignment, who has it from then on.
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    servicer = models.CharField(max_length=64, blank=True)
    is_human = models.BooleanField(default=False)  # a person wrote it (R3)
    facts = models.JSONField(default=dict)
    # Not yet in the facts that reports are made of (reports/folding.py).
    is_folded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "message", "kind", "at", name="event_once")
        ]
        indexes = [
            models.Index("id", name="event_pending", condition=PENDING),
            models.Index("customer", name="event_opened", condition=Q(kind="opened")),
            models.Index("at", name="event_failed", condition=Q(kind="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.session_id}"

    @classmethod
    def of(cls, row: Message, session=None, links: Links | None = None) -> list["SessionEvent"]:
        """What a row of the transcript tells of a session: its own, unless another is given.

        What the customer says is left to who knows whether it answers a survey (intake.py). What a
        servicer did whom an agent serves as (`links`) was done by that agent.
        """
        session = session or (row.session_id and _Whose(row))
        told = _OF[row.direction](row) if session and row.direction in _OF else []
        events = [cls.about(session, kind, at, row, **fields) for kind, at, fields in told]
        for event in events:
            if agent := links and links.get((row.account_id, event.servicer)):
                event.agent, event.facts = agent, event.facts | {"is_ours": True}
        return events

    @classmethod
    def about(
        cls, session, kind: str, at: datetime, row: Message | None = None, **fields: Any
    ) -> "SessionEvent":
        """The session may be one that is saved later, before this is."""
        owner = {"session_id": session.pk} if isinstance(session, _Whose) else {"session": session}
        return cls(
            **owner,
            customer_id=session.customer_id,
            account_id=session.account_id,
            message=row.pk if row else 0,
            kind=kind,
            at=at,
            placed_at=row.sent_at if row else at,
            **fields,
        )

    @classmethod
    def coming(cls, session, row: Message) -> "SessionEvent":
        """What the customer says; to the platform's bot, perhaps, and then to no person."""
        facts = {"bot": True} if row.content.get("to_bot") else {}
        return cls.about(session, Kind.IN, row.sent_at, row, facts=facts)

    @classmethod
    def opening(cls, session) -> "SessionEvent":
        customer, at = session.customer, session.opened_at
        is_recent = customer.entered_at and at - customer.entered_at < ENTRANCE
        facts = {
            "scene": str(customer.entrance.get("scene", "")) if is_recent else "",
            "is_history": session.is_history,
            "has_window": customer.capabilities.has_budget,
        }
        return cls.about(session, Kind.OPENED, at, facts=facts)

    @classmethod
    def closing(cls, session, row: Message | None) -> "SessionEvent":
        """The row is that of the agent who ended it, if one did."""
        by = {"agent_id": row and row.author_id, "facts": {"by": session.ended_by}}
        return cls.about(session, Kind.CLOSED, session.ended_at, row, **by)

    @staticmethod
    def keep(events: Iterable["SessionEvent"]) -> None:
        """Add them, but none twice."""
        if events := list(events):
            SessionEvent.objects.bulk_create(events, ignore_conflicts=True)


class _Whose:
    """As much of a session as an event wants, from a row of its own."""

    def __init__(self, row: Message) -> None:
        self.pk, self.customer_id, self.account_id = row.session_id, row.customer_id, row.account_id


Kind = SessionEvent.Kind
Told = list[tuple[str, datetime, dict[str, Any]]]


def _of_out(row: Message) -> Told:
    if row.origin == Message.Origin.SERVICER:
        return [(Kind.OUT, row.sent_at, {"servicer": row.servicer, "is_human": True})]
    if row.origin == Message.Origin.SYSTEM:
        return [(Kind.OUT, row.sent_at, {"facts": {"bot": True}})]
    if row.origin != Message.Origin.AGENT:
        return []
    author = {"agent_id": row.author_id, "is_human": row.author_id is not None}
    kind = Kind.ASKED if Survey.is_question(row) else Kind.OUT
    how = {"carrier": "budget" if row.is_budgeted else row.code_kind} | _form_of(row)
    if phrase := row.content.get("phrase"):
        how["phrase"] = phrase
    # Accepted once and then failed: both are told, the reply no longer counts (R4).
    was_accepted = row.accepted_at is not None and row.status in (Status.ACCEPTED, Status.FAILED)
    told: Told = []
    if was_accepted:
        told.append((kind, _done_at(row), author | {"facts": how}))
    if row.status == Status.FAILED:
        why = {"type": row.failure_type, "code": row.failure_code}
        told.append((Kind.FAILED, _done_at(row), author | {"facts": why}))
    return told


def _form_of(row: Message) -> dict[str, str]:
    """Of a question: what it was, if not words or a menu of ours."""
    if row.content.get("is_link"):
        return {"form": "link"}
    return {"form": "platform"} if row.kind == "rating_card" else {}


def _of_note(row: Message) -> Told:
    return [(Kind.NOTE, row.sent_at, {"agent_id": row.author_id})]


def _of_event(row: Message) -> Told:
    if row.status not in (Status.NONE, Status.ACCEPTED) and "pk" not in row.content:
        return []  # a transition on its way, or refused; who has it here is true at once
    told = _of_state(row) or _of_desk(row)
    return [told] if told else []


def _of_state(row: Message) -> tuple[str, datetime, dict[str, Any]] | None:
    state, servicer = row.content.get("state"), row.content.get("servicer_userid", "")
    if row.kind == "session_status_change" and "new_servicer_userid" in row.content:
        state, servicer = State.SERVICER, row.content["new_servicer_userid"]
    elif row.kind not in ("transfer", "state_read") or state is None or "pk" in row.content:
        return None
    holder = {"servicer": str(servicer)[:64], "facts": {"state": int(state)}}
    return Kind.STATE, _done_at(row), holder


def _of_desk(row: Message) -> tuple[str, datetime, dict[str, Any]] | None:
    content = row.content
    if row.kind == "accept":
        how = {"how": "accept", "by": row.author_id}
        agent = content.get("pk", row.author_id)
        return Kind.ASSIGNED, row.sent_at, {"agent_id": agent, "facts": how}
    if row.kind == "transfer":
        how = {"how": content.get("to", ""), "by": row.author_id}
        kind = Kind.ASSIGNED if content.get("pk") else Kind.UNASSIGNED
        return kind, row.sent_at, {"agent_id": content.get("pk"), "facts": how}
    if row.kind == "reopen" and content.get("pk"):
        return Kind.ASSIGNED, row.sent_at, {"agent_id": content["pk"], "facts": {"how": "reopen"}}
    if row.kind in ("rating", "desk_event") and content.get("rating"):
        return Kind.RATED, row.sent_at, {"facts": {"score": content["rating"]}}
    if content.get("event") in CALLS and not content.get("past"):
        return Kind.CALLED, row.sent_at, {}
    if row.kind in ("snooze", "wake"):
        kind = Kind.SNOOZED if row.kind == "snooze" else Kind.WOKEN
        return kind, row.sent_at, {"agent_id": row.author_id}
    return None


def _done_at(row: Message) -> datetime:
    """Our clock and the platform's differ: an answer is never before what it answers."""
    return max(row.accepted_at or row.sent_at, row.sent_at)


_OF = {Direction.OUT: _of_out, Direction.NOTE: _of_note, Direction.EVENT: _of_event}
