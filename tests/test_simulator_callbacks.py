"""Callbacks of the simulated platform: sealed, signed, retried, held back, lost and doubled."""

import asyncio
from xml.etree import ElementTree

import httpx
import pytest

from messaging.backends.wecom.crypto import Cipher, signature
from messaging.simulator.callbacks import Callbacks
from tests.simulated import AES_KEY, ALICE, CORP, KF, OTHER_KF, Caller

TOKEN, URL = "QDG6eK", "http://console/hooks/wecom/x/"


class Console:
    """What listens at the callback URL: opens what comes, and answers as told."""

    def __init__(self, *answers: int | type[Exception]) -> None:
        self.answers = list(answers)
        self.got: list[ElementTree.Element] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        outer = ElementTree.fromstring(request.content)
        sealed = outer.findtext("Encrypt")
        signed = signature(TOKEN, query["timestamp"], query["nonce"], sealed)
        assert query["msg_signature"] == signed
        message, receiveid = Cipher(AES_KEY).decrypt(sealed)
        assert receiveid == outer.findtext("ToUserName") == CORP
        self.got.append(ElementTree.fromstring(message.decode()))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, int):
            return httpx.Response(answer)
        raise answer("as told")


def play(scene, console=None):
    """Let a scene happen on a loop, with callbacks; returns the caller."""
    caller = Caller()
    world = caller.world
    world.set_callback(URL, TOKEN, AES_KEY)
    world.options.callback_retry_delay = 0

    async def run():
        transport = httpx.MockTransport(console or Console())
        callbacks = Callbacks(world, httpx.AsyncClient(transport=transport))
        await scene(world, callbacks)
        await callbacks.settle()
        await callbacks.close()

    asyncio.run(run())
    return caller


async def one_message(world, callbacks):
    world.say(KF, ALICE, content="Where is my parcel?")


def test_a_callback_says_which_account_and_gives_a_token_for_it():
    console = Console()
    caller = play(one_message, console)
    (event,) = console.got
    assert event.findtext("Event") == "kf_msg_or_event"
    assert event.findtext("OpenKfId") == KF
    assert event.findtext("ToUserName") == CORP
    assert int(event.findtext("CreateTime")) == caller.world.now
    assert "parcel" not in ElementTree.tostring(event, "unicode")
    assert caller.sync(token=event.findtext("Token"))["errcode"] == 0


@pytest.mark.parametrize("failure", [500, httpx.ConnectError, httpx.ReadTimeout])
def test_what_is_not_answered_is_tried_three_times_in_all(failure):
    console = Console(*[failure] * 5)
    caller = play(one_message, console)
    assert len(console.got) == 3
    assert [entry["attempt"] for entry in caller.world.callbacks] == [1, 2, 3]


def test_what_is_answered_is_not_repeated():
    console = Console(httpx.ReadTimeout)
    play(one_message, console)
    assert len(console.got) == 2


def test_callbacks_can_be_held_back_and_released():
    console = Console()

    async def scene(world, callbacks):
        world.options.callbacks_paused = True
        await one_message(world, callbacks)
        await callbacks.settle()
        assert console.got == []
        world.options.callbacks_paused = False
        assert callbacks.release() == 1

    play(scene, console)
    assert len(console.got) == 1


@pytest.mark.parametrize(("fault", "count"), [("drop_callback", 0), ("duplicate_callback", 2)])
def test_callbacks_get_lost_and_come_twice(fault, count):
    console = Console()

    async def scene(world, callbacks):
        world.faults.add(fault)
        await one_message(world, callbacks)

    play(scene, console)
    assert len(console.got) == count


def test_callbacks_can_be_merged():
    console = Console()

    async def scene(world, callbacks):
        world.options.callback_coalesce = 0.02
        for _ in range(3):
            await one_message(world, callbacks)
        await asyncio.sleep(0.05)

    play(scene, console)
    assert len(console.got) == 1


def test_permissions_come_in_one_event_with_a_node_for_each_account():
    console = Console()

    async def scene(world, callbacks):
        world.authorise(removed=[KF, OTHER_KF])

    play(scene, console)
    (event,) = console.got
    assert event.findtext("Event") == "kf_account_auth_change"
    assert [node.text for node in event.findall("AuthDelOpenKfId")] == [KF, OTHER_KF]
    assert event.findtext("FromUserName") == "sys"


def test_a_corp_without_an_address_gets_nothing():
    console = Console()

    async def scene(world, callbacks):
        world.set_callback("", "", "")
        await one_message(world, callbacks)

    play(scene, console)
    assert console.got == []


@pytest.mark.parametrize(("tail", "ok"), [("", True), ("\n", False)])
def test_verification_wants_the_plain_echo_and_nothing_else(tail, ok):
    def answer(request):
        query = request.url.params
        signed = signature(TOKEN, query["timestamp"], query["nonce"], query["echostr"])
        assert signed == query["msg_signature"]
        message, _ = Cipher(AES_KEY).decrypt(query["echostr"])
        return httpx.Response(200, text=message.decode() + tail)

    results = []

    async def scene(world, callbacks):
        results.append(await callbacks.verify())

    play(scene, answer)
    assert results[0]["ok"] is ok
