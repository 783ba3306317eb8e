"""Views as Django's tutorial writes them: one that says hello, one that stores a callback."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from messaging.backends.wecom.views import Door
from messaging.models import Connection


@csrf_exempt
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello", content_type="text/plain")


@lru_cache
def door(slug: str) -> Door:
    return Door(Connection.objects.get(slug=slug))


@csrf_exempt
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    for row in door(slug).read(request.GET.dict(), request.body):
        row.save()
    return HttpResponse()


urlpatterns = [path("hello", hello), path("hooks/wecom/<slug:slug>/", callback)]
