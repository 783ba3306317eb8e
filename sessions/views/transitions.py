from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from messaging.models import Message
from sessions import surveys
from sessions.actions import Refused
from sessions.forms import TransferForm, colleagues, servicers
from sessions.fragments import session_context
from sessions.models import Agent, Session
from sessions.views.access import get_session, signed_in
from sessions.views.answers import carry_out, refused


@require_POST
@signed_in
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    return _try(request, session, lambda: session.accept(request.user))


@require_http_methods(["GET", "POST"])
@signed_in
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    if request.method == "GET":
        return _ask(request, "transfer", session)
    form = TransferForm(session, request.POST)
    if not form.is_valid():
        return _ask(request, "transfer", session, problem=form.errors["to"][0])
    return _try(request, session, lambda: _transfer(session, form.cleaned_data["to"], request.user))


def _transfer(session: Session, to, by: Agent) -> Message:
    if to == "pool":
        return session.transfer_to_pool(by)
    if isinstance(to, Agent):
        return session.transfer_to_agent(to, by)
    return session.transfer_to_servicer(to, by)


@require_http_methods(["GET", "POST"])
@signed_in
def end(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    if request.method == "GET":
        return _ask(request, "end", session)
    survey = surveys.question if request.POST.get("survey") else None
    return _try(request, session, lambda: session.end(request.user, survey=survey))


def _try(request: HttpRequest, session: Session, act: Callable[[], Message]) -> HttpResponse:
    try:
        return carry_out(request, session, act)
    except Refused as refusal:
        return refused(request, session.pk, str(refusal.reason))


def _ask(request: HttpRequest, name: str, session: Session, problem: str = "") -> HttpResponse:
    """The question in a dialog, or on a page of its own where there is no JavaScript."""
    context = session_context(session) | {
        "name": name,
        "problem": problem,
        "colleagues": colleagues(session) if name == "transfer" else (),
        "servicers": servicers(session) if name == "transfer" else (),
        "form_template": f"sessions/_{name}.html",
        "tab": request.GET.get("tab") or request.POST.get("tab", ""),
    }
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context, status=422 if problem else 200)
