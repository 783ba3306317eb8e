"""One hop: what Django's own ASGI handler does, in one thread of a pool that lives on."""

import asyncio
import sys
import threading

import django
import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.db import connection
from django.http import HttpResponse
from django.urls import path, reverse

from kfconsole.handler import OneHopHandler, application
from tests.asgi import Client, pages_of

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


async def on_the_bridge(request):
    await asyncio.sleep(0)
    return HttpResponse("async")


urlpatterns = [
    path(f"{view.__name__}/", view, name=view.__name__)
    for view in (hello, echo, broken, where, database, on_the_bridge)
]


@pytest.fixture
def pages(settings):
    seen.clear()
    with pages_of(THIS, settings) as pages:
        yield pages


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
async def test_the_database_connection_lasts_from_request_to_request(transactional_db, settings):
    with pages_of(THIS, settings, threads=1) as pages:
        answers = {await Client(pages, "/database/").answer() for _ in range(3)}
    assert len(answers) == 1


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
    assert b"<html" in body
    assert b"ZeroDivisionError" not in body


async def test_an_async_view_works(pages):
    assert await Client(pages, "/on_the_bridge/").answer() == (200, b"async")


async def test_other_protocols_are_refused(pages):
    with pytest.raises(ValueError, match="not websocket"):
        await pages({"type": "websocket"}, None, None)


def test_application_is_the_handler(settings):
    settings.MIDDLEWARE = []
    assert isinstance(application(), OneHopHandler)
