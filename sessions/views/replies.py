from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from messaging import media
from messaging.models import Message
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
        return carry_out(request, session, lambda: _send(session, request.user, sent))
    except (Refused, media.FileRefused) as refusal:
        return _kept(request, pk, str(refusal.reason))
    except IntegrityError:
        message = _already_sent(session, request.user, sent["msgid"])
        if message is None:
            raise
        return done(request, pk, message.pk - 1)


def _kept(request: HttpRequest, pk: int, reason: str) -> HttpResponse:
    """The reason at the composer, with what was written still in it."""
    return refused(request, pk, "", reply_error=reason, reply_text=request.POST.get("text", ""))


def _send(session: Session, agent: Agent, sent: dict) -> None:
    """The file first, then the words; in one transaction, so both or neither."""
    msgid = {"msgid": sent["msgid"]} if sent["msgid"] else {}
    if sent["file"]:
        _send_file(session, agent, sent["file"], {} if sent["text"] else msgid)
    if sent["text"]:
        session.reply(agent, "text", {"content": sent["text"]}, **msgid)


def _already_sent(session: Session, agent: Agent, msgid: str) -> Message | None:
    """The page repeats a request whose answer it never saw under the same id."""
    return session.customer.messages.filter(author=agent, msgid=msgid).first()


def _send_file(session: Session, agent: Agent, upload, fields: dict) -> None:
    kind, stored = media.attach(session.customer, upload)
    message = session.reply(agent, kind, {"name": stored.name}, **fields)
    media.bind(stored, message)


@require_POST
@signed_in
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Its own agent has seen it. Others may look without taking the mark away."""
    session = get_session(request, pk)
    mine = Session.objects.filter(pk=pk, agent=request.user, unread__gt=0)
    if mine.update(unread=0):
        announce_session(session, moved=False)
    return HttpResponse(status=204)
