"""Who answers what: callbacks past Django, websockets to the hub, everything else in one hop."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kfconsole.settings")
django.setup(set_prefix=False)

# Only now can be imported what needs the apps.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path  # noqa: E402

from kfconsole.handler import OneHopHandler  # noqa: E402
from kfconsole.logs import new_request_id, request_id  # noqa: E402
from messaging.hooks import hooks, is_ours  # noqa: E402
from messaging.live import attached  # noqa: E402
from sessions.consumers import DeskConsumer  # noqa: E402

pages = OneHopHandler()
# No AuthMiddlewareStack: the consumer reads its cookie itself, off Django's one thread for sockets.
sockets = AllowedHostsOriginValidator(URLRouter([path("live/", DeskConsumer.as_asgi())]))


async def http(scope, receive, send) -> None:
    answer = hooks if is_ours(scope["path"]) else pages
    await answer(scope, receive, send)


def named(application):
    """Give each request and each websocket an id, for its log lines (logs.py)."""

    async def with_id(scope, receive, send) -> None:
        request_id.set(new_request_id())
        await application(scope, receive, send)

    return with_id


application = attached(named(ProtocolTypeRouter({"http": http, "websocket": sockets})))
