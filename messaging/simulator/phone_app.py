"""The customer's phone as an ASGI app: `simulator_app(world, pages={"/phone/": phone_app(world)})`."""

from functools import partial

from . import phone_views as views
from .page_app import Pages
from .world import World

PREFIX = "/phone/"
DEEDS = {
    "enter": views.enter,
    "say": views.say,
    "click": views.click,
    "recall": views.recall,
    "block": views.block,
    "servicer": views.servicer,
    "fault": views.fault,
    "clock": views.clock,
}


def phone_app(world: World) -> Pages:
    """An ASGI app for everything under …/phone/."""
    chat = partial(views.Chat, world)
    return Pages(PREFIX, chat, views.page, views.live, DEEDS, views.media)
