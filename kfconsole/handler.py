"""HTTP requests in one hop: a whole sync request, from signals to close, in one call to a fixed pool.

Django's own ASGIHandler starts a thread for every request, hops to it for each sync middleware and
signal, and the database connection opened there dies with it. Here the pool's threads live on, and so
do their connections (CONN_MAX_AGE means what it says). As under any threaded WSGI server, what a
thread activates, a language or a time zone, stays until the next request sets it.

Follows the ASGIHandler of Django 5.2: read_body, create_request, listen_for_disconnect, send_response.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import django
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from .streaming import Streams, read_ahead

logger = logging.getLogger(__name__)


class OneHopHandler(ASGIHandler):
    """Answers HTTP scopes. Views and middleware are sync; an async view works, over a slow bridge."""

    def __init__(self) -> None:
        self.load_middleware(is_async=False)  # ASGIHandler's own __init__ would load them async
        self.threads: int = getattr(settings, "KF_THREADS", 4)
        self.max_waiting: int = getattr(settings, "KF_MAX_WAITING", 500)
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="kf-http")
        self.streams = Streams(self.pool)
        self.inside = 0  # requests that run or wait; counted on the loop only
        self.refused = 0

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Django can only handle ASGI/HTTP connections, not {scope['type']}.")
        await self.handle(scope, receive, send)

    async def handle(self, scope, receive, send) -> None:
        try:
            body_file = await self.read_body(receive)
            response = await self._work(scope, receive, body_file)
        except RequestAborted:
            return
        if response.streaming:
            await self.streams.send(response, self, receive, send)
        else:
            await self.send_response(response, send)

    async def _work(self, scope, receive, body_file) -> HttpResponseBase:
        """The hop. A request that finds too many waiting is told so at once."""
        if self.inside >= self.threads + self.max_waiting:
            body_file.close()
            return self._refuse()
        job = self.pool.submit(self._respond, scope, body_file)
        answer = asyncio.wrap_future(job)
        self.inside += 1
        try:
            left = self.inside > self.threads and await self._left_before(answer, job, receive)
            response = await answer
        finally:
            self.inside -= 1
            if job.cancelled():
                body_file.close()
        if left:
            if response.streaming:
                await self.streams.discard(response)
            raise RequestAborted
        return response

    async def _left_before(self, answer, job, receive) -> bool:
        """Behind others: if the client goes away before its turn, nobody need do the work."""
        gone = asyncio.ensure_future(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait([answer, gone], return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and job.cancel():
                raise RequestAborted
            return gone.done()
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)

    def _refuse(self) -> HttpResponse:
        self.refused += 1
        if self.refused % 100 == 1:
            logger.warning("Too many requests wait: %d refused so far", self.refused)
        return HttpResponse(
            "Too many requests are waiting. Try again in a moment.\n",
            status=503,
            content_type="text/plain",
            headers={"Retry-After": "2"},
        )

    def _respond(self, scope, body_file) -> HttpResponseBase:
        """In a thread of the pool: all that Django does for a request, as its WSGIHandler does it."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, response = self.create_request(scope, body_file)
        if request is None:
            body_file.close()
        else:
            response = self.get_response(request)
        response._handler_class = self.__class__
        if isinstance(response, FileResponse) and not response.is_async:
            response.block_size = self.chunk_size
            read_ahead(response)
        if not response.streaming:
            response.close()
        return response


def application() -> OneHopHandler:
    """What `django.core.asgi.get_asgi_application()` is for Django's own handler."""
    django.setup(set_prefix=False)
    return OneHopHandler()
