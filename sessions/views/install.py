"""What makes the console an app: its manifest, its service worker, its page without a network.

They are for everybody and say nothing about anybody: the service worker keeps them, and nothing else.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

LIGHT, DARK = "#f3f2ec", "#14312b"


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    return render(request, "install/sw.js", content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "install/offline.html")


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    inbox = reverse("inbox")
    return JsonResponse(
        {
            "id": inbox,
            "name": _("kfconsole: customer service"),
            "short_name": "kfconsole",
            "start_url": inbox,
            "scope": inbox,
            "display": "standalone",
            "background_color": LIGHT,
            "theme_color": DARK,
            "lang": request.LANGUAGE_CODE,
            "icons": [*_icons()],
            "shortcuts": [
                {"name": _("Mine"), "url": f"{inbox}?tab=mine"},
                {"name": _("Queue"), "url": f"{inbox}?tab=queue"},
                {"name": _("Search"), "url": reverse("search")},
            ],
        },
        content_type="application/manifest+json",
    )


def _icons():
    yield {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    for size in (192, 512):
        yield {"src": static(f"img/app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
    maskable = {"src": static("img/app-maskable.png"), "sizes": "512x512", "type": "image/png"}
    yield maskable | {"purpose": "maskable"}
