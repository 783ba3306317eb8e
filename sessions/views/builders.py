from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from messaging import media
from sessions import asking
from sessions.actions import Refused
from sessions.forms_builders import BUILDERS, Builder, MenuForm
from sessions.models import Agent, Session
from sessions.views.access import get_session, signed_in
from sessions.views.answers import carry_out


@require_http_methods(["GET", "POST"])
@signed_in
def build(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A link, mini program, place or menu: asked in a dialog, sent like any reply."""
    session = get_session(request, pk)
    if kind not in BUILDERS or kind not in session.customer.capabilities.kinds:
        raise Http404
    # A picture goes along as a file, where files can be sent.
    can = {"with_files": "image" in session.customer.capabilities.kinds}
    if request.method == "GET":
        given = _given(request, session, kind)
        return _ask(request, session, BUILDERS[kind](initial=given, **can))
    form = BUILDERS[kind](request.POST, request.FILES, **can)
    if not form.is_valid():
        return _ask(request, session, form)
    try:
        return carry_out(request, session, partial(_send, session, request.user, form))
    except asking.ColleagueWrites as refusal:
        return _ask(request, session, form, holder=refusal.holder)
    except asking.Unread as refusal:
        said = asking.said_since(session, request.user, form.cleaned_data["seen"])
        form.was_read(asking.newest(session))
        return _ask(request, session, form, problem=refusal.reason, said=said)
    except (Refused, media.FileRefused) as refusal:
        return _ask(request, session, form, problem=refusal.reason)


def _given(request: HttpRequest, session: Session, kind: str) -> dict[str, Any]:
    """What it begins with. The page says what it has shown so far; else it is all there is."""
    seen = {"seen": request.GET.get("seen") or asking.newest(session)}
    text = request.GET.get("text", "").strip()
    return seen | (MenuForm.offered(text) if kind == "msgmenu" else {})


def _send(session: Session, agent: Agent, form: Builder) -> None:
    asking.ask(session, agent, form.cleaned_data)
    thumb = form.cleaned_data.get("thumb")
    stored = media.attach(session.customer, thumb)[1] if thumb else None
    if stored and stored.kind != "image":
        media.forget_files(stored)
        raise Refused(_("The picture must be a JPG or PNG."))
    message = session.reply(agent, form.kind, form.content())
    if stored:
        media.bind(stored, message)


def _ask(request: HttpRequest, session: Session, form: Builder, **extra: Any) -> HttpResponse:
    context = {
        "session": session,
        "customer": session.customer,
        "form": form,
        "form_template": "sessions/_build.html",
    }
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context | extra, status=422 if form.is_bound else 200)
