"""Calls to the callback URL (protocol B1): what happened, and whom to give a session to.

Signatures carry the wall clock and not the simulated one, so that a receiver that refuses stale
ones still listens after a test has moved the clock.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial

import httpx

from messaging.backends.desk.crypto import signature

from .model import Session
from .world import World


@dataclass
class Notice:
    """One event on its way; every attempt carries the same RequestID."""

    session: Session
    body: dict
    delay: float = 0.0
    bends: dict[str, float] = field(default_factory=dict)  # what a fault makes wrong with it
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def name(self) -> str:
        return self.body.get("Event", self.body["CallbackCommand"])


class Webhooks:
    """Listens to a world and posts what happens."""

    def __init__(self, world: World, client: httpx.AsyncClient | None = None) -> None:
        self.world = world
        self.held: list[Notice] = []  # while paused, or without a running loop
        self._late: dict[str, list[Notice]] = {}  # reordered: after the session's next one
        self._client = client
        self._tasks: set[asyncio.Task] = set()
        self._lanes: dict[str, asyncio.Task] = {}
        self._leave = [world.listen("event", self._on_event), world.listen("ask", self._on_ask)]

    def release(self) -> int:
        """Send what was held back, late ones as well; returns how many."""
        late = [notice for notices in self._late.values() for notice in notices]
        held, self.held = [*self.held, *late], []
        self._late.clear()
        for notice in held:
            self._start(notice)
        return len(held)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        while self._leave:
            self._leave.pop()()
        for task in self._tasks:
            task.cancel()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=20)
            self._client = httpx.AsyncClient(limits=limits, trust_env=False)
        return self._client

    # ---- Desk.SessionEventNotify

    def _on_event(self, session: Session, body: dict) -> None:
        if not self.world.app.callback_url:
            return
        faults, name = self.world.faults, body["Event"]
        notice = Notice(session, body)
        if faults.take("drop_callback", name):
            self._log(notice, 0, "dropped")
            return
        if late := faults.take("delay_callback", name):
            notice.delay = late.seconds
        for kind in ("bad_sign", "old_sign", "foreign_app"):
            if fault := faults.take(kind, name):
                notice.bends[kind] = fault.seconds
        if faults.take("reorder_callback", name):
            self._late.setdefault(session.session_id, []).append(notice)
            return
        for sent in self._copies(notice):
            self._send_or_hold(sent)

    def _copies(self, notice: Notice) -> list[Notice]:
        """It, what a fault repeats of it, and whoever had to wait for it."""
        faults = self.world.faults
        copies = [notice]
        if faults.take("duplicate_callback", notice.name):
            copies.append(notice)
        if faults.take("repeat_callback", notice.name):
            copies.append(Notice(notice.session, notice.body))
        return copies + self._late.pop(notice.session.session_id, [])

    def _send_or_hold(self, notice: Notice) -> None:
        if self.world.options.callbacks_paused or not _loop_runs():
            self.held.append(notice)
        else:
            self._start(notice)

    def _start(self, notice: Notice) -> None:
        """In the session's lane, unless it is delayed or order does not count."""
        lane = notice.session.session_id
        if notice.delay or not self.world.options.callbacks_in_order:
            self._task(self._deliver(notice))
            return
        task = self._task(self._deliver(notice, self._lanes.get(lane)))
        self._lanes[lane] = task
        task.add_done_callback(partial(self._leave_lane, lane))

    def _leave_lane(self, lane: str, task: asyncio.Task) -> None:
        if self._lanes.get(lane) is task:
            del self._lanes[lane]

    def _task(self, work: Awaitable) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deliver(self, notice: Notice, before: asyncio.Task | None = None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await asyncio.sleep(notice.delay)
        options = self.world.options
        for attempt in range(1, options.callback_attempts + 1):
            if attempt > 1:
                await asyncio.sleep(options.callback_retry_delay)
            answer = await self._post(notice, attempt)
            if isinstance(answer, dict):
                return

    # ---- ChatBot.OnAssignHuman

    def _on_ask(self, session: Session) -> None:
        body = {
            "CallbackCommand": self.world.options.ask_command,
            "SessionId": session.session_id,
            "ClientUserId": session.client_user_id,
            "EventTime": int(self.world.clock.now() * 1000),
        }
        if _loop_runs():
            self._task(self._ask(Notice(session, body)))
        else:
            self.world.answer_ask(session, None)

    async def _ask(self, notice: Notice) -> None:
        """Once; without an answer that can be used the session goes to whoever is free."""
        answer = await self._post(notice, 1)
        agents, group_id = None, 0
        if isinstance(answer, dict):
            listed, group = answer.get("AgentIdList"), answer.get("AgentGroupId")
            if isinstance(listed, list):
                agents = [mail for mail in listed if isinstance(mail, str)]
            if type(group) is int:
                group_id = group
        self.world.answer_ask(notice.session, agents, group_id)

    # ---- one POST

    async def _post(self, notice: Notice, attempt: int) -> dict | None:
        """The answer, if it is the one that is wanted: 200, and OK in JSON (protocol B1)."""
        app = self.world.app
        answer, outcome = None, ""
        try:
            response = await self.client.post(
                app.callback_url,
                params=self._query(notice),
                json=notice.body,
                timeout=httpx.Timeout(self.world.options.callback_timeout, pool=None),
            )
            answer, outcome = _read(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            outcome = type(error).__name__
        self._log(notice, attempt, outcome)
        return answer

    def _query(self, notice: Notice) -> dict[str, str]:
        app, bends = self.world.app, notice.bends
        client = self.world.clients.get(notice.session.client_user_id)
        query = {
            "SdkAppid": str(app.sdk_app_id + ("foreign_app" in bends)),
            "CallbackCommand": notice.body["CallbackCommand"],
            "contenttype": "json",
            "ClientIP": client.ip if client else "127.0.0.1",
            "OptPlatform": client.platform if client else "RESTAPI",
            "RequestID": notice.request_id,
        }
        if app.callback_token:
            token = app.callback_token + ("?" if "bad_sign" in bends else "")
            moment = str(int(time.time() - bends.get("old_sign", 0)))
            query |= {"Sign": signature(token, moment), "RequestTime": moment}
        return query

    def _log(self, notice: Notice, attempt: int, outcome: int | str) -> None:
        entry = {
            "time": self.world.clock.now(),
            "event": notice.name,
            "session_id": notice.session.session_id,
            "request_id": notice.request_id,
            "attempt": attempt,
            "outcome": outcome,
        }
        self.world.callbacks.append(entry)


def _read(response: httpx.Response) -> tuple[dict | None, int | str]:
    """The answer and what to note of it; None for one that is not as documented."""
    if response.status_code != 200:
        return None, response.status_code
    try:
        answer = response.json()
    except ValueError:
        return None, "no JSON"
    wanted = isinstance(answer, dict) and answer.get("ActionStatus") == "OK"
    wanted = wanted and type(answer.get("ErrorCode")) is int
    if not wanted or not isinstance(answer.get("ErrorInfo"), str):
        return None, "not OK"
    return answer, 200


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
