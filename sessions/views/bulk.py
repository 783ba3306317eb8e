"""Several sessions at once: what is to be asked is asked first, then the result is shown with an undo."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions import bulk
from sessions.forms_triage import BULK_FORMS
from sessions.fragments import facts_of
from sessions.inbox import with_names
from sessions.models import Agent, Priority, Session, Tag
from sessions.views.access import signed_in
from sessions.views.answers import desk_page
from sessions.views.listing import query_of, switcher_context

QUESTIONS = ("assign", "tag", "priority", "snooze", "end")


@require_POST
@signed_in
def several(request: HttpRequest) -> HttpResponse:
    act = request.POST.get("act", "")
    keys = [int(key) for key in request.POST.getlist("session") if key.isdigit()]
    sessions = bulk.sessions_of(request.user, keys)
    if not sessions or (act not in bulk.ACTS and act not in QUESTIONS):
        return _shown(request, bulk.Result("none"))
    if act not in BULK_FORMS:
        return _shown(request, bulk.carry_out(act, sessions, request.user))
    is_asked = "sure" in request.POST
    form = BULK_FORMS[act](sessions, request.POST if is_asked else None)
    if not form.is_valid():
        return _ask(request, act, sessions, form, form.problem if is_asked else "")
    value = form.value()
    return _shown(request, bulk.carry_out(form.act(act), sessions, request.user, value))


@require_POST
@signed_in
def undo(request: HttpRequest) -> HttpResponse:
    result = bulk.undo(request.POST.get("token", ""), request.user)
    return _shown(request, result or bulk.Result("late"))


def _ask(
    request: HttpRequest, act: str, sessions: list[Session], form: Any, problem: str
) -> HttpResponse:
    context = {
        "act": act,
        "sessions": sessions,
        "form": form,
        "problem": problem,
        "query": query_of(request),
        "agents": Agent.objects.filter(is_active=True).order_by("display_name", "username"),
        "tags": Tag.of_sessions(),
        "priorities": Priority.choices,
        "form_template": "sessions/_bulk_question.html",
        "question": f"sessions/bulk/_{act}.html",
    }
    template = "sessions/frames/dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context, status=422 if problem else 200)


def _shown(request: HttpRequest, result: bulk.Result) -> HttpResponse:
    """The rows as they are now, the numbers, and what came of it."""
    context: dict[str, Any] = {"result": result}
    if not request.htmx:
        return desk_page(request, **context) if result.touched else _back(request)
    query = query_of(request)
    context |= switcher_context(request, query)
    rows = with_names(request.user.sessions().filter(pk__in=result.touched))
    who = context["around"].who
    context["changed"] = [(row, query.shows(facts_of(row), who)) for row in rows]
    context["unheard"] = _("It is too late to undo that.") if result.act == "late" else ""
    return render(request, "sessions/frames/bulk.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{resolve_url('inbox')}?{query_of(request).address}")
