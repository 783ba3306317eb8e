"""Between processes: over a real Redis, and over layers that lose, hang and fail."""

import asyncio
import shutil
import subprocess
import time
from collections import Counter

import pytest
from channels.layers import channel_layers

from messaging import bus as bus_module
from messaging import link as link_module
from messaging.hub import Hub
from messaging.link import Link
from tests.layers import Layer
from tests.pipes import frame, joined, settled, until
from tests.servers import free_port


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(link_module, "LAYER_SECONDS", 0.5)
    monkeypatch.setattr(link_module, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(link_module, "PAUSE_SECONDS", (0.01, 0.05))
    monkeypatch.setattr(bus_module, "BEAT_SECONDS", 0.1)


@pytest.fixture
def layer(impatient):
    layer = Layer()
    before = channel_layers.set("default", layer)
    yield layer
    channel_layers.set("default", before)


@pytest.fixture
async def processes():
    """Hubs as different processes would have them; the second has a page."""
    started = []

    async def start(count=2):
        for _ in range(count):
            started.append(Hub())
            started[-1].start()
            await started[-1].ready(5)
        return [*started, joined(started[-1], "customer-1")]

    yield start
    for hub in started:
        await hub.stop()


@pytest.fixture
def redis_layer(settings, redis):
    use_redis(settings, redis)


def use_redis(settings, url):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [url]},
        }
    }


RESYNC = {"data": [{"resync": True, "within": 0.0}]}


# --- Redis


async def test_what_one_process_publishes_the_other_hears_in_order(redis_layer, processes):
    web, other, page = await processes()
    own = joined(web, "customer-1")
    for number in range(200):
        web.publish(frame(f"{number},"))
        await asyncio.sleep(0)
    expected = "".join(f"{number}," for number in range(200))
    for pipe in (page, own):
        await until(lambda pipe=pipe: heard(pipe) == expected)
    assert other.stats["gaps"] == web.stats["gaps"] == 0


def heard(pipe):
    return "".join(message.get("content", "") for message in pipe.messages)


async def test_a_command_without_a_loop_is_heard(redis_layer, processes):
    _, page = await processes(1)
    command = Hub()

    def speak():
        for number in range(3):
            command.publish(frame(str(number)))

    await asyncio.to_thread(speak)
    await until(lambda: heard(page) == "012")


async def test_a_wake_reaches_the_worker_of_another_process(redis_layer, processes):
    web, worker, _ = await processes()
    hints = worker.wakes()
    web.publish(step="outbox")
    assert await hints.wait(5) == {"outbox"}


async def test_what_is_published_last_leaves_before_the_process_stops(
    redis_layer, processes, monkeypatch
):
    async def shared(self):
        """Here both "processes" have one connection: leave it open for the other."""

    monkeypatch.setattr(Link, "close", shared)
    web, _, page = await processes()
    web.publish(frame("goodbye"))
    await web.stop()
    await until(lambda: heard(page) == "goodbye")


async def test_when_redis_goes_and_comes_back_nothing_breaks_and_pages_catch_up(
    settings, impatient, processes, caplog
):
    port = free_port()
    with redis_on(port):
        use_redis(settings, f"redis://127.0.0.1:{port}")
        web, other, page = await processes()
        own = joined(web, "customer-1")
    web.publish(frame("meanwhile"))
    await until(lambda: own.messages == [{"content": "meanwhile"}])  # by itself, at least
    await until(lambda: not web.is_listening and not other.is_listening)
    web.publish(frame("still"))
    assert [record.message for record in caplog.records if record.name == "messaging.link"] == [
        message for message in caplog.messages if message.startswith("The channel layer fails")
    ]
    with redis_on(port):
        await until(lambda: web.is_listening and other.is_listening)
        await until(lambda: RESYNC in page.messages and RESYNC in own.messages)
        web.publish(frame("again"))
        await until(lambda: "again" in heard(page))


class redis_on:
    def __init__(self, port):
        self.command = [shutil.which("redis-server"), "--port", str(port), "--save", ""]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        time.sleep(0.2)

    def __exit__(self, *exc_info):
        self.process.kill()
        self.process.wait()


