"""The consumer: who may connect, what they hear, and what they may say."""

import pytest
from channels.testing import WebsocketCommunicator

from messaging.consumers import LiveConsumer
from messaging.live import hub
from tests.pipes import frame, running_hub, until


@pytest.fixture
async def running():
    async with running_hub() as hub:
        yield hub


class Desk(LiveConsumer):
    heard = ()

    async def authorise(self, scope):
        return None if scope["path"] == "/stranger/" else "lin"

    def groups(self):
        return [f"user-{self.viewer}"]

    async def receive_json(self, content):
        Desk.heard = content
        self.watch(content["watch"])


def connected(path="/live/"):
    return WebsocketCommunicator(Desk.as_asgi(), path)


async def test_a_page_hears_its_own_group_and_what_it_watches(running):
    page = connected()
    assert await page.connect() == (True, None)
    running.publish(frame("mine", group="user-lin"))
    assert await page.receive_json_from() == {"content": "mine"}
    await page.send_json_to({"watch": "customer-7"})
    await until(lambda: "customer-7" in running.groups)
    running.publish(frame("theirs", group="customer-7"))
    assert await page.receive_json_from() == {"content": "theirs"}
    await page.disconnect()
    await until(lambda: running.groups == {})


async def test_who_is_not_signed_in_is_closed_with_a_code_the_page_can_read(running):
    page = connected("/stranger/")
    assert await page.connect() == (True, None)
    assert await page.receive_output() == {"type": "websocket.close", "code": 4401}
    assert running.socket_count == 0


async def test_a_ping_is_answered(running):
    page = connected()
    await page.connect()
    await page.send_json_to({"ping": 1})
    assert await page.receive_json_from() == {"data": [{"pong": True}]}
    await page.disconnect()


@pytest.mark.parametrize("text", ["no json", "[1, 2]", "7", '"ping"', "{", "null"])
async def test_what_no_page_of_ours_says_is_ignored(running, text):
    page = connected()
    await page.connect()
    Desk.heard = ()
    await page.send_to(text_data=text)
    await page.send_to(bytes_data=b"\xff")
    await page.send_json_to({"ping": 1})
    assert await page.receive_json_from() == {"data": [{"pong": True}]}
    assert Desk.heard == ()
    await page.disconnect()


async def test_the_hub_starts_with_the_first_websocket():
    await hub.stop()
    page = connected()
    await page.connect()
    assert hub.socket_count == 1
    await page.disconnect()
    await hub.stop()
