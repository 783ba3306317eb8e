"""One session of the demo's history, row after row, as people and chance would have it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from kfconsole import demo_words
from messaging import failures
from messaging.models import Customer, Message
from sessions import surveys
from sessions.models import Agent, Carrier, Phrase, Session, Survey, SurveyPlan

Direction, Origin, Status = Message.Direction, Message.Origin, Message.Status
SERVICER = "zhangwei"
PLAN = SurveyPlan()  # as it is where nobody has made one
FAILED = {"status": Status.FAILED, "failure_type": "fail_type", "failure_code": 13}
MUTED = FAILED | {"failure_code": failures.MUTED}


@dataclass
class Person:
    """An agent as they are at work."""

    agent: Agent
    seconds: float  # how long a typical answer takes
    charm: float  # how likely a 5 is


@dataclass
class Written:
    """One session as it went."""

    session: Session
    rows: list[Message] = field(default_factory=list)
    survey: Survey | None = None


class Story:
    def __init__(
        self,
        written: Written,
        customer: Customer,
        at: datetime,
        dice: random.Random,
        phrases: Sequence[Phrase],
    ) -> None:
        self.written, self.session, self.customer = written, written.session, customer
        self.at, self.dice, self.phrases = at, dice, phrases
        self.is_annoying = self.is_muted = False
        self.may_lapse = at < timezone.now() - timedelta(days=3)  # else it would end in the future

    def is_abandoned(self) -> None:
        self.asks()
        self.at += timedelta(hours=48, minutes=1)
        self.session.ended_by = Session.EndedBy.SILENCE

    def is_served(self, people: list[Person], *, is_native: bool) -> None:
        dice = self.dice
        person = dice.choice(people)
        self.asks()
        if dice.random() < 0.3:
            self.row("out", "欢迎光临，请问有什么可以帮您？", code_kind="welcome", wait=1)
        taken = {"agent": str(person.agent), "pk": person.agent.pk}
        self.event("accept", person.agent, wait=dice.lognormvariate(3.6, 1.0), **taken)
        if is_native:
            taken = {"change_type": 1, "new_servicer_userid": SERVICER}
            self.event("session_status_change", None, wait=20, **taken)
        for turn in range(1 + min(6, int(dice.expovariate(0.55)))):
            if turn:
                self.at += timedelta(seconds=dice.lognormvariate(4.2, 1.0))
                self.asks()
            if turn == 1 and dice.random() < 0.12:
                person = self.hands_on(dice.choice(people), person)
            self.answers(person, is_native=is_native)
        self.may_be_muted(person, is_native=is_native)
        self.ends(person, is_native=is_native)

    def asks(self) -> None:
        for number in range(1 + min(4, int(self.dice.expovariate(0.8)))):
            self.row("in", demo_words.question(self.dice), wait=number and self.dice.uniform(3, 30))

    def answers(self, person: Person, *, is_native: bool) -> None:
        dice = self.dice
        if is_native:
            wait = dice.lognormvariate(4.5, 0.8)
            self.row("out", demo_words.answer(dice), servicer=SERVICER, wait=wait)
            return
        for number in range(1 + (dice.random() < 0.3)):
            wait = dice.uniform(8, 40) if number else person.seconds * dice.lognormvariate(0, 0.9)
            more = {"author": person.agent, "is_budgeted": True}
            more |= FAILED if dice.random() < 0.008 else {}
            if dice.random() < 0.2:
                self.inserts(dice.choice(self.phrases), wait=wait, **more)
            else:
                self.row("out", demo_words.answer(dice), wait=wait, **more)

    def inserts(self, phrase: Phrase, **fields) -> None:
        self.is_annoying = phrase == self.phrases[-1]
        said = {"content": phrase.body, "phrase": phrase.pk}
        self.row("out", phrase.body, content=said, **fields)

    def may_be_muted(self, person: Person, *, is_native: bool) -> None:
        """The next message tells it."""
        self.is_muted = self.dice.random() < (0.15 if self.is_annoying else 0.015)
        if self.is_muted and not is_native:
            self.row("out", demo_words.answer(self.dice), wait=60, author=person.agent, **MUTED)

    def hands_on(self, to: Person, by: Person) -> Person:
        if to is not by:
            self.event(
                "transfer", by.agent, to="agent", name=str(to.agent), pk=to.agent.pk, wait=15
            )
        return to

    def ends(self, person: Person, *, is_native: bool) -> None:
        dice, session = self.dice, self.session
        self.at += timedelta(seconds=dice.lognormvariate(5.2, 0.9))
        if is_native:
            session.ended_by = Session.EndedBy.PLATFORM
            return
        if dice.random() < 0.04 and self.may_lapse:
            self.at += timedelta(hours=48)
            session.ended_by = Session.EndedBy.SILENCE
            return
        session.agent, session.ended_by = person.agent, Session.EndedBy.AGENT
        self.event("end", person.agent, by="agent")
        if dice.random() < 0.6 and not self.is_muted:
            session.ended_at = self.at
            self.is_asked(person)

    def is_asked(self, person: Person) -> None:
        survey = self.written.survey = Survey(
            session=self.session, asked_at=self.at, sent_at=self.at, carrier=Carrier.CODE
        )
        content = surveys.menu(survey, PLAN) | {"survey": survey.token}
        question = content["head_content"]
        self.row("out", question, kind="msgmenu", content=content, code_kind="end", wait=1)
        if self.dice.random() < 0.38:
            happy = self.dice.random() < person.charm
            survey.rating = 5 if happy else self.dice.choices((4, 3, 2, 1), (6, 3, 1, 1))[0]
            self.at += timedelta(seconds=self.dice.lognormvariate(4, 1))
            survey.answered_at = self.at
            chosen = content["list"][5 - survey.rating]["click"]
            clicked = {"content": chosen["content"], "menu_id": chosen["id"]}
            self.row("in", chosen["content"], content=clicked)
            self.event("rating", None, wait=0, rating=survey.rating)

    def finished(self) -> Written:
        session, rows = self.session, self.written.rows
        session.ended_at = session.ended_at or self.at
        said = [row for row in rows if row.direction != Direction.EVENT]
        session.latest_at, session.latest_text = rows[-1].sent_at, said[-1].text[:140]
        session.latest_kind = said[-1].kind
        session._state.fields_cache["survey"] = self.written.survey  # there is none to ask for
        return self.written

    # --- rows -----------------------------------------------------------------------------------

    def row(self, direction: str, text: str, wait: float = 0, **fields) -> None:
        self.at += timedelta(seconds=wait)
        fields = {"kind": "text", "content": {"content": text}, "text": text} | fields
        if direction == Direction.OUT and not fields.get("servicer"):
            fields = {"status": Status.ACCEPTED, "accepted_at": self.at} | fields
        origin = Origin.CUSTOMER if direction == Direction.IN else Origin.AGENT
        origin = Origin.SERVICER if fields.get("servicer") else origin
        self._add(direction=direction, origin=origin, **fields)

    def event(self, kind: str, author: Agent | None, wait: float = 1, **content) -> None:
        self.at += timedelta(seconds=wait)
        origin = Origin.AGENT if author else Origin.SYSTEM
        self._add(
            direction=Direction.EVENT, origin=origin, kind=kind, content=content, author=author
        )

    def _add(self, **fields) -> None:
        self.written.rows.append(
            Message(
                account_id=self.customer.account_id, customer=self.customer, sent_at=self.at,
                created_at=self.at, **fields,
            )
        )  # fmt: skip
