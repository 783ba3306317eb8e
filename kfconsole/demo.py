"""The demo: a simulated WeCom beside the console, with people who write by themselves.

The product does not know that it talks to a simulator: the connection is an ordinary one whose
address happens to be this process's own.
"""

import asyncio
from collections.abc import Awaitable, Callable

from django.conf import settings
from django.utils import timezone

from kfconsole import demo_desk, demo_staffservice
from kfconsole.demo_customers import ask_of_customers
from kfconsole.demo_people import PASSWORD, PEOPLE
from kfconsole.demo_team import put_in_order
from messaging.models import Callback, Connection
from messaging.simulator import demo, snapshot
from messaging.simulator.app import simulator_app
from messaging.simulator.callbacks import Callbacks
from messaging.simulator.personas import play
from messaging.simulator.phone_app import phone_app
from sessions.models import Agent

PREFIX = "/simulator/"
App = Callable[..., Awaitable[None]]


def seed(address: str) -> Connection:
    """Users, and a connection to the simulator at `address`. Changes nothing that is there."""
    for username, name, role, language, _ in PEOPLE:
        if not Agent.objects.filter(username=username).exists():
            agent = Agent(username=username, display_name=name, role=role, language=language)
            agent.is_superuser = role == Agent.Role.ADMIN
            agent.set_password(PASSWORD)
            agent.save()
    ask_of_customers()
    put_in_order()
    connection, _made = Connection.objects.update_or_create(
        slug="demo",
        defaults={
            "name": "Demo",
            "identity": demo.CORP_ID,
            "api_base": address + PREFIX.rstrip("/"),
            "secrets": {
                "secret": demo.SECRET,
                "token": demo.CALLBACK_TOKEN,
                "aes_key": demo.ENCODING_AES_KEY,
            },
            "options": {"allow_private_media": True},  # the customers' pictures are drawn here
        },
    )
    demo_desk.seed(address)
    demo_staffservice.seed(address)
    settings.KF_PUBLIC_URL = address  # where simulated apps fetch what agents send
    # As if the platform had said that accounts were added: the worker lists them.
    Callback.objects.create(
        connection=connection, event="kf_account_auth_change", created_at=timezone.now()
    )
    return connection


class Demo:
    """The simulator's world, mounted beside the console and kept over restarts."""

    def __init__(self, address: str) -> None:
        self.path = settings.KF_DATA_DIR / "simulator.pickle"
        self.world = snapshot.load(self.path) or demo.demo_world(address)
        self.world.set_callback(
            address + demo.CALLBACK_PATH, demo.CALLBACK_TOKEN, demo.ENCODING_AES_KEY
        )
        self.callbacks = Callbacks(self.world)
        pages = {"/phone/": phone_app(self.world)}
        self.app = simulator_app(self.world, self.callbacks, pages)
        self.desk = demo_desk.Desk(address)
        self.webchat = demo_staffservice.WebChat(address)
        # By their beginning, the longest first: other systems stand under the same prefix.
        self.mounted = {
            demo_desk.PREFIX: self.desk.app,
            demo_staffservice.PREFIX: self.webchat.app,
            PREFIX: self.app,
        }

    def beside(self, console: App) -> App:
        """An application in which the simulator answers under its prefix."""

        async def both(scope, receive, send) -> None:
            path = scope.get("path", "")
            found = (app for start, app in self.mounted.items() if path.startswith(start))
            await next(found, console)(scope, receive, send)

        return both

    async def live(self) -> None:
        """Keep the world and let the personas play, until the server stops."""
        try:
            await asyncio.gather(
                snapshot.keep(self.world, self.path),
                play(self.world),
                self.desk.live(),
                self.webchat.live(),
            )
        finally:
            await self.callbacks.close()
