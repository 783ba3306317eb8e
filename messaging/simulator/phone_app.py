"""The customer's phone as an ASGI app: `simulator_app(world, pages={"/phone/": phone_app(world)})`.

For the demo only: it asks nobody who they are. It needs Django's settings (templates, languages)
but no database. All addresses in its pages are relative to …/phone/, static files excepted.
"""

from collections.abc import Awaitable, Callable
from io import BytesIO
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.http.multipartparser import MultiPartParserError
from django.utils import translation

from . import phone_views
from .errors import Impossible, Refused
from .web import Response, read_request, write_response
from .world import World

PREFIX = "/phone/"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
PLAIN = "text/plain; charset=utf-8"
YEAR = 365 * 24 * 3600


def phone_app(world: World):
    """An ASGI app for everything under …/phone/."""
    return page_app(world, phone_views, PREFIX)


def page_app(world: Any, views: ModuleType, prefix: str) -> Callable:
    """The same for any page that a customer has: `views` with Chat, page, live, media and DEEDS."""

    async def app(scope: dict, receive, send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4404})
            return
        raw = await read_request(scope, receive)
        name = raw.path.partition(prefix)[2]
        response = await _answer(world, views, ASGIRequest(scope, BytesIO(raw.body)), name)
        response.headers = {**HEADERS, "cache-control": "no-store", **response.headers}
        await write_response(send, response)

    return app


async def _answer(world: Any, views: ModuleType, request: ASGIRequest, name: str) -> Response:
    try:
        host = request.get_host()  # an unknown one is refused: rebinding of names
        with translation.override(_language(request)):
            chat = views.Chat(world, request)
            if request.method == "POST":
                return await _do(chat, views, name, host)
            return await _show(chat, views, name)
    except (SuspiciousOperation, MultiPartParserError):
        return Response(b"bad request", PLAIN, 400)


async def _show(chat: Any, views: ModuleType, name: str) -> Response:
    if name == "":
        return _remember_language(chat.request, views.page(chat))
    if name == "live":
        return await views.live(chat)
    if name in views.DEEDS:  # a reload, or a link of a page that answered a refused deed
        return _go("?" + chat.request.META["QUERY_STRING"])
    folder, _, rest = name.partition("/")
    if folder == "media":
        return await views.media(chat, rest)
    return Response(b"not found", PLAIN, 404)


async def _do(chat: Any, views: ModuleType, name: str, host: str) -> Response:
    """A deed: 204 for the script, which hears of the change by itself; else back to the page."""
    by_script = chat.request.headers.get("X-Requested-With") == "phone"
    if not _is_same_origin(chat.request, host):
        return Response(b"only from this page", PLAIN, 403)
    if name not in views.DEEDS:
        return Response(b"not found", PLAIN, 404)
    try:
        address = views.DEEDS[name](chat)
        if isinstance(address, Awaitable):
            address = await address
    except (Impossible, Refused, KeyError, ValueError) as error:
        if by_script:
            return Response(str(error).encode(), PLAIN, 409)
        return views.page(chat, str(error), 409)
    if by_script:
        return Response(b"", PLAIN, 204)
    return _go(address)


def _go(address: str) -> Response:
    return Response(b"", PLAIN, 303, {"location": f"./{address}"})


def _is_same_origin(request: ASGIRequest, host: str) -> bool:
    """There is no session to steal here, but no other page shall play with the demo."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == host


def _language(request: ASGIRequest) -> str:
    """?lang= once, a cookie from then on, else the browser's."""
    known = dict(settings.LANGUAGES)
    asked = request.GET.get("lang", "")
    asked = {"zh": "zh-hans"}.get(asked, asked)
    return asked if asked in known else translation.get_language_from_request(request)


def _remember_language(request: ASGIRequest, response: Response) -> Response:
    if request.GET.get("lang"):
        language = _language(request)
        response.headers["set-cookie"] = (
            f"{settings.LANGUAGE_COOKIE_NAME}={language}; Path={request.path}; "
            f"Max-Age={YEAR}; SameSite=Lax"
        )
    return response
