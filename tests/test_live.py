"""From a commit in any thread to the pages of this process: announce, wake, attached."""

import asyncio
import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction

from messaging.live import announce, attached, hub, wake, wakes
from tests.pipes import frame, joined, running_hub, settled, until


@pytest.fixture
async def running():
    async with running_hub() as hub:
        yield hub


@pytest.fixture
def page(running):
    return joined(running, "customer-1")


def in_thread(function):
    """Run with a database connection of its own, as views and worker steps do."""

    def run():
        try:
            function()
        finally:
            connections.close_all()

    return sync_to_async(run, thread_sensitive=False)()


# --- announcing


@pytest.mark.both
async def test_an_announcement_is_heard_after_the_commit(transactional_db, page):
    def work():
        with transaction.atomic():
            announce("customer-1", "<p>hello</p>", {"kind": "text"})
            time.sleep(0.05)
            assert page.texts == []

    await in_thread(work)
    await until(lambda: page.texts)
    assert page.messages == [{"content": "<p>hello</p>", "data": [{"kind": "text"}]}]


async def test_what_is_rolled_back_is_not_announced(transactional_db, page):
    def work():
        with transaction.atomic():
            announce("customer-1", "never")
            transaction.set_rollback(True)

    await in_thread(work)
    await settled()
    assert page.texts == []


async def test_the_frames_of_a_transaction_are_one_message_in_order(transactional_db, page):
    def work():
        with transaction.atomic():
            for number in range(5):
                announce("customer-1", str(number))

    await in_thread(work)
    await until(lambda: page.texts)
    assert page.messages == [{"content": "01234"}]


async def test_a_plain_thread_is_heard_without_delay(transactional_db, page):
    began = time.monotonic()
    thread = threading.Thread(target=lambda: (announce("customer-1", "x"), connections.close_all()))
    thread.start()
    await until(lambda: page.texts)
    assert time.monotonic() - began < 1
    await asyncio.to_thread(thread.join)


async def test_only_those_who_watch_hear(running):
    alice, bob = joined(running, "customer-1", "user-1"), joined(running, "customer-2")
    running.publish(frame("for alice"))
    await until(lambda: alice.texts)
    await settled()
    assert alice.messages == [{"content": "for alice"}]
    assert bob.texts == []


async def test_data_without_html_has_no_content_to_swap(running, page):
    running.publish(frame(data={"ring": True}))
    await until(lambda: page.texts)
    assert page.messages == [{"data": [{"ring": True}]}]


async def test_who_left_hears_no_more(running, page):
    running.leave(page.socket)
    running.publish(frame("x"))
    await settled()
    assert page.texts == []
    assert running.groups == {}


@pytest.mark.django_db
def test_without_a_loop_announcing_and_waking_are_harmless(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        announce("customer-1", "x")
        wake("outbox")


async def test_the_hub_moves_to_a_new_loop():
    def another_loop():
        async def main():
            hub.start()
            pipe = joined(hub, "customer-1")
            hub.publish(frame("x"))
            await until(lambda: pipe.texts)

        asyncio.run(main())

    await asyncio.to_thread(another_loop)  # ends without stop(), as a killed test would
    await asyncio.to_thread(another_loop)
    hub.start()
    assert hub.socket_count == 0
    await hub.stop()


# --- waking


async def test_a_wake_reaches_whoever_waits(transactional_db, running):
    hints, others = wakes(), wakes()
    await in_thread(lambda: (wake("sync"), wake("outbox"), wake("sync")))
    await asyncio.sleep(0.5)  # all three have come by then, also on a busy machine
    assert await hints.wait(5) == {"sync", "outbox"}
    assert await others.wait(5) == {"sync", "outbox"}
    assert await hints.wait(0.01) == set()


# --- serving


async def test_attached_starts_the_hub_under_servers_with_and_without_lifespan():
    async def application(scope, receive, send):
        assert hub.is_listening
        await send("answered")

    sent, events = [], iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive():
        return next(events)

    async def send(message):
        sent.append(message)

    await attached(application)({"type": "http"}, receive, send)
    await attached(application)({"type": "lifespan"}, receive, send)
    assert sent[0] == "answered"
    assert [message["type"] for message in sent[1:]] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
