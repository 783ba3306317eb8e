"""HTTP requests to the one-hop handler without a server; `gone()` hangs up."""

import asyncio
import time
from concurrent.futures import wait
from contextlib import contextmanager
from threading import Barrier

from django.db import connections

from kfconsole.handler import OneHopHandler


class Client:
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
        assert time.monotonic() < end, "not within 5 s"
        await asyncio.sleep(0.005)


@contextmanager
def pages_of(urlpatterns_module, settings, threads=2):
    """A handler of its own for the views of a test module."""
    settings.ROOT_URLCONF = urlpatterns_module
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    settings.KF_THREADS, settings.KF_MAX_WAITING = threads, 3
    pages = OneHopHandler()
    yield pages
    together = Barrier(threads)
    wait([pages.pool.submit(_close_connections, together) for _ in range(threads)])
    pages.pool.shutdown()


def _close_connections(together):
    """Each thread closes its own."""
    connections.close_all()
    together.wait(5)
