"""Who looks at which session, who writes, and whose turn it is to answer: known to all processes.

Each process tells the bus of its own pages, when that changes and with every beat; what it told last
is what all know of it. Who is silent is forgotten, with all its people. No row is written for it, and
no answer is safe because of it: whether one would be the second is decided by the rows (outgoing.py).
"""

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

from messaging.hub import Hub
from messaging.link import Frame
from messaging.live import hub
from sessions.models import Agent
from sessions.templatetags.desk import initials

GROUP = "together"
BEAT_SECONDS = 2.0
SILENCE_SECONDS = 5.0  # two beats and a bit: then a process is gone
PAGE_SECONDS = 25.0  # a page says every 10 s that somebody looks at it
TYPING_SECONDS = 6.0  # a page says every 3 s that somebody types
TURN_SECONDS = 15.0
GATHER_SECONDS = 0.1  # so many changes at most make one statement


class Here(NamedTuple):
    """One page, as its process tells of it. `turn`: who answers is who has the smallest."""

    agent: int
    name: str
    initials: str
    session: int | None = None
    account: int | None = None
    typing: str = ""
    turn: float | None = None


@dataclass
class Page:
    agent: int
    name: str
    initials: str
    session: int | None = None
    account: int | None = None
    looks_until: float = 0.0
    mode: str = ""
    typing_until: float = 0.0
    turn: float | None = None
    turn_until: float = 0.0

    def told(self, now: float) -> Here:
        who = (self.agent, self.name, self.initials)
        if self.session is None or now >= self.looks_until:
            return Here(*who)
        typing = self.mode if now < self.typing_until else ""
        turn = self.turn if now < self.turn_until else None
        return Here(*who, self.session, self.account, typing, turn)

    def ends(self) -> tuple[float, ...]:
        """The moments at which something of it ends by itself."""
        return self.looks_until, self.typing_until, self.turn_until


Facts = dict[str, Any]  # of a session: {"people": [[agent, name, initials, typing]], "turn": agent}
ByPlace = dict[tuple[int, int], Facts]  # (account, session) → facts


