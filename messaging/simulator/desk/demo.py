"""A small Desk to play with. The product's demo reads the constants."""

import asyncio

from .model import BUSINESS_SERVER, REST
from .world import World

SDK_APP_ID = 1400000269
KEY = "demo0000secret0000key0000of0000the0000simulated0000desk000000000"
ADMIN = "administrator"
CALLBACK_TOKEN = "demoDeskCallbackToken"
SLUG = "demo-desk"
CALLBACK_PATH = f"/hooks/desk/{SLUG}/"

SHOP, APP_HELP = "@shop_support", "@app_help"
SALES, TECHNICAL = 101, 102
SERVICES = (
    (SHOP, "商城客服", {"policy": BUSINESS_SERVER, "group_id": SALES, "user_timeout": 1800.0}),
    (APP_HELP, "App 帮助", {"has_bot": False, "group_id": TECHNICAL}),
)
# The first three are the users of the product's demo.
MEMBERS = (
    ("lin@example.com", "林晓", [SALES], {}),
    ("sam@example.com", "Sam", [SALES, TECHNICAL], {}),
    ("wang@example.com", "王敏", [SALES, TECHNICAL], {}),
    ("tang@example.com", "唐敏", [TECHNICAL], {"status": REST, "rest_reason": "午餐"}),
)
CLIENTS = (
    ("user_10086", "周小雨", {"channel": "SDK", "platform": "iOS"}),
    ("user_10087", "吴桐", {"channel": "SDK", "platform": "Android"}),
    ("web_visitor_7", "Emma Wilson", {"channel": "Web", "platform": "Web"}),
)


def demo_world(callback_base: str = "") -> World:
    """One app, two accounts (the second without a bot), four agents, three users."""
    world = World()
    world.set_app(SDK_APP_ID, KEY, ADMIN)
    if callback_base:
        world.set_callback(callback_base.rstrip("/") + CALLBACK_PATH, CALLBACK_TOKEN)
    world.add_group(SALES, "售前组")
    world.add_group(TECHNICAL, "技术组")
    for user_id, name, settings in SERVICES:
        world.add_service(user_id, name, **settings)
    for mail, name, groups, settings in MEMBERS:
        world.add_member(mail, name, groups, **settings)
    for user_id, nickname, settings in CLIENTS:
        world.add_client(user_id, nickname, **settings)
    return world


async def keep_time(world: World) -> None:
    """Let the world's time have its way, until cancelled."""
    while True:
        world.tick()
        await asyncio.sleep(1)
