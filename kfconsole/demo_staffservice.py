"""The demo's web chat: a second system in the same inbox, an app that speaks staffService."""

import asyncio

from django.conf import settings

from messaging import accounts
from messaging.models import Connection
from messaging.simulator import snapshot
from messaging.simulator.phone_app import page_app
from messaging.simulator.staffservice import page
from messaging.simulator.staffservice.app import StaffApp
from messaging.simulator.staffservice.personas import play
from messaging.simulator.staffservice.world import World

PREFIX = "/simulator/staffservice/"
SLUG, APPID, SECRET = "webchat", "1001", "demo-secret-of-the-web-chat"


def seed(address: str) -> None:
    """A connection to the app at `address`, which sends paths of files that lie on this machine."""
    url = address + PREFIX.rstrip("/")
    connection, _ = Connection.objects.update_or_create(
        slug=SLUG,
        defaults={
            "backend": Connection.Backend.STAFFSERVICE,
            "name": "Web chat",
            "identity": APPID,
            "api_base": url,
            "secrets": {"secret": SECRET},
            "options": {"media_base_url": url, "allow_private_media": True},
        },
    )
    accounts.refresh(connection)


class WebChat:
    """Mounted beside the console and kept over restarts, as the simulated WeCom is."""

    def __init__(self, address: str) -> None:
        self.path = settings.KF_DATA_DIR / "webchat.pickle"
        self.world = snapshot.load(self.path) or World(APPID, SECRET)
        self.world.own_url = address + PREFIX.rstrip("/")
        self.world.door = f"{address}/hooks/staffservice/{SLUG}"
        self.app = StaffApp(self.world)
        self.app.parts[page.PREFIX] = page_app(self.app, page, page.PREFIX)

    async def live(self) -> None:
        try:
            await asyncio.gather(
                snapshot.keep(self.world, self.path), play(self.world, self.app.calls)
            )
        finally:
            await self.app.close()