class Together:
    """What own pages do is said here on the loop; what all do may be asked from any thread."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._told: dict[str, tuple[float, list[Here]]] = {}  # process → when, and what
        self._shown: ByPlace = {}
        self._pages: dict[Hashable, Page] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        hub.hear(GROUP, self._heard)

    # --- what this process's own pages do -----------------------------------------------------

    def look(
        self, key: Hashable, agent: Agent, session: int | None = None, account: int | None = None
    ) -> None:
        """The page shows this session, or none."""
        self._start()
        page = self._pages.get(key)
        if page is None or page.session != session:
            page = self._pages[key] = Page(agent.pk, str(agent), initials(agent), session, account)
        page.looks_until = _now() + PAGE_SECONDS
        self._soon()

    def stay(self, key: Hashable, is_looked_at: bool) -> None:
        """Said now and then, so that a page whose line is dead is not believed for long."""
        if page := self._pages.get(key):
            page.looks_until = _now() + PAGE_SECONDS if is_looked_at else 0.0
            self._soon()

    def write(self, key: Hashable, session: int, mode: str, act: str) -> None:
        """`act`: type, pause (leaves the field), stop (sent it, or emptied the field), take."""
        page = self._pages.get(key)
        if page is None or page.session != session or mode not in ("reply", "note"):
            return
        now = _now()
        if act == "type":
            page.mode, page.typing_until = mode, now + TYPING_SECONDS
        elif act in ("pause", "stop"):
            page.typing_until = 0.0
        if mode == "reply":
            self._turn(page, act, now)
        self._soon()

    def _turn(self, page: Page, act: str, now: float) -> None:
        if act == "stop":
            page.turn = None
        elif act == "take":  # before all who have just begun; who took it last is the first
            page.turn = -time.time()
        elif act == "type" and (page.turn is None or now >= page.turn_until):
            page.turn = time.time()
        if act in ("type", "take"):
            page.turn_until = now + TURN_SECONDS

    def leave(self, key: Hashable) -> None:
        if self._pages.pop(key, None):
            self._soon()

    # --- what all do --------------------------------------------------------------------------

    def people(self) -> list[Here]:
        oldest = _now() - SILENCE_SECONDS
        told = list(self._told.values())
        return [one for at, people in told if at > oldest for one in people]

    def online(self) -> set[int]:
        """The agents who have a page open, whatever it shows."""
        return {one.agent for one in self.people()}

    def only_looks_at(self, agent: int, session: int) -> bool:
        """Does somebody look at each of this agent's pages, and each shows this session?"""
        return {one.session for one in self.people() if one.agent == agent} == {session}

    def answering(self, session: int, but: int) -> str:
        """The name of the one whose turn it is in this session, if it is not this agent's own."""
        turns = [one for one in self.people() if one.session == session and one.turn is not None]
        first = min(turns, key=lambda one: one.turn, default=None)
        return first.name if first and first.agent != but else ""

    def of(self, key: Hashable) -> Facts:
        """What a page that says it is there is told again: what it missed ends by that."""
        page = self._pages.get(key)
        if page is None or page.session is None:
            return {"here": {}}
        people = [one for one in self.people() if one.session == page.session]
        return {"here": {page.session: _facts(people)}}

    def whole(self, accounts: Collection[int]) -> Facts:
        """All that a page of an agent of these accounts may know."""
        here = {
            session: facts
            for (account, session), facts in self._by_place().items()
            if account in accounts
        }
        return {"here": here, "whole": True}

    def _by_place(self) -> ByPlace:
        found: dict[tuple[int, int], list[Here]] = defaultdict(list)
        for one in self.people():
            if one.session is not None and one.account is not None:
                found[one.account, one.session].append(one)
        return {place: _facts(people) for place, people in found.items()}

    # --- between the processes ----------------------------------------------------------------

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if loop is self._loop:
            return
        self._loop, self._process = loop, uuid.uuid4().hex[:12]
        self._pages = {}
        self._said: list[Here] | None = None
        self._beat_at = self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def _soon(self) -> None:
        self._tell_at(_now() + GATHER_SECONDS)

    def _tell_at(self, at: float) -> None:
        if self._timer and self._next_at <= at:
            return
        if self._timer:
            self._timer.cancel()
        self._next_at = at
        self._timer = self._loop.call_later(max(0.0, at - _now()), self._tell)

    def _tell(self) -> None:
        """Say what changed, or that all is as it was; and be back when something will have ended."""
        self._timer, now = None, _now()
        people = [page.told(now) for page in self._pages.values()]
        if people != self._said or now >= self._beat_at:
            data = {"process": self._process, "people": people, "asks": self._said is None}
            self._said, self._beat_at = people, now + BEAT_SECONDS
            self._hub.publish(Frame(group=GROUP, html="", data=data))
        self._forget_silent()
        if self._pages:
            ends = [at for page in self._pages.values() for at in page.ends() if at > now]
            self._tell_at(min([self._beat_at, *ends]))

    def _heard(self, data: dict[str, Any]) -> None:
        process, people = data["process"], [Here(*row) for row in data["people"]]
        is_news = people != self._told.get(process, (0.0, None))[1]
        self._told[process] = (_now(), people)
        if data["asks"] and self._loop and process != self._process:
            self._beat_at = 0.0
            self._soon()
        if is_news:
            self._show()

    def _forget_silent(self) -> None:
        oldest = _now() - SILENCE_SECONDS
        silent = [process for process, (at, _) in self._told.items() if at <= oldest]
        for process in silent:
            del self._told[process]
        if silent:
            self._show()

    def _show(self) -> None:
        """To our pages: of each account what is different from what they were shown."""
        before, self._shown = self._shown, self._by_place()
        changed: dict[int, dict[int, Facts]] = defaultdict(dict)
        for place in before.keys() | self._shown.keys():
            if before.get(place) != self._shown.get(place):
                account, session = place
                changed[account][session] = self._shown.get(place, NOBODY)
        frames = [
            Frame(group=f"account-{account}", html="", data={"here": here})
            for account, here in changed.items()
        ]
        self._hub.show(frames)


NOBODY: Facts = {"people": [], "turn": None}


def _facts(people: list[Here]) -> Facts:
    """Each agent once, however many pages they have."""
    typing = {one.agent: one.typing for one in people if one.typing}
    turns = [(one.turn, one.agent) for one in people if one.turn is not None]
    each = {one.agent: one for one in people}
    return {
        "people": [
            [one.agent, one.name, one.initials, typing.get(one.agent, "")]
            for one in sorted(each.values(), key=lambda one: one.name)
        ],
        "turn": min(turns)[1] if turns else None,
    }


_now = time.monotonic

together = Together(hub)
