"""Reads the stories of report_stories.py: events as they were told, and facts as they must be."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sessions.models import SessionEvent
from tests.report_stories import ZONE, Story

HUMAN = {"is_human": True, "facts": {"carrier": "budget"}}
Fields = dict[str, Any]
# What a word makes of what stands behind its colon.
EVENTS: dict[str, Callable[[str], tuple[str, Fields]]] = {
    "in": lambda more: ("in", {}),
    "out": lambda who: ("out", HUMAN),
    "again": lambda who: ("out", HUMAN),
    "phrase": lambda who: ("out", {"is_human": True, "facts": {"carrier": "budget", "phrase": 7}}),
    "say": lambda more: ("in", {"facts": {"bot": True}}),
    "bot": lambda more: ("out", {"facts": {"bot": True}}),
    "call": lambda more: ("called", {}),
    "auto": lambda more: ("out", {"facts": {"carrier": "welcome"}}),
    "servicer": lambda who: ("out", {"servicer": who, "is_human": True}),
    "fail": lambda more: ("failed", {"facts": {"type": "fail_type", "code": 13}}),
    "mute": lambda more: ("failed", {"facts": {"type": "fail_type", "code": 10}}),
    "note": lambda who: ("note", {}),
    "take": lambda who: ("assigned", {"facts": {"how": "accept"}}),
    "give": lambda who: ("assigned", {"facts": {"how": "agent"}}),
    "back": lambda more: ("unassigned", {}),
    "native": lambda who: ("state", {"servicer": who, "facts": {"state": 3}}),
    "ours": lambda more: ("state", {"facts": {"state": 1}}),
    "snooze": lambda who: ("snoozed", {}),
    "wake": lambda who: ("woken", {}),
    "close": lambda who: ("closed", {"facts": {"by": "agent"}}),
    "lapse": lambda more: ("closed", {"facts": {"by": "silence"}}),
    "end": lambda more: ("closed", {"facts": {"by": "platform"}}),
    "leave": lambda more: ("closed", {"facts": {"by": "customer"}}),
    "ask": lambda carrier: ("asked", {"facts": {"carrier": carrier}}),
    "rate": lambda score: ("rated", {"facts": {"score": int(score)}}),
}


def moment(day: str, clock: str) -> datetime:
    month, number = map(int, day.split("-"))
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, number, hour, minute, tzinfo=ZONE)


class Teller:
    """Makes events of a story: for a session, a customer, an account and agents by name."""

    def __init__(self, session: int, customer: int, account: int, agents: dict[str, int]) -> None:
        self.agents, self.message = agents, session * 1000
        self.whose = {"session_id": session, "customer_id": customer, "account_id": account}
        self.events: list[SessionEvent] = []

    def tell(self, told: str) -> list[SessionEvent]:
        day, clock = "03-02", "00:00"
        for word in told.split():
            if re.fullmatch(r"\d\d-\d\d", word):
                day = word
            elif re.fullmatch(r"\d\d:\d\d", word):
                clock = word
            else:
                word, _, later = word.partition(">")
                self._add(moment(day, clock), moment(day, later or clock), *word.split(":"))
        return self.events

    def _add(self, placed_at: datetime, at: datetime, word: str, more: str = "") -> None:
        if not self.events:
            self._event("opened", at, message=0, facts={"scene": "", "has_window": True})
        self.message += word not in ("fail", "mute", "again")  # these tell of the one before
        kind, fields = EVENTS[word](more)
        self._event(kind, at, agent_id=self.agents.get(more), placed_at=placed_at, **fields)

    def _event(self, kind: str, at: datetime, **fields) -> None:
        fields = {"message": self.message, "placed_at": at} | fields
        self.events.append(SessionEvent(kind=kind, at=at, **self.whose, **fields))


# --- what must come of it ---------------------------------------------------------------------------

DURATIONS = {  # column, and whose it is
    "first": ("first_reply", "first_agent_id"),
    "answer": ("first_answer", ""),
    "slowest": ("slowest", ""),
    "assigned": ("assignment", "first_holder_id"),
    "queued": ("queued", ""),
    "resolved": ("resolution", "closer_id"),
    "us": ("waited_for_us", ""),
    "customer": ("waited_for_customer", ""),
}
OTHERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "in": ("messages_in", int),
    "out": ("messages_out", int),
    "auto": ("automatic", int),
    "replies": ("replies", int),
    "notes": ("notes", int),
    "failed": ("failed", int),
    "transfers": ("transfers", int),
    "budget": ("budget_peak", int),
    "score": ("score", int),
    "by": ("closed_by", str),
    "asked": ("asked_by", str),
    "handled": ("handled", lambda text: seconds(text)),
    "native": ("native", lambda text: seconds(text)),
    "reopened": ("reopened_in", lambda text: seconds(text)),
    "unanswered": ("is_unanswered", lambda text: True),
    "abandoned": ("is_abandoned", lambda text: True),
    "lost": ("lost", lambda text: True),
    "muted": ("muted", lambda text: True),
}


def expected(story: Story, agents: dict[str, int]) -> Fields:
    """Field by field, what its facts have to be; moments are tested elsewhere."""
    facts: Fields = {"was_native": "native=" in story.facts, "lost": False, "muted": False}
    for word in story.facts.split():
        name, _, value = word.partition("=")
        if name in DURATIONS:
            facts |= _duration(*DURATIONS[name], *value.partition(":")[::2], agents)
        elif name == "owner":
            facts["owner_id"] = agents[value]
        else:
            column, read = OTHERS[name]
            facts[column] = read(value)
    return facts


def _duration(column: str, whose: str, value: str, who: str, agents: dict[str, int]) -> Fields:
    calendar, business = map(seconds, value.split("/"))
    facts: Fields = {column: calendar, f"{column}_business": business}
    if who in agents:
        facts[whose] = agents[who]
    elif who:
        facts["first_servicer"] = who
    return facts


def seconds(text: str) -> int:
    found = re.findall(r"(\d+)([hm])", text)
    return sum(int(number) * {"h": 3600, "m": 60}[unit] for number, unit in found)
