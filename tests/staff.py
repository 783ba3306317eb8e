"""An app that speaks staffService, for tests: what it says, and what it was told."""

import asyncio
import json
import time
from urllib.parse import urlencode

import httpx

from messaging import accounts, hooks, outbox, profiles, rates, sync
from messaging.backends.staffservice.crypto import signature
from messaging.backends.wecom import client as pool
from messaging.models import Connection, Customer
from sessions import intake
from sessions.models import Session

APP, SECRET, URL = "1001", "abcdef", "https://app.example/qmtapi"
BARE = f"/api/v1/{APP}/staffService/message"
JSON = {"content-type": "application/json"}
STEPS = (accounts.settle, sync.pull, intake.route, outbox.send, intake.route, profiles.fetch)


class App:
    """The other side: what it was told, and what it says next to a call."""

    def __init__(self):
        self.heard, self.addresses, self.faults = [], [], []

    def __call__(self, request):
        self.addresses.append(request)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            if isinstance(fault, httpx.Response):
                return fault
        self.heard.append(json.loads(request.content))
        return httpx.Response(200, json={"errcode": 0, "errmsg": "ok"})


def connected(monkeypatch) -> App:
    """An app that is connected to the console."""
    rates.forget()
    hooks._known.clear()
    accounts._pauses.clear()
    app = App()
    http = httpx.Client(base_url=f"{URL}/", transport=httpx.MockTransport(app))
    monkeypatch.setitem(pool._clients, URL, http)
    connection = Connection.objects.create(
        backend="staffservice", name="App", slug="app", identity=APP, api_base=URL,
        secrets={"secret": SECRET},
    )  # fmt: skip
    accounts.refresh(connection)
    return app


def ask(body, *, path=BARE, query=None, headers=JSON, at=None, method="POST"):
    """One call of the app: (HTTP status, answer)."""
    if query is None:
        at = str(int(time.time() * 1000)) if at is None else at
        query = {"timestamp": at, "signature": signature(APP, SECRET, at)}
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()

    async def once():
        transport = httpx.ASGITransport(hooks.hooks)
        async with httpx.AsyncClient(transport=transport, base_url="http://kf") as client:
            answer = await client.request(
                method, f"{path}?{urlencode(query)}", content=content, headers=headers
            )
        hooks._flush()
        hooks._threads.submit(int).result()
        return answer

    answer = asyncio.run(once())
    return answer.status_code, answer.json() if answer.content else None


def text(words="Hello", **fields):
    return {"FromUserId": "u1", "MsgType": "text", "Content": words, **fields}


def work():
    Customer.objects.filter(send_at__isnull=False).update(send_at="2020-01-01T00:00Z")
    while sum(step("worker") for step in STEPS):
        pass


def says(words="Hello", **fields):
    assert ask(text(words, **fields)) == (200, {"errcode": 0, "errmsg": "ok"})
    work()
    return Session.objects.order_by("-id").first()
