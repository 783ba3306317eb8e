"""The events of one session, in order, become its facts. Pure, and the only way that facts are made.

The rules are those of docs/reports.md. A turn begins with the first message of the customer that
nobody has answered, and ends with the next reply of a human that did not fail.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from messaging.budget import WINDOW
from messaging.failures import MUTED
from sessions.models import ReplyFact, Session, SessionEvent, SessionFact, StintFact
from sessions.reports.holding import Holding, whose
from sessions.reports.hours import Calendar
from sessions.reports.order import as_they_stand
from sessions.reports.turns import apart, seconds

# It was none of us who ended it.
LEFT = (
    *(Session.EndedBy.SILENCE, Session.EndedBy.PLATFORM, Session.EndedBy.CUSTOMER),
    *(Session.EndedBy.TIMEOUT, Session.EndedBy.DESK),
)
IDLE = timedelta(minutes=5)  # so long after a reply an agent is still taken to be at it
Kind = SessionEvent.Kind


@dataclass
class Folded:
    fact: SessionFact
    replies: list[ReplyFact] = field(default_factory=list)
    stints: list[StintFact] = field(default_factory=list)


def fold(
    events: Sequence[SessionEvent], calendar: Calendar, next_opened_at: datetime | None = None
) -> Folded | None:
    """`next_opened_at`: when the same customer's next session began. None without an opening."""
    opening = next((event for event in events if event.kind == Kind.OPENED), None)
    if opening is None:
        return None
    story = _Story(opening, calendar)
    for event in as_they_stand(events):
        story.go_on(event)
    return story.ended(next_opened_at)


