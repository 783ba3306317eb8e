"""Who answers what: callbacks past Django, websockets to the hub, everything else in one hop."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kfconsole.settings")
django.setup(set_prefix=False)

# Only now can be imported what needs the apps.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path  # noqa: E402

from kfconsole.handler import OneHopHandler  # noqa: E402
from messaging.hooks import hooks  # noqa: E402
from messaging.live import attached  # noqa: E402
from sessions.consumers import DeskConsumer  # noqa: E402

pages = OneHopHandler()
sockets = AllowedHostsOriginValidator(
    AuthMiddlewareStack(URLRouter([path("live/", DeskConsumer.as_asgi())]))
)


async def http(scope, receive, send) -> None:
    answer = hooks if scope["path"].startswith("/hooks/") else pages
    await answer(scope, receive, send)


application = attached(ProtocolTypeRouter({"http": http, "websocket": sockets}))
