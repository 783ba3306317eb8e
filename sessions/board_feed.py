"""Boards that somebody looks at, read once a second and pushed when something on them is different.

Each process does it for its own pages: what is on a board is read from the rows and from what all
processes know of who is here, so it is the same everywhere, and nothing has to be told to the others.
"""

import asyncio
import logging
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections
from django.template.loader import render_to_string
from django.utils import translation

from messaging.hub import Hub
from messaging.link import Frame
from messaging.live import hub
from sessions.board import board_of

logger = logging.getLogger(__name__)

READ_SECONDS = 1.0
Place = tuple[frozenset[int], str]  # the accounts one may see, and the language
_thread = ThreadPoolExecutor(1, thread_name_prefix="board")


class Feed:
    """All of it on the loop of the hub; only reading and drawing happen in a thread."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._watchers: dict[Hashable, Place] = {}
        self._shown: dict[Place, str] = {}
        self._task: asyncio.Task[None] | None = None

    def watch(self, key: Hashable, accounts: frozenset[int], language: str) -> str:
        """Returns the group to hear. What is there now comes at the next reading."""
        place = self._watchers[key] = accounts, language
        self._shown.pop(place, None)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        return _group(place)

    def leave(self, key: Hashable) -> None:
        self._watchers.pop(key, None)

    async def _run(self) -> None:
        while self._watchers:
            places = set(self._watchers.values())
            self._shown = {place: self._shown[place] for place in places & self._shown.keys()}
            try:
                drawn = await asyncio.get_running_loop().run_in_executor(_thread, draw, places)
                self._show(drawn)
            except Exception:
                logger.exception("The board could not be read")
            await asyncio.sleep(READ_SECONDS)

    def _show(self, drawn: dict[Place, str]) -> None:
        for place, html in drawn.items():
            if self._shown.get(place) != html:
                self._shown[place] = html
                self._hub.show([Frame(group=_group(place), html=html, data=None)])


def draw(places: set[Place]) -> dict[Place, str]:
    """Each set of accounts is read once, whatever languages it is shown in."""
    close_old_connections()
    boards = {accounts: board_of(accounts) for accounts, _language in places}
    drawn = {}
    for accounts, language in places:
        with translation.override(language):
            context = {"board": boards[accounts]}
            drawn[accounts, language] = render_to_string("board/frame.html", context)
    return drawn


def _group(place: Place) -> str:
    accounts, language = place
    return f"board-{language}-{hash(accounts)}"


feed = Feed(hub)
