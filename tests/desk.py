"""A simulated Tencent Cloud Desk behind real HTTP, connected to the console's own door.

def test_…(desk):
    desk.says("Where is my parcel?")
    desk.work()                      # what the worker would do now, in this thread
    desk.session.reply(lin, "text", {"content": "On its way"})
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from django.utils import timezone

from messaging import accounts, backfill, hooks, media, outbox, rates, sync
from messaging.backends.desk.crypto import signature
from messaging.backends.wecom import client as pool
from messaging.models import (
    Account,
    Callback,
    Connection,
    Customer,
    Message,
    PlatformSession,
    Servicer,
)
from messaging.simulator import server
from messaging.simulator.background import event_loop, inside, stop
from messaging.simulator.clock import Clock
from messaging.simulator.desk.background import running_desk
from messaging.simulator.desk.client import Desk
from sessions import intake
from sessions.models import Session
from tests.simulated_desk import ADMIN, ALICE, ANN, APP, KEY, SHOP, a_world

TOKEN, PATH = "xxxxyyyy", "/hooks/desk/desk/"
OK = {"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0}
STEPS = (
    accounts.settle,
    backfill.fill,
    sync.pull,
    intake.route,
    outbox.send,
    intake.route,
    media.fetch,
)


def connect(base: str = "http://127.0.0.1:9", **fields: Any) -> Connection:
    rates.forget()
    hooks._known.clear()
    accounts._pauses.clear()
    # The simulated files lie on this machine.
    fields.setdefault("options", {"admin": ADMIN, "allow_private_media": True})
    fields.setdefault("secrets", {"secret": KEY, "token": TOKEN})
    return Connection.objects.create(
        backend="desk", name="Desk", slug="desk", identity=str(APP), api_base=base, **fields
    )


class Platform:
    """The app in the simulator, and its rows here."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.connection = connect(desk.base_url)

    # --- the other side ------------------------------------------------------------------------

    def says(self, words: str = "Hello", who: str = ALICE, **fields: Any) -> None:
        self.desk.say(who, words, **fields)

    def served(self, words: str = "Hello", by: str = ANN) -> Session:
        """Alice is with a human at the platform."""
        self.says(words)
        self.desk.ask_human(ALICE)
        self.settle()
        if self.live["stage"] != "Agent":
            self.desk.accept(self.live["session_id"], self.live["agent_id"] or by)
        self.work()
        return self.session

    def chat(self, who: str = ALICE) -> list[str]:
        """The texts that stand on the customer's screen."""
        said = [line["body"][0] for line in self.desk.chat(who)]
        return [one["MsgContent"].get("Text", one["MsgType"]) for one in said]

    @property
    def live(self) -> dict[str, Any]:
        return self.desk.latest(ALICE)

    def calls(self, command: str) -> list[dict[str, Any]]:
        return [call["request"] for call in self.desk.calls(command)]

    # --- our side ------------------------------------------------------------------------------

    @property
    def customer(self) -> Customer:
        return Customer.objects.select_related("account").get(external_id=ALICE)

    @property
    def session(self) -> Session:
        return Session.objects.select_related("account").order_by("-id")[0]

    def rows(self, *directions: str) -> list[Message]:
        found = Message.objects.filter(customer__external_id=ALICE).order_by("sent_at", "id")
        return list(found.filter(direction__in=directions) if directions else found)

    def events(self) -> list[str]:
        return [row.content["event"] for row in self.rows("event") if row.kind == "desk_event"]

    def texts(self) -> list[str]:
        return [row.text for row in self.rows("in", "out") if row.text]

    def link(self, agent: Any, member: str = ANN) -> Servicer:
        account, _ = Account.objects.get_or_create(
            connection=self.connection,
            external_id=SHOP,
            defaults={"history_read_at": timezone.now()},
        )
        row, _ = Servicer.objects.update_or_create(
            account=account, external_id=member, defaults={"agent": agent, "presence": "free"}
        )
        hooks._known.clear()
        return row

    def settle(self) -> None:
        self.desk.settle()

    def work(self) -> None:
        """Do all that there is to do, as if the time for every back-off had come."""
        self.settle()
        past = timezone.now() - timedelta(seconds=1)
        Account.objects.update(not_before=None)
        for _ in range(20):
            Customer.objects.filter(send_at__isnull=False).update(send_at=past, lease_owner="")
            PlatformSession.objects.filter(fill_at__isnull=False).update(fill_at=past)
            done = sum(step("test-worker") for step in STEPS)
            self.settle()
            if not done and not Callback.objects.exists():
                return


@contextmanager
def running_platform() -> Iterator[Platform]:
    """The simulator and our door, each behind a port of its own."""
    world = a_world()
    world.clock = Clock()
    with running_desk(world) as desk, event_loop("door") as loop:
        listening = inside(loop, server.start(hooks.hooks))
        platform = Platform(desk)
        try:
            desk.set_callback(f"http://127.0.0.1:{server.port_of(listening)}{PATH}", TOKEN)
            yield platform
        finally:
            inside(loop, stop(listening, Nothing()))
            pool.close_all()


class Nothing:
    async def close(self) -> None:
        """There is nothing beside the door itself."""


# --- without a simulator: one call of our door ----------------------------------------------------

NOW_MS = int(time.time() * 1000)


def event(name: str = "ChatBot.UserSendMsg", **fields: Any) -> dict[str, Any]:
    body = {
        "CallbackCommand": "Desk.SessionEventNotify",
        "SessionId": "s1",
        "Event": name,
        "EventTime": NOW_MS,
        "ClientUserId": ALICE,
        "CustomerServiceId": SHOP,
    }
    if name.endswith("SendMsg"):
        body["MsgBody"] = [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "Hello"}}]
    return {**body, **fields}


def query(**changes: Any) -> dict[str, str]:
    """A good one, but for `changes`; None leaves a name out."""
    at = str(changes.pop("at", int(time.time())))
    good = {
        "SdkAppid": str(APP),
        "CallbackCommand": "Desk.SessionEventNotify",
        "contenttype": "json",
        "RequestTime": at,
        "Sign": signature(TOKEN, at),
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def ask(body: Any, *, asked: dict | None = None, path: str = PATH, method: str = "POST") -> Any:
    """One callback: (HTTP status, answer)."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    address = f"{path}?{urlencode(query() if asked is None else asked)}"

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(hooks.hooks)
        async with httpx.AsyncClient(transport=transport, base_url="http://kf") as client:
            answer = await client.request(method, address, content=content)
        hooks._flush()
        hooks._threads.submit(int).result()
        return answer

    answer = asyncio.run(once())
    return answer.status_code, answer.json()


def take_in() -> None:
    """What the worker does with what has come."""
    while sum(step("worker") for step in (accounts.settle, sync.pull, intake.route)):
        pass
