"""What the pages of simulated customers have in common: a page, its news, its deeds.

For the demo only: they ask nobody who they are. They need Django's settings (templates, languages)
but no database. All addresses in a page are relative to it, static files excepted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.http.multipartparser import MultiPartParserError
from django.utils import translation

from .errors import Impossible, Refused
from .web import Response, read_request, write_response

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


@dataclass(frozen=True)
class Pages:
    """An ASGI app for everything under `prefix`.

    `chat` is the world through the eyes of one request, which `page`, `live`, `media` and the
    deeds are given. A deed returns the address to go on with.
    """

    prefix: str
    chat: Callable
    page: Callable
    live: Callable
    deeds: dict[str, Callable]
    media: Callable | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: dict, receive, send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4404})
            return
        raw = await read_request(scope, receive)
        response = await self._answer(scope, raw)
        usual = {**HEADERS, "cache-control": "no-store", **self.headers}
        response.headers = {**usual, **response.headers}
        await write_response(send, response)

    async def _answer(self, scope: dict, raw) -> Response:
        request = ASGIRequest(scope, BytesIO(raw.body))
        name = raw.path.partition(self.prefix)[2]
        try:
            host = request.get_host()  # an unknown one is refused: rebinding of names
            with translation.override(_language(request)):
                if request.method == "POST":
                    return self._do(self.chat(request), name, host)
                return await self._show(self.chat(request), name)
        except (SuspiciousOperation, MultiPartParserError):
            return Response(b"bad request", PLAIN, 400)

    async def _show(self, chat, name: str) -> Response:
        if name == "":
            return _remember_language(chat.request, self.page(chat))
        if name == "live":
            return await self.live(chat)
        if name in self.deeds:  # a reload, or a link of a page that answered a refused deed
            return _go("?" + chat.request.META["QUERY_STRING"])
        folder, _, rest = name.partition("/")
        if folder == "media" and self.media:
            return await self.media(chat, rest)
        return Response(b"not found", PLAIN, 404)

    def _do(self, chat, name: str, host: str) -> Response:
        """A deed: 204 for the script, which hears of the change by itself; else back to the page."""
        by_script = chat.request.headers.get("X-Requested-With") == "phone"
        if not _is_same_origin(chat.request, host):
            return Response(b"only from this page", PLAIN, 403)
        if name not in self.deeds:
            return Response(b"not found", PLAIN, 404)
        try:
            address = self.deeds[name](chat)
        except (Impossible, Refused, KeyError, ValueError) as error:
            if by_script:
                return Response(str(error).encode(), PLAIN, 409)
            return self.page(chat, str(error), 409)
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
