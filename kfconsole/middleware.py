"""Request ids for the logs; the signed-in agent's language and time zone."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kfconsole.logs import new_request_id, request_id

Respond = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reset = request_id.set(new_request_id())
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(reset)


class AgentPreferencesMiddleware:
    """An agent's own language wins, then the browser's; the zone is theirs or the installation's."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        with translation.override(language), timezone.override(self._zone(request)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        chosen = getattr(request.user, "language", "")
        return chosen or translation.get_language_from_request(request)

    @staticmethod
    def _zone(request: HttpRequest) -> zoneinfo.ZoneInfo:
        name = getattr(request.user, "time_zone", "") or settings.TIME_ZONE
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo(settings.TIME_ZONE)
