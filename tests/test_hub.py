"""The fan-out: encoded once, waiting for nobody, honest about what was missed."""

import asyncio

import pytest

from messaging import hub as hub_module
from messaging.hub import Hub
from messaging.sockets import QueuePipe, Socket
from tests.pipes import frame, joined, running_hub, until


@pytest.fixture
async def running():
    async with running_hub() as hub:
        yield hub


@pytest.fixture
def page(running):
    return joined(running, "customer-1")


async def test_equal_messages_are_encoded_once(running, monkeypatch):
    encoded = []
    encode = hub_module.encode
    monkeypatch.setattr(hub_module, "encode", lambda frames: encoded.append(1) or encode(frames))
    pipes = [joined(running, "customer-1") for _ in range(200)]
    running.publish(frame("x"))
    await until(lambda: all(pipe.texts for pipe in pipes))
    assert len(encoded) == 1


async def test_a_consumer_may_forward_less_or_nothing(running):
    short = frame("short")
    full = joined(running, "customer-1")
    less = joined(running, "customer-1", forward=lambda frame: short)
    none = joined(running, "customer-1", forward=lambda frame: None)
    running.publish(frame("long"))
    await until(lambda: full.texts and less.texts)
    assert less.messages == [{"content": "short"}]
    assert none.texts == []


async def test_a_filter_that_fails_costs_only_its_own_page(running, caplog):
    broken = joined(running, "customer-1", forward=lambda frame: 1 / 0)
    other = joined(running, "customer-1")
    running.publish(frame("x"))
    await until(lambda: other.texts)
    assert broken.texts == []
    assert "could not decide" in caplog.text


async def test_a_burst_becomes_messages_of_bounded_size(running, page):
    for number in range(300):
        running.publish(frame(f"{number:0999d} "))
    await until(lambda: "".join(m["content"] for m in page.messages).count(" ") == 300)
    contents = [message["content"] for message in page.messages]
    assert 1 < len(contents) < 10
    assert [int(word) for word in "".join(contents).split()] == list(range(300))


async def test_a_page_that_lags_misses_frames_then_is_told_to_catch_up(running, page, monkeypatch):
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.01)
    other = joined(running, "customer-1")
    page.held = hub_module.BUFFER_BYTES + 1
    running.publish(frame("missed"))
    await until(lambda: other.texts)
    assert page.texts == []
    page.held = 0
    await until(lambda: page.texts)
    assert page.messages == [{"data": [{"resync": True, "within": 0.0}]}]
    running.publish(frame("again"))
    await until(lambda: len(page.texts) == 2)


async def test_a_page_that_never_drains_is_cut_off(running, page, monkeypatch):
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(hub_module, "DRAIN_SECONDS", 0.05)
    page.held = hub_module.BUFFER_BYTES + 1
    running.publish(frame("missed"))
    await until(lambda: page.aborted)
    assert running.socket_count == 0


async def test_under_another_server_a_stuck_socket_holds_up_nobody(running, monkeypatch):
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.01)
    sent, free = [], asyncio.Event()

    async def send(message):
        sent.append(message)
        await free.wait()

    stuck, other = Socket(QueuePipe(send)), joined(running, "customer-1")
    running.join(stuck, "customer-1")
    size = hub_module.BUFFER_BYTES // 2
    for number in range(6):
        running.publish(frame("x" * size))
        await until(lambda number=number: len(other.texts) == number + 1)
    assert len(sent) == 1
    assert stuck.pipe.buffered() < 4 * size
    free.set()
    await until(lambda: "resync" in sent[-1]["text"])


async def test_resync_asks_a_room_of_pages_to_spread_out(running):
    pipes = [joined(running, f"user-{number}") for number in range(101)]
    running.resync()
    await until(lambda: all(pipe.texts for pipe in pipes))
    assert pipes[0].messages == [{"data": [{"resync": True, "within": 1.0}]}]


async def test_what_a_process_wants_to_know_itself_reaches_it_and_harms_no_page():
    hub, heard = Hub(), []
    hub.start()
    page = joined(hub, "customer-1")
    hub.hear("facts", heard.append)
    hub.hear("odd", lambda data: data["missing"])
    hub.publish(frame(group="odd", data={"n": 1}))
    hub.publish(frame(group="facts", data={"n": 2}))
    hub.publish(frame("seen"))
    await until(lambda: page.messages)
    assert heard == [{"n": 2}]
    await hub.stop()
