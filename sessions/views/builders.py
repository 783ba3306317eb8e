from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from messaging import media
from messaging.models import Media, Message
from sessions import asking, outgoing
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
    if request.method == "GET":
        return ask(request, session, _form(session, kind, initial=_given(request, session, kind)))
    form = _form(session, kind, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return ask(request, session, form)
    try:
        return carry_out(request, session, partial(_send, session, request.user, form))
    except asking.ColleagueWrites as refusal:
        return ask(request, session, form, holder=refusal.holder)
    except asking.Unread as refusal:
        said = asking.said_since(session, request.user, form.cleaned_data["seen"])
        form.was_read(asking.newest(session))
        return ask(request, session, form, problem=refusal.reason, said=said)
    except (Refused, media.FileRefused) as refusal:
        return ask(request, session, form, problem=refusal.reason)


def taken_back(session: Session, message: Message) -> Builder | None:
    """The form with all that was typed, of a message that had one."""
    if message.kind not in BUILDERS:
        return None
    picture = getattr(message, "media", None)
    kept = {"again": True, "kept": picture.key if picture else "", "seen": asking.newest(session)}
    filled_in = BUILDERS[message.kind].filled_in(message.content)
    return _form(session, message.kind, initial=filled_in | kept)


def _form(session: Session, kind: str, **given: Any) -> Builder:
    """A picture goes along as a file, where files can be sent."""
    can_send_files = "image" in session.customer.capabilities.kinds
    return BUILDERS[kind](with_files=can_send_files, **given)


def _given(request: HttpRequest, session: Session, kind: str) -> dict[str, Any]:
    """What it begins with. The page says what it has shown so far; else it is all there is."""
    seen = {"seen": request.GET.get("seen") or asking.newest(session)}
    text = request.GET.get("text", "").strip()
    return seen | (MenuForm.offered(text) if kind == "msgmenu" else {})


def _send(session: Session, agent: Agent, form: Builder) -> None:
    asking.ask(session, agent, form.cleaned_data)
    stored = _picture(session, form)
    message = session.reply(agent, form.kind, form.content())
    if stored:
        media.bind(stored, message)


def _picture(session: Session, form: Builder) -> Media | None:
    """The one that was chosen; else that of a message that was taken back."""
    thumb, kept = form.cleaned_data.get("thumb"), form.cleaned_data["kept"]
    if thumb:
        _kind, stored = media.attach(session.customer, thumb)
    else:
        stored = outgoing.waiting(session, [kept])[0] if kept else None
    if stored and stored.kind != "image":
        if thumb:
            media.forget_files(stored)
        raise Refused(_("The picture must be a JPG or PNG."))
    return stored


def asked_by(form: Builder) -> dict[str, Any]:
    """What the dialog, or the page, is drawn from."""
    return {"form": form, "form_template": "sessions/_build.html"}


def ask(request: HttpRequest, session: Session, form: Builder, **extra: Any) -> HttpResponse:
    context = {"session": session, "customer": session.customer, **asked_by(form)}
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context | extra, status=422 if form.is_bound else 200)
