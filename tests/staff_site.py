"""A simulated app and the console's doors, both behind real HTTP, in this process.

def test_…(chat):
    chat.app.say(user_id="u1", content="Hello")     # through the door
    chat.work()                                     # what the worker would do now
    chat.page("u1")                                 # what the customer sees
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.template.loader import render_to_string

from messaging import accounts, hooks, media, rates
from messaging.backends.wecom import client as pool
from messaging.models import Connection, Message
from messaging.simulator.staffservice.background import running_app
from messaging.simulator.staffservice.client import StaffSimulator
from sessions.models import Session
from tests import staff
from tests.staff import APP, SECRET

WANG = "web-wang"


class Site:
    """`address` is the console's, as the app and its customers reach it."""

    def __init__(self, app: StaffSimulator, address: str) -> None:
        self.app, self.address = app, address
        self.connection = Connection.objects.create(
            backend="staffservice", name="App", slug="app", identity=APP, api_base=app.base_url,
            secrets={"secret": SECRET}, options={"allow_private_media": True},
        )  # fmt: skip
        app.door(url=f"{address}{self.connection.callback_path}")
        app.customer(user_id=WANG, nickname="王芳")
        accounts.refresh(self.connection)

    def choose(self, **options) -> None:
        self.connection.choose(**options)
        self.connection.save()

    def work(self) -> None:
        """All that the worker does; files come last."""
        staff.work()
        while media.fetch("worker"):
            pass

    def says(self, kind: str = "text", content: str = "", **more) -> Message:
        """Wang says it, the console takes it; the row that it became."""
        assert self.app.say(user_id=WANG, kind=kind, content=content, **more)["errcode"] == 0
        self.work()
        return Message.objects.filter(direction="in").latest("pk")

    @property
    def session(self) -> Session:
        return Session.objects.latest("pk")

    def page(self) -> list[tuple[str, str]]:
        """(side, words) of what stands on Wang's page; of a file its kind."""
        return [
            (line["side"], line["content"].get("content") or line["msgtype"])
            for line in self.app.transcript(user_id=WANG)
        ]


async def _http(scope, receive, send) -> None:
    """The console without its sockets; imported here, as it sets Django up."""
    from kfconsole.asgi import http

    await http(scope, receive, send)


@contextmanager
def running_site(settings) -> Iterator[Site]:
    rates.forget()
    hooks._known.clear()
    accounts._pauses.clear()
    with running_app(APP, SECRET, _http) as (app, address):
        settings.KF_PUBLIC_URL, settings.KF_DEMO = address, True  # the app is on this machine, too
        try:
            yield Site(app, address)
        finally:
            pool.close_all()


@pytest.fixture
def chat(settings):
    with running_site(settings) as site:
        yield site


def drawn(message: Message) -> str:
    message = Message.objects.select_related("media", "account", "customer").get(pk=message.pk)
    return render_to_string("messaging/_message.html", {"message": message})
