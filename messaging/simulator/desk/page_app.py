"""The user's chat window as an ASGI app: `desk_app(world, pages={"/desk/": user_page(world)})`."""

from functools import partial

from messaging.simulator.page_app import HEADERS, Pages

from . import page_views as views
from .world import World

PREFIX = "/desk/"
DEEDS = {
    "enter": views.enter,
    "say": views.say,
    "click": views.click,
    "fill": views.fill,
    "rate": views.rate,
    "verb": views.verb,
    "workbench": views.workbench,
    "fault": views.fault,
    "clock": views.clock,
}
# Files come by their Url, as they do in a real app: from wherever the sender has put them.
POLICY = (
    HEADERS["content-security-policy"]
    .replace("img-src 'self'", "img-src 'self' http: https:")
    .replace("media-src 'self'", "media-src 'self' http: https:")
)


def user_page(world: World) -> Pages:
    """An ASGI app for everything under …/desk/."""
    headers = {"content-security-policy": POLICY}
    chat = partial(views.Chat, world)
    return Pages(PREFIX, chat, views.show, views.live, DEEDS, headers=headers)
