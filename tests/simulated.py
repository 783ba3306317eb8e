"""A simulated corp and a caller of its API, in this process and without a socket."""

import asyncio
import json

import httpx

from messaging.simulator.api import Api
from messaging.simulator.clock import Clock
from messaging.simulator.world import World

CORP, SECRET = "wwcorp", "s3cret"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
KF, OTHER_KF = "wkPresales", "wkSupport"
ALICE, BOB = "wmAlice", "wmBob"
CAROL, DAVE = "carol", "dave"  # servicers
START = 1_760_000_000


class Caller:
    """One world with a frozen clock, and the way a client speaks to it."""

    def __init__(self) -> None:
        self.world = World(Clock(START))
        self.world.add_corp(CORP, SECRET)
        for open_kfid in (KF, OTHER_KF):
            self.world.add_account(open_kfid, open_kfid)
            self.world.add_servicer(open_kfid, CAROL)
            self.world.add_servicer(open_kfid, DAVE)
        self.world.add_customer("Alice", ALICE)
        self.world.add_customer("Bob", BOB)
        self.app = Api(self.world)
        self.sign_in()

    def sign_in(self) -> None:
        self.token = self.get("gettoken", corpid=CORP, corpsecret=SECRET)["access_token"]

    def wait(self, seconds: float) -> None:
        """Let time pass in the simulated world, and go on with a token that is valid then."""
        self.world.clock.advance(seconds)
        self.sign_in()

    def request(self, method: str, api: str, **options) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://kf") as client:
                return await client.request(method, f"/cgi-bin/{api}", **options)

        return asyncio.run(send())

    def get(self, api: str, **query) -> dict:
        return self.request("GET", api, params=query).json()

    def post(self, api: str, **body) -> dict:
        """Call with the token; the body in UTF-8 as the platform wants it."""
        content = json.dumps(body, ensure_ascii=False).encode()
        return self.request(
            "POST", api, params={"access_token": self.token}, content=content
        ).json()

    def upload(self, kind: str, data: bytes, filename: str = "f", field: str = "media") -> dict:
        query = {"access_token": self.token, "type": kind}
        return self.request(
            "POST", "media/upload", params=query, files={field: (filename, data)}
        ).json()

    def text(self, content: str = "hello", touser: str = ALICE, **more) -> dict:
        body = {"touser": touser, "open_kfid": KF, "msgtype": "text", "text": {"content": content}}
        return self.post("kf/send_msg", **body | more)

    def answer_code(self, code: str, content: str = "bye", **more) -> dict:
        body = {"code": code, "msgtype": "text", "text": {"content": content}}
        return self.post("kf/send_msg_on_event", **body | more)

    def trans(self, state: int, **more) -> dict:
        body = {"open_kfid": KF, "external_userid": ALICE, "service_state": state}
        return self.post("kf/service_state/trans", **body | more)

    def sync(self, **more) -> dict:
        return self.post("kf/sync_msg", **{"open_kfid": KF} | more)

    def events(self, event_type: str) -> list[dict]:
        rows = [row["event"] for row in self.sync()["msg_list"] if row["msgtype"] == "event"]
        return [event for event in rows if event["event_type"] == event_type]
