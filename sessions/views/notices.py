"""The bell: what an agent was told of, how they want to be told, and their browsers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import notices, webpush
from sessions.counts import counts_of
from sessions.forms_notices import BrowserForm, WishesForm
from sessions.models import Agent, Event
from sessions.views.access import signed_in
from sessions.wishes import Wishes

MOST_BROWSERS = 20


@require_GET
@signed_in
def latest(request: HttpRequest) -> HttpResponse:
    template = "notices/_latest.html" if request.htmx else "notices/notices.html"
    return render(request, template, _listed(request.user))


def _listed(agent: Agent) -> dict[str, Any]:
    return {"notices": notices.latest(agent), "hides": Wishes.of(agent).hides}


@require_GET
@signed_in
def arrived(request: HttpRequest) -> HttpResponse:
    """What came undrawn, as the page was said to look at its session, but no longer did."""
    session = request.GET.get("session", "")
    found = notices.of(request.user).unread().filter(event=Event.MESSAGE).to_draw()
    context = {
        "notices": found.filter(session=session)
        if session.isdecimal() and len(session) < 19
        else []
    }
    context |= {"hides": Wishes.of(request.user).hides}
    context |= {"bell": notices.bell(request.user, counts_of(request.user))}
    return render(request, "notices/frames/arrived.html", context)


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    notices.read(request.user)
    if not request.htmx:
        return redirect("notices")
    return render(request, "notices/_latest.html", _listed(request.user))


@require_http_methods(["GET", "POST"])
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    agent = request.user
    form = WishesForm(request.POST or None, initial=WishesForm.initial_of(Wishes.of(agent)))
    if form.is_valid():
        notices.wish(agent, form.wishes())
        messages.success(request, _("Saved."))
        return redirect("notice_settings")
    context = {"form": form, "zone": agent.zone.key, "browsers": agent.browsers.order_by("pk")}
    context["push_key"] = webpush.push_key().public
    return render(request, "notices/settings.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def keep_browser(request: HttpRequest) -> HttpResponse:
    """This browser wants to be told while no page is open."""
    form = BrowserForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"reason": _("This browser cannot be reached.")}, status=422)
    said = form.cleaned_data
    keys = {"p256dh": said["p256dh"], "auth": said["auth"]}
    webpush.keep(
        request.user,
        said["endpoint"],
        keys=keys,
        name=said["name"],
        language=get_language(),
        signed_in=request.session.session_key,
    )
    for old in request.user.browsers.order_by("-pk")[MOST_BROWSERS:]:
        old.delete()
    return HttpResponse(status=204)


@require_POST
@signed_in
def forget_browser(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(request.user.browsers, pk=pk).delete()
    messages.success(request, _("Removed."))
    return redirect("notice_settings")
