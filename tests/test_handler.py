"""One hop: what Django's own ASGI handler does, in one thread of a pool that lives on."""

import asyncio
import sys
import threading
import time
from concurrent.futures import wait

import django
import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.db import connection, connections
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse

from kfconsole import handler as handler_module
from kfconsole.handler import OneHopHandler

THIS = sys.modules[__name__]
seen = []


def hello(request):
    seen.append(("view", threading.current_thread().name))
    return HttpResponse("hello " + request.GET.get("name", ""))


def echo(request):
    return HttpResponse(request.body, headers={"X-Length": len(request.body)})


def broken(request):
    raise ZeroDivisionError


def where(request):
    return HttpResponse(reverse("where"))


def database(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(f"{id(connection.connection)}")


def wait_for_release(request):
    seen.append("began")
    THIS.release.wait(10)
    return HttpResponse("done")


async def on_the_bridge(request):
    await asyncio.sleep(0)
    return HttpResponse("async")


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
    for view in (
        hello, echo, broken, where, database, wait_for_release, on_the_bridge, rows, forever, half,
        ticks, download,
    )
]  # fmt: skip


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    settings.ROOT_URLCONF = THIS
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    settings.KF_THREADS, settings.KF_MAX_WAITING = 2, 3
    THIS.release, THIS.folder = threading.Event(), tmp_path
    seen.clear()


@pytest.fixture
def pages(site):
    pages = OneHopHandler()
    yield pages
    THIS.release.set()
    barrier = threading.Barrier(pages.threads)  # each thread closes its own connections
    wait([pages.pool.submit(_close, barrier) for _ in range(pages.threads)])
    pages.pool.shutdown()


def _close(barrier):
    connections.close_all()
    barrier.wait(5)


class Client:
    """One request; `gone()` hangs up."""

    def __init__(self, pages, url, body=b"", **scope):
        path, _, query = url.partition("?")
        self.scope = {
            "type": "http", "method": "POST" if body else "GET", "path": path, "headers": [],
            "query_string": query.encode(), "root_path": "", "scheme": "http",
            "server": ("testserver", 80), "client": ("127.0.0.1", 1), **scope,
        }  # fmt: skip
        self.inbox, self.parts = asyncio.Queue(), []
        for start in range(0, len(body), 50_000):
            self.inbox.put_nowait(
                {"type": "http.request", "body": body[start : start + 50_000], "more_body": True}
            )
        self.inbox.put_nowait({"type": "http.request", "body": b""})
        self.task = asyncio.ensure_future(pages(self.scope, self.inbox.get, self.take))

    async def take(self, message):
        self.parts.append(message)
        await asyncio.sleep(0)

    def gone(self):
        self.inbox.put_nowait({"type": "http.disconnect"})

    async def answer(self):
        await asyncio.wait_for(self.task, 10)
        return self.status, self.body

    @property
    def status(self):
        return self.parts[0]["status"]

    @property
    def headers(self):
        return {name.decode().lower(): value.decode() for name, value in self.parts[0]["headers"]}

    @property
    def body(self):
        return b"".join(part.get("body", b"") for part in self.parts[1:])


async def until(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, f"not within 5 s; seen: {seen[:5]}"
        await asyncio.sleep(0.005)


def test_the_handler_is_written_for_this_django():
    assert django.VERSION[:2] == (5, 2), "compare kfconsole/handler.py with the new ASGIHandler"
    for name in ("read_body", "create_request", "listen_for_disconnect", "send_response"):
        assert hasattr(ASGIHandler, name)


async def test_a_request_is_answered_by_the_view(pages):
    client = Client(pages, "/hello/?name=lin")
    assert await client.answer() == (200, b"hello lin")
    assert client.headers["content-length"] == "9"


async def test_signals_and_view_share_one_thread_of_the_pool(pages):
    def note(signal, **kwargs):
        seen.append((signal, threading.current_thread().name))

    request_started.connect(note)
    request_finished.connect(note)
    try:
        await Client(pages, "/hello/").answer()
    finally:
        request_started.disconnect(note)
        request_finished.disconnect(note)
    assert [what for what, _ in seen] == [request_started, "view", request_finished]
    assert len({thread for _, thread in seen}) == 1
    assert seen[0][1].startswith("kf-http")


@pytest.mark.both
async def test_the_database_connection_lasts_from_request_to_request(
    transactional_db, settings, site
):
    settings.KF_THREADS = 1
    pages = OneHopHandler()
    answers = {(await Client(pages, "/database/").answer()) for _ in range(3)}
    assert len(answers) == 1
    pages.pool.submit(connections.close_all).result()


async def test_a_large_body_arrives_whole(pages, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    body = bytes(range(256)) * 15_000
    assert await Client(pages, "/echo/", body).answer() == (200, body)


async def test_a_body_above_djangos_limit_is_refused(pages, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = b"x" * 2000
    headers = [(b"content-length", b"2000")]
    assert (await Client(pages, "/echo/", body, headers=headers).answer())[0] == 400


async def test_a_query_that_is_no_text_is_a_bad_request(pages):
    assert (await Client(pages, "/hello/", query_string=b"\xff").answer())[0] == 400


async def test_the_root_path_is_in_urls(pages):
    client = Client(pages, "/desk/where/", root_path="/desk")
    assert await client.answer() == (200, b"/desk/where/")
    assert await Client(pages, "/where/").answer() == (200, b"/where/")


async def test_a_failing_view_is_a_500_page(pages):
    status, body = await Client(pages, "/broken/").answer()
    assert status == 500
    assert b"Server Error" in body
    assert b"ZeroDivisionError" not in body


async def test_an_async_view_works(pages):
    assert await Client(pages, "/on_the_bridge/").answer() == (200, b"async")


async def test_other_protocols_are_refused(pages):
    with pytest.raises(ValueError, match="not websocket"):
        await pages({"type": "websocket"}, None, None)


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
    assert await Client(pages, "/hello/").answer() == (200, b"hello ")


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


def test_application_is_the_handler():
    assert isinstance(handler_module.application(), OneHopHandler)
