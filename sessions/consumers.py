"""The desk's socket: which frames a page sees, by its tab and the session it has open.

No query for a pushed frame: a page's agent is read when it connects, its session when it opens one.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import CookieError
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import parse_cookie

from messaging.consumers import LiveConsumer
from messaging.link import Frame
from sessions import inbox
from sessions.models import Agent

THREADS = ThreadPoolExecutor(2, thread_name_prefix="desk-socket")
LANGUAGES = [language for language, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Viewer:
    agent: Agent
    accounts: frozenset[int]
    language: str


class DeskConsumer(LiveConsumer):
    """A page says `{"watch": {"tab": "mine", "session": 12}}`, is told `watching`, then catches up."""

    tab: str | None = None
    customer: int | None = None

    async def authorise(self, scope: dict[str, Any]) -> Viewer | None:
        return await _in_thread(viewer_of, scope)

    def groups(self) -> Iterable[str]:
        return (f"user-{self.viewer.agent.pk}", *map("account-{}".format, self.viewer.accounts))

    async def receive_json(self, content: dict[str, Any]) -> None:
        wanted = content.get("watch")
        if isinstance(wanted, dict):
            await self._watch(wanted.get("tab"), wanted.get("session"))
            await self.send(text_data=json.dumps({"data": [{"watching": wanted}]}))

    async def _watch(self, tab: Any, session: Any) -> None:
        self.tab = tab if tab in inbox.TABS else None
        seen = None
        if isinstance(session, int):
            seen = await _in_thread(customer_of, self.viewer.agent, session)
        if self.customer and self.customer != seen:
            self.unwatch(f"customer-{self.customer}")
        if seen:
            self.watch(f"customer-{seen}")
        self.customer = seen

    def forward(self, frame: Frame) -> Frame | None:
        """The frame in this page's language; a row only where its tab lists it.

        Equal answers are one object, kept on the frame, so that each is encoded once.
        """
        data = frame["data"] or {}
        if "html" not in data:
            return frame
        part = self._part(data)
        cut: dict[tuple[str, str], Frame] = data.setdefault("cut", {})
        key = (part, self.viewer.language)
        if key not in cut:
            cut[key] = _cut(frame, *key)
        return cut[key]

    def _part(self, data: dict[str, Any]) -> str:
        """What of it: the whole, or of a row also its removal, or the facts alone."""
        if "gone" not in data:
            return "html"
        if self.tab is None:
            return "facts"
        is_listed = inbox.shows(
            self.tab,
            agent=self.viewer.agent.pk,
            holder=data["agent"],
            ended=data["ended"],
            native=data["native"],
        )
        return "html" if is_listed else "gone"


def _cut(frame: Frame, part: str, language: str) -> Frame:
    data = frame["data"] or {}
    facts = {name: data[name] for name in data if name not in ("html", "gone", "cut")}
    html = {"html": data["html"].get(language, ""), "gone": data.get("gone", "")}.get(part, "")
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
    return Viewer(agent, frozenset(accounts), language)


def customer_of(agent: Agent, session: int) -> int | None:
    """Whose thread it is, if this agent may see it."""
    return agent.sessions().filter(pk=session).values_list("customer_id", flat=True).first()


def _session_key(scope: dict[str, Any]) -> str | None:
    header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        return parse_cookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
