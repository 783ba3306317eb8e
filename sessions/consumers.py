"""The desk's socket: which frames a page sees, by its list and the session it has open.

No query for a pushed frame: a page's agent is read when it connects, its session when it opens one.
"""

import asyncio
import json
import logging
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import tzinfo
from http.cookies import CookieError
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import QueryDict, parse_cookie

from messaging.consumers import SIGN_IN, LiveConsumer
from messaging.link import Frame
from messaging.live import hub
from sessions.board_feed import feed
from sessions.inbox import Query
from sessions.lists import Watcher
from sessions.models import Agent
from sessions.rights import EVERYBODY
from sessions.surroundings import watcher_of
from sessions.together import together

logger = logging.getLogger(__name__)

THREADS = ThreadPoolExecutor(2, thread_name_prefix="desk-socket")
LOOK_AGAIN_SECONDS = (0.5, 2.0)  # after a change of rights: it may not be written yet
NONE_YET_SECONDS = (8.0, 12.0)  # who sees no account: `manage.py connect` has another hub, or none
LANGUAGES = [language for language, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Viewer:
    agent: Agent
    accounts: frozenset[int]
    language: str
    who: Watcher
    zone: tzinfo


class DeskConsumer(LiveConsumer):
    """A page says `{"watch": {"list": "tab=mine&tag=3", "session": 12}}`, is told `watching`, and then
    catches up (the live board says `{"watch": {"board": true}}`); `{"here": true}` while somebody looks at it, and `{"writing": {"session": 12, "mode":
    "reply", "act": "type"}}` while they write (together.py)."""

    query: Query | None = None
    customer: int | None = None
    board = ""
    looking: asyncio.Task[None] | None = None
    is_gone = False

    async def authorise(self, scope: dict[str, Any]) -> Viewer | None:
        return await _in_thread(viewer_of, scope)

    def groups(self) -> Iterable[str]:
        return (
            EVERYBODY,
            f"user-{self.viewer.agent.pk}",
            *map("account-{}".format, self.viewer.accounts),
        )

    async def receive_json(self, content: dict[str, Any]) -> None:
        wanted = content.get("watch")
        if isinstance(wanted, dict):
            await self._watch(wanted.get("list"), wanted.get("session"))
            self._watch_board(wanted.get("board") is True)
            await self._say({"watching": wanted})
            await self._say(together.whole(self.viewer.accounts))
            if not self.viewer.accounts:
                self._look_again(NONE_YET_SECONDS)
        elif isinstance(content.get("here"), bool):
            together.stay(self, content["here"])
            await self._say(together.of(self))
        elif isinstance(said := content.get("writing"), dict):
            together.write(self, said.get("session"), said.get("mode"), said.get("act"))

    async def _say(self, facts: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"data": [facts]}))

    async def _watch(self, listed: Any, session: Any) -> None:
        self.query = None
        if isinstance(listed, str):
            self.query = Query.parse(QueryDict(listed[:1000]), zone=self.viewer.zone)
        seen = account = None
        if isinstance(session, int):
            seen, account = await _in_thread(place_of, self.viewer.agent, session)
        together.look(self, self.viewer.agent, session if seen else None, account)
        if self.customer and self.customer != seen:
            self.unwatch(f"customer-{self.customer}")
        if seen:
            self.watch(f"customer-{seen}")
        self.customer = seen

    def _watch_board(self, is_shown: bool) -> None:
        if self.board:
            self.unwatch(self.board)
            feed.leave(self)
        self.board = ""
        if is_shown:
            self.board = feed.watch(self, self.viewer.accounts, self.viewer.language)
            self.watch(self.board)

    def forward(self, frame: Frame) -> Frame | None:
        """The frame in this page's language; a row only where its list has it.

        Equal answers are one object, kept on the frame, so that each is encoded once.
        """
        data = frame["data"] or {}
        if "html" not in data:
            return self._look_again() if "rights" in data else frame
        part = self._part(data)
        cut: dict[tuple[str, str], Frame] = data.setdefault("cut", {})
        key = (part, self.viewer.language)
        if key not in cut:
            cut[key] = _cut(frame, *key)
        return cut[key]

    # --- rights that change while the page is open ------------------------------------------------

    def _look_again(self, within: tuple[float, float] | None = None) -> None:
        if self.looking:
            self.looking.cancel()  # it still sleeps
        if self.is_gone:
            return
        seconds = random.uniform(*(within or LOOK_AGAIN_SECONDS))
        self.looking = asyncio.get_running_loop().create_task(self._renew_viewer(seconds))

    async def _renew_viewer(self, seconds: float) -> None:
        """Hear from now on what the agent may see now, and nothing if they are signed out."""
        await asyncio.sleep(seconds)
        self.looking = None
        try:
            viewer = await self.authorise(self.scope)
        except Exception:
            logger.exception("The rights of agent %s could not be read", self.viewer.agent.pk)
            return self._look_again()
        if viewer is None:
            hub.leave(self.socket)
            self._gone()
            return await self.close(code=SIGN_IN)
        heard, self.viewer = set(self.groups()), viewer
        lost, gained = heard - set(self.groups()), set(self.groups()) - heard
        if lost and self.customer:  # the page says again what it shows, and is told what it may
            lost.add(f"customer-{self.customer}")
            self.customer = None
            together.leave(self)
        if lost:
            self.unwatch(*lost)
        if gained:
            self.watch(*gained)
        self._watch_board(bool(self.board))
        if lost or gained or not viewer.accounts:
            await self._say({"resync": True})
        if not viewer.accounts:
            self._look_again(NONE_YET_SECONDS)

    async def __call__(self, scope, receive, send) -> None:
        """However it ends, they are no longer here."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._gone()

    def _gone(self) -> None:
        self.is_gone = True
        if self.looking:
            self.looking.cancel()
        together.leave(self)
        feed.leave(self)

    def _part(self, data: dict[str, Any]) -> str:
        """What of it: the whole, or of a row also its removal, or the facts alone."""
        if "gone" not in data:
            return "html"
        if self.query is None:
            return "facts"
        return "html" if self.query.shows(data, self.viewer.who) else "gone"


def _cut(frame: Frame, part: str, language: str) -> Frame:
    data = frame["data"] or {}
    facts = {name: data[name] for name in data if name not in ("html", "gone", "cut")}
    drawn = data["html"]  # an agent's page may still be in another language than they chose
    whole = drawn.get(language) or next(iter(drawn.values()), "")
    html = {"html": whole, "gone": data.get("gone", "")}.get(part, "")
    return Frame(group=frame["group"], html=html, data=facts or None)


# --- with the database, in threads of our own: Django's one is for everybody ----------------------


async def _in_thread(function: Callable, *arguments: Any) -> Any:
    def run() -> Any:
        close_old_connections()
        return function(*arguments)

    return await asyncio.get_running_loop().run_in_executor(THREADS, run)


def viewer_of(scope: dict[str, Any]) -> Viewer | None:
    """The signed-in agent behind the cookie of this socket."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(_session_key(scope))
    agent = get_user(SimpleNamespace(session=store))
    if not agent.is_authenticated:
        return None
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [""])[0]
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    accounts = agent.visible_accounts().values_list("pk", flat=True)
    return Viewer(agent, frozenset(accounts), language, watcher_of(agent), agent.zone)


def place_of(agent: Agent, session: int) -> tuple[int | None, int | None]:
    """Whose thread it is, and of which account, if this agent may see it."""
    found = agent.sessions().filter(pk=session).values_list("customer_id", "account_id")
    return found.first() or (None, None)


def _session_key(scope: dict[str, Any]) -> str | None:
    header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        return parse_cookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
