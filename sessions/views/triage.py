"""Sorting one session: its tags, priority, snooze and read mark, and the agent's own pin."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messaging import live
from messaging.fragments import draw
from sessions.actions import Refused
from sessions.forms_triage import PriorityForm, SnoozeForm, TagsForm
from sessions.models import Pin, Priority, Session, Tag
from sessions.views.access import get_session, signed_in
from sessions.views.answers import carry_out
from sessions.views.listing import query_of


@require_GET
@signed_in
def menu(request: HttpRequest, pk: int) -> HttpResponse:
    """All that can be done with a row, without opening it."""
    session = get_session(request, pk)
    is_pinned = Pin.objects.filter(agent=request.user, session=session).exists()
    return _ask(request, session, "acts", is_pinned=is_pinned)


@require_http_methods(["GET", "POST"])
@signed_in
def tags(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    context = {"tags": Tag.of_sessions(), "has": {tag.pk for tag in session.shown_tags}}
    if request.method == "GET":
        return _ask(request, session, "tags", **context)
    form = TagsForm(request.user, request.POST)
    if not form.is_valid():
        return _ask(request, session, "tags", problem=form.problem, **context)
    wanted, before = form.chosen(), form.before(session)
    act = lambda: session.tag(request.user, wanted - before, before - wanted)  # noqa: E731
    return _try(request, session, "tags", act, context)


@require_http_methods(["GET", "POST"])
@signed_in
def priority(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    form = PriorityForm(request.POST or None)
    context = {"priorities": Priority.choices}
    if not form.is_valid():
        return _ask(request, session, "priority", **context)
    level = form.cleaned_data["level"]
    act = lambda: session.set_priority(level, request.user)  # noqa: E731
    return _try(request, session, "priority", act, context)


@require_http_methods(["GET", "POST"])
@signed_in
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    form = SnoozeForm(request.POST or None, closes_at=session.closes_at)
    context = {"form": form}
    if not form.is_valid():
        return _ask(request, session, "snooze", problem=form.problem, **context)
    until = form.cleaned_data["until"]
    return _try(request, session, "snooze", lambda: session.snooze(until, request.user), context)


@require_POST
@signed_in
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    return carry_out(request, session, lambda: session.wake(request.user))


@require_POST
@signed_in
def unread(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    return _try(request, session, "acts", lambda: session.mark(unread=True), {})


@require_POST
@signed_in
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """On top of this agent's lists, or down again: nobody else is concerned."""
    session = get_session(request, pk)
    pinned, is_new = Pin.objects.get_or_create(agent=request.user, session=session)
    if not is_new:
        pinned.delete()
    keys = Pin.objects.filter(agent=request.user).values_list("session_id", flat=True)
    context = {"pins": ",".join(map(str, keys))}
    live.announce(
        f"user-{request.user.pk}", data={"html": draw("sessions/frames/pins.html", context)}
    )
    if not request.htmx:
        return redirect(f"/?{query_of(request).address}")
    return render(request, "sessions/frames/pins.html", context | {"closes": True})


def _try(
    request: HttpRequest,
    session: Session,
    name: str,
    act: Callable[[], object],
    context: dict[str, Any],
) -> HttpResponse:
    try:
        return carry_out(request, session, act)
    except Refused as refusal:
        return _ask(request, session, name, problem=str(refusal.reason), **context)


def _ask(
    request: HttpRequest, session: Session, name: str, problem: str = "", **context: Any
) -> HttpResponse:
    """In a dialog, or on a page of its own where there is no JavaScript."""
    context |= {
        "session": session,
        "customer": session.customer,
        "problem": problem,
        "query": query_of(request),
        "form_template": f"sessions/_{name}.html",
    }
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context, status=422 if problem else 200)
