"""A simulated Tencent Cloud Desk and a caller of its API, in this process and without a socket."""

import asyncio
import json

import httpx

from messaging.backends.desk.crypto import user_sig
from messaging.simulator.clock import Clock
from messaging.simulator.desk.api import Api
from messaging.simulator.desk.elements import text
from messaging.simulator.desk.webhooks import Webhooks
from messaging.simulator.desk.world import World

APP, KEY, ADMIN = 1400000000, "a-secret-key-of-the-app", "administrator"
SHOP, HELP = "@shop", "@help"
ANN, BEN, OUT = "ann@example.com", "ben@example.com", "out@example.com"  # OUT has not signed in
ALICE, BOB = "alice", "bob"
SALES = 7
START = 1_760_000_000
OK = {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}
TOKEN, URL = "xxxxyyyy", "http://console/hooks/desk/x/"


def a_world() -> World:
    """One account with a bot and one without, two agents at work, two users."""
    world = World(Clock(START))
    world.set_app(APP, KEY, ADMIN)
    world.add_group(SALES, "Sales")
    world.add_service(SHOP, "Shop")
    world.add_service(HELP, "Help", has_bot=False)
    world.add_member(ANN, "Ann", [SALES])
    world.add_member(BEN, "Ben")
    world.add_member(OUT, "Out", status="STATUS_OFFLINE")
    world.add_client(ALICE, "Alice")
    world.add_client(BOB, "Bob", channel="Web", platform="Web")
    return world


class Caller:
    """One world with a frozen clock, and the way a server speaks to it."""

    def __init__(self) -> None:
        self.world = a_world()
        self.app = Api(self.world)

    def query(self, **changes) -> dict:
        """A good one, but for `changes`; None leaves a name out."""
        now = int(self.world.clock.now())
        query = {
            "sdkappid": APP,
            "identifier": ADMIN,
            "usersig": user_sig(APP, KEY, ADMIN, now, 3600),
            "random": 4294967295,
            "contenttype": "json",
            **changes,
        }
        return {name: value for name, value in query.items() if value is not None}

    def request(self, command: str, method: str = "POST", **options) -> httpx.Response:
        options = {"params": self.query(), "content": b"{}", **options}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
                return await client.request(method, f"/v4/desk_http_svc/{command}", **options)

        return asyncio.run(send())

    def call(self, command: str, **body) -> dict:
        return self.request(command, content=json.dumps(body)).json()

    def code(self, command: str, **body) -> int:
        answer = self.call(command, **body)
        assert (answer["ActionStatus"] == "OK") == (answer["ErrorCode"] == 0)
        return answer["ErrorCode"]

    def write(self, session_id: str, words: str = "hello", **more) -> dict:
        body = {"SessionId": session_id, "MsgRandom": 1, "MsgBody": [text(words)]}
        return self.call("send_msg", **body | more)

    # ---- people in a stage

    def with_bot(self, client: str = ALICE) -> str:
        return self.world.enter(client).session_id

    def with_agent(self, client: str = ALICE) -> str:
        """With Ann or Ben, whoever has been idle longest."""
        return self.world.ask_human(client).session_id

    def in_queue(self, client: str = ALICE) -> str:
        """All are at work and nobody is free."""
        for mail in (ANN, BEN):
            self.world.set_status(mail, "STATUS_NOT_READY")
        return self.world.ask_human(client).session_id

    def events(self) -> list[str]:
        return [event["Event"] for event in self.world.events]

    def forget(self) -> None:
        """What happened so far is of no interest."""
        self.world.events.clear()


class Console:
    """What listens at the callback URL: keeps what comes, and answers as told."""

    def __init__(self, *answers: int | dict | type[Exception]) -> None:
        self.answers = list(answers)
        self.got: list[dict] = []
        self.queries: list[dict] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        self.queries.append(dict(request.url.params))
        self.got.append(json.loads(request.content))
        answer = self.answers.pop(0) if self.answers else OK
        if isinstance(answer, int):
            return httpx.Response(answer)
        if isinstance(answer, dict):
            return httpx.Response(200, json=answer)
        raise answer("as told")

    @property
    def events(self) -> list[str]:
        return [body.get("Event", body["CallbackCommand"]) for body in self.got]


def play(scene, console: Console | None = None, token: str = TOKEN) -> Caller:
    """Let a scene(caller) happen on a loop, with callbacks; returns the caller."""
    caller = Caller()
    caller.world.set_callback(URL, token)
    caller.world.options.callback_retry_delay = 0

    async def run() -> None:
        transport = httpx.MockTransport(console or Console())
        webhooks = Webhooks(caller.world, httpx.AsyncClient(transport=transport))
        await scene(caller)
        await webhooks.settle()
        webhooks.release()
        await webhooks.settle()
        await webhooks.close()

    asyncio.run(run())
    return caller
