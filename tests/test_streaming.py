"""Answers that take their time: requests that wait, streams, files, and clients that leave."""

import asyncio
import sys
import threading

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import path

from tests.asgi import Client, pages_of, until

THIS = sys.modules[__name__]
seen = []


def hello(request):
    seen.append("hello")
    return HttpResponse("hello")


def wait_for_release(request):
    seen.append("began")
    THIS.release.wait(10)
    return HttpResponse("done")


def rows(request):
    def produce():
        for number in range(3000):
            seen.append(threading.current_thread().name)
            yield f"{number:0100d}\n"

    return StreamingHttpResponse(produce())


def forever(request):
    def produce():
        try:
            while True:
                yield b"tick\n"
        finally:
            seen.append("closed")

    return StreamingHttpResponse(produce())


def late_forever(request):
    seen.append("late")
    THIS.second.wait(10)
    return forever(request)


def half(request):
    def produce():
        yield b"the first half"
        raise ZeroDivisionError

    return StreamingHttpResponse(produce())


def ticks(request):
    async def produce():
        for number in range(3):
            yield f"{number} {threading.current_thread() is threading.main_thread()}\n"

    return StreamingHttpResponse(produce())


def download(request):
    THIS.file = (THIS.folder / "file").open("rb")
    return FileResponse(THIS.file)


urlpatterns = [
    path(f"{view.__name__}/", view, name=view.__name__)
    for view in (hello, wait_for_release, rows, forever, late_forever, half, ticks, download)
]


@pytest.fixture
def pages(settings, tmp_path):
    seen.clear()
    THIS.release, THIS.second, THIS.folder = threading.Event(), threading.Event(), tmp_path
    with pages_of(THIS, settings) as pages:
        yield pages
        THIS.release.set()
        THIS.second.set()


# --- waiting


async def test_when_too_many_wait_the_next_is_told_at_once(pages):
    clients = [Client(pages, "/wait_for_release/") for _ in range(5)]
    await until(lambda: seen == ["began", "began"])
    refused = Client(pages, "/hello/")
    assert (await refused.answer())[0] == 503
    assert refused.headers["retry-after"]
    THIS.release.set()
    assert [await client.answer() for client in clients] == [(200, b"done")] * 5


async def test_a_client_that_left_while_waiting_costs_no_work(pages):
    clients = [Client(pages, "/wait_for_release/") for _ in range(2)]
    await until(lambda: seen == ["began", "began"])
    gone = Client(pages, "/hello/")
    await asyncio.sleep(0)
    gone.gone()
    await asyncio.wait_for(gone.task, 5)
    THIS.release.set()
    await asyncio.gather(*(client.task for client in clients))
    assert gone.parts == []
    assert seen == ["began", "began"]
    assert pages.inside == 0


async def test_a_client_that_leaves_during_the_work_does_no_harm(pages):
    client = Client(pages, "/wait_for_release/")
    await until(lambda: seen)
    client.gone()
    THIS.release.set()
    await client.answer()
    assert await Client(pages, "/hello/").answer() == (200, b"hello")


async def test_a_client_that_left_just_before_its_stream_began_gets_none(pages):
    clients = [Client(pages, "/wait_for_release/") for _ in range(2)]
    await until(lambda: seen == ["began", "began"])
    late = Client(pages, "/late_forever/")
    await asyncio.sleep(0.01)
    THIS.release.set()
    await until(lambda: "late" in seen)
    late.gone()
    await asyncio.sleep(0.01)
    THIS.second.set()
    await asyncio.wait_for(late.task, 5)
    assert late.parts == []
    await asyncio.gather(*(client.task for client in clients))


# --- streaming


async def test_a_generator_runs_on_one_thread_of_its_own(pages):
    client = Client(pages, "/rows/")
    status, body = await client.answer()
    assert (status, len(body)) == (200, 3000 * 101)
    assert len(set(seen)) == 1
    assert seen[0].startswith("kf-stream")


async def test_a_stream_ends_when_its_reader_leaves(pages):
    client = Client(pages, "/forever/")
    await until(lambda: len(client.parts) > 2)
    client.gone()
    await asyncio.wait_for(client.task, 5)
    assert seen == ["closed"]


async def test_a_stream_that_fails_halfway_does_not_end_as_if_complete(pages):
    client = Client(pages, "/half/")
    with pytest.raises(ZeroDivisionError):
        await client.answer()
    assert all(part.get("more_body") for part in client.parts[1:])


async def test_an_async_iterator_runs_on_the_loop(pages):
    status, body = await Client(pages, "/ticks/").answer()
    assert body == b"0 True\n1 True\n2 True\n"


@pytest.mark.parametrize("size", [0, 10_000, 3_000_000])
async def test_a_file_is_sent_and_closed(pages, size):
    content = bytes(range(250)) * (size // 250)
    (THIS.folder / "file").write_bytes(content)
    client = Client(pages, "/download/")
    assert await client.answer() == (200, content)
    assert client.headers["content-length"] == str(size)
    assert THIS.file.closed


async def test_a_small_file_needs_no_second_hop(pages, monkeypatch):
    jobs, submit = [], pages.pool.submit
    monkeypatch.setattr(pages.pool, "submit", lambda *args: jobs.append(args) or submit(*args))
    (THIS.folder / "file").write_bytes(b"small")
    await Client(pages, "/download/").answer()
    assert len(jobs) == 1
