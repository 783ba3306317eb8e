"""Who has a session: the queue, an agent, or WeCom's own client; and how long each of them had it."""

from datetime import datetime

from messaging.models import State
from sessions.models import SessionEvent, SessionFact, StintFact
from sessions.reports.hours import Calendar
from sessions.reports.turns import seconds


class Holding:
    """The part of a session's story (fold.py) that tells where it was."""

    def __init__(self, opening: SessionEvent, calendar: Calendar) -> None:
        self.fact = SessionFact(
            session_id=opening.session_id,
            customer_id=opening.customer_id,
            account_id=opening.account_id,
            entrance=opening.facts.get("scene", "")[:64],
            opened_at=opening.at,
        )
        self.calendar = calendar
        self.stints: list[StintFact] = []
        self.first_in_at: datetime | None = None
        self.called_at: datetime | None = None  # since when a person is wanted
        self.asked_at: datetime | None = None  # the first message that nobody has answered
        self.in_queue_since: datetime | None = opening.at
        self.native_since: datetime | None = None
        self.queued = self.queued_business = 0

    @property
    def stint(self) -> StintFact | None:
        return self.stints[-1] if self.stints and not self.stints[-1].ended_at else None

    def _assigned(self, event: SessionEvent) -> None:
        fact, was = self.fact, self.stint
        if was and was.agent_id == event.agent_id:
            return
        if was:
            self._leave(event.at, StintFact.Left.HANDED_ON)
            fact.transfers += 1
        self._leave_queue(event.at)
        if self.first_in_at and not self.called_at:
            self.called_at = self.asked_at = event.at  # taken from the bot
        if fact.assigned_at is None:
            fact.assigned_at, fact.first_holder_id = event.at, event.agent_id
            self._measure("assignment", self.called_at or fact.opened_at, event.at)
        how = event.facts.get("how", "")
        self.stints.append(StintFact(**whose(event), began_at=event.at, came_by=how))
        fact.owner_id = event.agent_id

    def _unassigned(self, event: SessionEvent) -> None:
        if self.stint:
            self._leave(event.at, StintFact.Left.QUEUE)
            self.fact.transfers += 1
            self.fact.owner_id = None
            self.in_queue_since = event.at

    def _state(self, event: SessionEvent) -> None:
        is_native = event.facts.get("state") in (State.POOL, State.SERVICER)
        if is_native and not event.facts.get("is_ours"):
            self._go_native(event.at)
        else:
            self._leave_native(event.at)

    def _go_native(self, at: datetime) -> None:
        if self.native_since is None and not self.fact.closed_at:
            self.native_since = at
            self.fact.was_native = True
            self.fact.transfers += bool(self.stint)
            self._leave(at, StintFact.Left.NATIVE)
            self._leave_queue(at)

    def _leave_native(self, at: datetime) -> None:
        if self.native_since:
            self.fact.native += seconds(self.native_since, at)
            self.native_since = None
            if self.fact.owner_id is None:
                self.in_queue_since = at

    def _leave(self, at: datetime, how: str) -> None:
        if stint := self.stint:  # a reply may be accepted after the end
            length = max(0.0, (at - stint.began_at).total_seconds())
            stint.handled = min(stint.handled, length)
            stint.left_by, stint.ended_at = how, at

    def _leave_queue(self, at: datetime) -> None:
        """A stay that took no time was none: WeCom's side had it from the first."""
        since, self.in_queue_since = self.in_queue_since, None
        if since and at > since and not self.fact.closed_at:
            self.queued += seconds(since, at)
            self.queued_business += self.calendar.seconds(since, at)
            fact = self.fact
            fact.queued, fact.queued_business = self.queued, self.queued_business
            fact.queue_left_at = at

    def _measure(self, name: str, start: datetime, end: datetime) -> None:
        setattr(self.fact, name, max(0, seconds(start, end)))
        setattr(self.fact, f"{name}_business", self.calendar.seconds(start, end))


def whose(event: SessionEvent) -> dict[str, int | None]:
    return {name: getattr(event, name) for name in ("session_id", "account_id", "agent_id")}
