from functools import partial

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import media, recording
from messaging.models import Message
from sessions import notices, outgoing
from sessions.actions import Refused
from sessions.forms import ReplyForm
from sessions.fragments import announce_session
from sessions.models import Agent, Session
from sessions.views.access import get_session, signed_in
from sessions.views.answers import carry_out, done, refused


@require_POST
@signed_in
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _kept(request, pk, form.problem)
    sent = form.cleaned_data
    try:
        send = partial(outgoing.send, session, request.user, sent)
        return carry_out(request, session, send, unquote=True)
    except (Refused, media.FileRefused, IntegrityError) as error:
        message = sent["msgid"] and _already_sent(session, request.user, sent["msgid"])
        if message:
            return done(request, pk, message.pk - 1)
        if isinstance(error, IntegrityError):
            raise
        return _kept(request, pk, str(error.reason), **outgoing.hints(session, error))


def _kept(request: HttpRequest, pk: int, reason: str, **hints: object) -> HttpResponse:
    """The reason at the composer, with what was written still in it."""
    kept = {"reply_error": reason, "reply_text": request.POST.get("text", "")}
    return refused(request, pk, "", **kept, **hints)


@require_POST
@signed_in
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file as soon as it is chosen; it is sent when a reply names its key."""
    session = get_session(request, pk)
    if "file" not in request.FILES:
        return JsonResponse({"reason": _("Choose a file.")}, status=422)
    try:
        file = request.FILES["file"]
        if "recording" in request.POST:
            file = recording.as_voice(file)
        kind, stored = media.attach(session.customer, file)
    except media.FileRefused as refusal:
        return JsonResponse({"reason": str(refusal.reason)}, status=422)
    return JsonResponse({"key": stored.key, "kind": kind, "name": stored.name})


def _already_sent(session: Session, agent: Agent, msgid: str) -> Message | None:
    """The page repeats a request whose answer it never saw under the same id."""
    return session.customer.messages.filter(author=agent, msgid=msgid).first()


@require_POST
@signed_in
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Its own agent has seen it. Others may look without taking the mark away."""
    session = get_session(request, pk)
    mine = Session.objects.filter(pk=pk, agent=request.user, unread__gt=0)
    if mine.update(unread=0):
        announce_session(session)  # with the counts: titles say how many are unread
    notices.read(request.user, session)
    return HttpResponse(status=204)