# --- layers that misbehave


async def test_a_lost_message_is_noticed_by_the_next(layer, processes):
    web, other, page = await processes()
    for html in ("one", "two", "three"):
        layer.drop = html == "two"
        web.publish(frame(html))
        await settled()
    assert page.messages == [{"content": "one"}, {"data": RESYNC["data"], "content": "three"}]
    assert other.stats["gaps"] == 1


async def test_a_lost_last_message_is_noticed_by_the_beat(layer, processes):
    web, other, page = await processes()
    web.publish(frame("one"))
    await until(lambda: page.texts)
    layer.drop = 1
    web.publish(frame("two"))
    await until(lambda: RESYNC in page.messages)


async def test_beats_and_wakes_are_no_gaps(layer, processes):
    web, other, page = await processes()
    for _ in range(5):
        web.publish(frame("x"))
        web.publish(step="outbox")
        await asyncio.sleep(0.12)
    assert web.stats["gaps"] == other.stats["gaps"] == 0
    assert RESYNC not in page.messages


async def test_a_layer_that_swallows_being_cancelled_does_not_keep_a_process_from_stopping(layer):
    layer.swallows = True
    hub = Hub()
    hub.start()
    await hub.ready(5)
    await asyncio.wait_for(hub.stop(), 2)


async def test_silence_means_subscribing_anew(layer, processes):
    _, page = await processes(1)
    layer.queues.clear()
    layer.queues["somebody else's"] = asyncio.Queue()
    await until(lambda: len(layer.queues) > 1)
    await until(lambda: RESYNC in page.messages)


async def test_a_layer_that_fails_is_logged_once_and_counted(layer, processes, caplog):
    web, page = await processes(1)
    layer.fails = ConnectionError("no route")
    for _ in range(5):
        web.publish(frame("x"))
        await settled()
    assert heard(page) == "xxxxx"
    assert web.stats["layer_failures"] >= 5
    assert sum("layer fails" in message for message in caplog.messages) == 1
    layer.fails = None
    await until(lambda: any("works again" in message for message in caplog.messages))


async def test_a_layer_that_hangs_is_given_up(layer, processes, monkeypatch):
    async def hang(group, message):
        await asyncio.sleep(60)

    web, page = await processes(1)
    monkeypatch.setattr(layer, "group_send", hang)
    web.publish(frame("x"))
    await until(lambda: heard(page) == "x")


async def test_a_page_may_connect_while_the_layer_is_away(layer, processes):
    layer.fails = ConnectionError("no route")
    hub = Hub()
    hub.start()
    await hub.ready(0.05)
    assert not hub.is_listening
    page = joined(hub, "customer-1")
    layer.fails = None
    await until(lambda: RESYNC in page.messages)
    await hub.stop()


# --- numbers


@pytest.fixture
def link():
    return Link(None, lambda frames, steps: None, lambda: None, Counter())


def message(sender, seq, frames=1):
    return {"from": sender, "seq": seq, "frames": ["frame"] * frames, "wakes": []}


def test_a_sender_is_numbered_from_one_and_beats_repeat_the_last(link):
    numbers = [link._number(counts)["seq"] for counts in (True, True, False, True)]
    assert numbers == [1, 2, 2, 3]


def test_a_new_sender_starts_at_one(link):
    assert not link._missed_before(message("a", 1))
    assert not link._missed_before(message("b", 0, frames=0))
    assert link._missed_before(message("c", 5)), "we listened all the while, and missed four"


def test_who_has_just_subscribed_missed_nothing_before(link):
    link._since = time.monotonic()
    assert not link._missed_before(message("a", 41))
    assert not link._missed_before(message("a", 42))
    assert link._missed_before(message("a", 44))
    assert not link._missed_before(message("a", 44)), "twice is not a gap"


def test_only_so_many_senders_are_remembered(link, monkeypatch):
    monkeypatch.setattr(link_module, "SENDERS_REMEMBERED", 3)
    for sender in "abcad":
        link._missed_before(message(sender, 1))
    assert list(link._last_of) == ["c", "a", "d"]
