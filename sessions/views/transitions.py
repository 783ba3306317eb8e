from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from messaging.models import Message
from sessions import handing, surveys
from sessions.actions import Refused
from sessions.forms import TransferForm
from sessions.fragments import session_context
from sessions.models import Session
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
    form = TransferForm(session, request.user, request.POST)
    if not form.is_valid():
        return _ask(request, "transfer", session, problem=form.problem)
    given = form.cleaned_data
    hand_over = partial(handing.hand_over, session, given["to"], request.user, given["note"])
    try:
        return carry_out(request, session, hand_over)
    except Refused as refusal:
        return _ask(request, "transfer", session, problem=str(refusal.reason))


@require_http_methods(["GET", "POST"])
@signed_in
def end(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    if request.method == "GET":
        return _ask(request, "end", session)
    survey = surveys.ask if request.POST.get("survey") else surveys.decline
    return _try(request, session, lambda: session.end(request.user, survey=survey))


ASKED = {
    "transfer": handing.choices,
    "end": lambda session: {"survey": surveys.prospect(session)},
}


def _try(request: HttpRequest, session: Session, act: Callable[[], Message]) -> HttpResponse:
    try:
        return carry_out(request, session, act)
    except Refused as refusal:
        return refused(request, session.pk, str(refusal.reason))


def _ask(request: HttpRequest, name: str, session: Session, problem: str = "") -> HttpResponse:
    """The question in a dialog, or on a page of its own where there is no JavaScript."""
    context = (
        session_context(session)
        | ASKED[name](session)
        | {
            "name": name,
            "problem": problem,
            "chosen": request.POST.get("to", ""),
            "note": request.POST.get("note", ""),
            "form_template": f"sessions/_{name}.html",
            "tab": request.GET.get("tab") or request.POST.get("tab", ""),
        }
    )
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context, status=422 if problem else 200)
