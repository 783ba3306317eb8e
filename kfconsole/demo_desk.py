"""The demo's Tencent Cloud Desk: a simulated one, connected where this console has the backend."""

import asyncio

from django.conf import settings

from messaging.models import Account, Connection
from messaging.simulator import snapshot
from messaging.simulator.desk import demo, page_views
from messaging.simulator.desk.app import desk_app
from messaging.simulator.desk.personas import play
from messaging.simulator.desk.webhooks import Webhooks
from messaging.simulator.phone_app import page_app
from sessions.models import Agent

PREFIX = "/simulator/desk/"
BACKEND = "desk"


def is_served() -> bool:
    return BACKEND in Connection.Backend.values


def seed(address: str) -> Connection | None:
    """A connection to the simulated Desk at `address`, its accounts, and who is who there."""
    if not is_served():
        return None
    connection, _made = Connection.objects.update_or_create(
        slug=demo.SLUG,
        defaults={
            "backend": BACKEND,
            "name": "Desk",
            "identity": str(demo.SDK_APP_ID),
            "api_base": address + PREFIX.rstrip("/"),
            "secrets": {"secret": demo.KEY, "token": demo.CALLBACK_TOKEN},
            "options": {"admin": demo.ADMIN},
        },
    )
    for service_id, name, _settings in demo.SERVICES:
        account, _made = Account.objects.get_or_create(
            connection=connection, external_id=service_id, defaults={"name": name}
        )
        for mail, member_name, *_more in demo.MEMBERS:
            agent = Agent.objects.filter(username=mail.partition("@")[0]).first()
            account.servicers.get_or_create(
                external_id=mail, defaults={"name": member_name, "agent": agent}
            )
    return connection


class Desk:
    """Its world, mounted beside the console and kept over restarts."""

    def __init__(self, address: str) -> None:
        self.path = settings.KF_DATA_DIR / "desk.pickle"
        self.world = snapshot.load(self.path) or demo.demo_world()
        self.world.files.base_url = address + PREFIX.rstrip("/")
        if is_served():
            self.world.set_callback(address + demo.CALLBACK_PATH, demo.CALLBACK_TOKEN)
        self.webhooks = Webhooks(self.world)
        pages = {page_views.PREFIX: page_app(self.world, page_views, page_views.PREFIX)}
        self.app = desk_app(self.world, self.webhooks, pages)

    async def live(self) -> None:
        """Keep the world, let its time pass and its personas play, until the server stops."""
        works = [snapshot.keep(self.world, self.path), demo.keep_time(self.world)]
        if is_served():
            works.append(play(self.world))
        try:
            await asyncio.gather(*works)
        finally:
            await self.webhooks.close()