class _Story(Holding):
    """What is known of a session while its events are read."""

    def __init__(self, opening: SessionEvent, calendar: Calendar) -> None:
        super().__init__(opening, calendar)
        self.has_window = opening.facts.get("has_window", True)
        self.now = opening.at
        self.replies: list[ReplyFact] = []
        self.last_in_at: datetime | None = None
        self.answered_at = opening.at  # since when it is the customer's turn
        self.snoozed = False
        self.budget_used = 0
        self.said: tuple[str, int | None] = (SessionFact.After.NOTHING, None)  # last, and by whom

    def go_on(self, event: SessionEvent) -> None:
        self._pass_time(event.at)
        self._note_lost(event.at)
        act = getattr(self, f"_{event.kind}", None)
        if act:
            act(event)

    def ended(self, next_opened_at: datetime | None) -> Folded:
        fact = self.fact
        fact.unanswered_at = self.asked_at
        for stint in self.stints:
            stint.handled = int(stint.handled)  # whole seconds at last, not of each piece
        if fact.closed_at:
            fact.is_unanswered = self.asked_at is not None
            self._share_time(fact.closed_at)
            fact.handled = sum(stint.handled for stint in self.stints)
            if next_opened_at and next_opened_at >= fact.closed_at:
                fact.reopened_in = seconds(fact.closed_at, next_opened_at)
            was_waiting = fact.queue_left_at == fact.closed_at
            fact.is_abandoned = fact.closed_by in LEFT and was_waiting and not fact.replies
        return Folded(fact, self.replies, self.stints)

    # --- what passes by itself ------------------------------------------------------------------

    def _pass_time(self, at: datetime) -> None:
        """What an agent did between two events: nothing while it is snoozed or the customer's turn."""
        stint = self.stint
        if stint and not self.snoozed and not self.fact.closed_at:
            until = at if self.asked_at else min(at, self.answered_at + IDLE)
            stint.handled += max(0.0, (until - self.now).total_seconds())
        self.now = max(self.now, at)

    def _note_lost(self, at: datetime) -> None:
        if self.has_window and self.asked_at and self.last_in_at and not self.fact.closed_at:
            closes_at = self.last_in_at + WINDOW
            if at > closes_at:
                self.fact.lost_at = self.fact.lost_at or closes_at

    def _share_time(self, closed_at: datetime) -> None:
        """Until the end, whose turn it was: every moment was either ours or the customer's."""
        turns = [(reply.asked_at, reply.at) for reply in self.replies if reply.asked_at]
        if self.asked_at:
            turns.append((self.asked_at, closed_at))
        turns = apart(turns, self.fact.opened_at, closed_at)
        fact, business = self.fact, self.calendar.seconds
        fact.waited_for_us = sum(seconds(*turn) for turn in turns)
        fact.waited_for_us_business = sum(business(*turn) for turn in turns)
        fact.waited_for_customer = max(0, fact.resolution - fact.waited_for_us)
        rest = fact.resolution_business - fact.waited_for_us_business
        fact.waited_for_customer_business = max(0, rest)

    # --- messages -------------------------------------------------------------------------------

    def _in(self, event: SessionEvent) -> None:
        self.fact.messages_in += 1
        self.first_in_at = self.first_in_at or event.at
        self.last_in_at = event.at
        self.snoozed = False
        self.budget_used = 0
        if not self._is_bots(event):
            self._called(event)
            self.asked_at = self.asked_at or event.at

    def _is_bots(self, event: SessionEvent) -> bool:
        """Until a person is wanted, what a bot says or hears is nobody else's, nor is the time."""
        is_bots = event.facts.get("bot", False) and not (self.called_at or self.stint)
        if is_bots:
            self.in_queue_since = None
        return is_bots

    def _called(self, event: SessionEvent) -> None:
        if self.called_at is None and not self.fact.closed_at:
            self.called_at = self.asked_at = event.at
            if self.native_since is None and not self.stint:
                self.in_queue_since = self.in_queue_since or event.at

    def _out(self, event: SessionEvent) -> None:
        self.fact.messages_out += 1
        self._spend(event)
        self._answered(event)
        self._is_bots(event)
        if event.is_human:
            self._replied(event)
            phrase = str(event.facts.get("phrase", ""))[:20]
            self.said = (phrase or SessionFact.After.WORDS, event.agent_id)
        else:
            self.fact.automatic += 1
            self.said = (SessionFact.After.AUTOMATIC, None)

    def _answered(self, event: SessionEvent) -> None:
        """From the customer's view: by whatever."""
        if self.fact.first_answer_at is None and self.first_in_at:
            self._measure("first_answer", self.first_in_at, event.at)
            self.fact.first_answer_at = event.at

    def _replied(self, event: SessionEvent) -> None:
        fact, asked = self.fact, self.asked_at
        if event.servicer and not event.facts.get("is_ours"):
            self._go_native(event.at)
        fact.replies += 1
        reply = ReplyFact(**whose(event), at=event.at, asked_at=asked)
        reply.servicer, reply.message = event.servicer, event.message
        self.replies.append(reply)
        if fact.first_reply_at is None and self.called_at:
            fact.first_reply_at = event.at
            fact.first_agent_id, fact.first_servicer = event.agent_id, event.servicer
            self._measure("first_reply", self.called_at, event.at)
        if asked:
            reply.seconds = seconds(asked, event.at)
            reply.seconds_business = self.calendar.seconds(asked, event.at)
            if fact.slowest is None or reply.seconds > fact.slowest:
                fact.slowest_at = event.at
                self._measure("slowest", asked, event.at)
        self.asked_at, self.answered_at = None, event.at

    def _spend(self, event: SessionEvent) -> None:
        if event.facts.get("carrier") == "budget":
            self.budget_used += 1
            self.fact.budget_peak = max(self.fact.budget_peak, self.budget_used)

    def _failed(self, event: SessionEvent) -> None:
        fact, why = self.fact, (event.facts.get("type"), event.facts.get("code"))
        fact.failed += 1
        if why == ("fail_type", MUTED) and fact.muted_at is None:
            fact.muted_at = event.at
            fact.muted_after, fact.muted_agent_id = self.said

    def _note(self, event: SessionEvent) -> None:
        self.fact.notes += 1

    def _asked(self, event: SessionEvent) -> None:
        self._spend(event)
        self.said = (SessionFact.After.SURVEY, None)
        fact, how = self.fact, event.facts
        fact.asked_at = fact.asked_at or event.at
        fact.asked_by = fact.asked_by or how.get("form") or how.get("carrier") or "text"

    def _rated(self, event: SessionEvent) -> None:
        self.fact.rated_at, self.fact.score = event.at, event.facts["score"]

    # --- time alone -----------------------------------------------------------------------------

    def _snoozed(self, event: SessionEvent) -> None:
        self.snoozed = True

    def _woken(self, event: SessionEvent) -> None:
        self.snoozed = False

    def _closed(self, event: SessionEvent) -> None:
        fact = self.fact
        if fact.closed_at:
            if fact.closed_by == Session.EndedBy.DESK:
                fact.closed_by = event.facts.get("by", "")  # it says why in a second event
            return
        self._leave_native(event.at)
        self._leave_queue(event.at)
        self._leave(event.at, StintFact.Left.CLOSED)
        fact.closed_at, fact.closer_id = event.at, event.agent_id
        fact.closed_by = event.facts.get("by", "")
        self._measure("resolution", fact.opened_at, event.at)
