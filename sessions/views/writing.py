"""What agents write besides answers: notes, drafts, and second thoughts about a message."""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from messaging import outbox
from messaging.fragments import announce_gone
from messaging.models import Message
from sessions import asking, drafts, notes, quotes
from sessions.actions import Refused
from sessions.forms import Asked, NoteForm
from sessions.fragments import announce_session
from sessions.models import Session
from sessions.views import builders
from sessions.views.access import get_session, signed_in
from sessions.views.answers import carry_out, changed, done, refused


@require_POST
@signed_in
def note(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        written = {"note_error": form.problem, "note_text": request.POST.get("note", "")}
        return refused(request, pk, "", **written)
    said = form.cleaned_data
    try:
        return carry_out(request, session, lambda: _note(request, session, said), unquote=True)
    except Refused as refusal:
        written = {"note_error": str(refusal.reason), "note_text": said["note"]}
        return refused(request, pk, "", **written)
    except IntegrityError:
        known = session.customer.messages.filter(author=request.user, msgid=said["msgid"]).first()
        if known is None:
            raise
        return done(request, pk, known.pk - 1)


def _note(request: HttpRequest, session: Session, said: dict) -> None:
    fields = {"msgid": said["msgid"]} if said["msgid"] else {}
    if quoted := quotes.of(session, said["quote"]):
        fields["content"] = {"quote": quoted}
    notes.write(session, request.user, said["note"], **fields)
    drafts.keep(session, request.user, "", is_note=True)


@require_POST
@signed_in
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what has been begun. Comes while somebody types: no answer, no news."""
    session = get_session(request, pk)
    is_note = request.POST.get("mode") == "note"
    drafts.keep(session, request.user, request.POST.get("text", ""), is_note=is_note)
    return HttpResponse(status=204)


@require_POST
@signed_in
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    message = _message(request, session)
    said, file = message.content, getattr(message, "media", None)
    form = builders.taken_back(session, message)
    text = said.get("said") or said.get("content", "")
    try:
        with transaction.atomic():
            session.take_back(request.user, message)
            drafts.put_back(session, request.user, text)
            announce_gone(message)
            announce_session(session)
    except Refused as refusal:
        return refused(request, pk, str(refusal.reason))
    if not request.htmx:
        return builders.ask(request, session, form) if form else redirect("session", pk)
    again = {"returned": text, **_quoted(session, said)}
    again |= builders.asked_by(form) if form else {"file": file}
    return changed(request, get_session(request, pk), gone=message.pk, **again)


def _quoted(session: Session, said: dict[str, Any]) -> dict[str, object]:
    """What a message answered to, if that can still be quoted."""
    try:
        return quotes.context(session, str(said.get("quote", {}).get("id", "")))
    except Refused:
        return {}


@require_POST
@signed_in
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_session(request, pk)
    message = _message(request, session)
    try:
        with session.held():
            asking.ask(session, request.user, Asked(request.POST).given)
            session.admit_retry(message, request.user)
            if not outbox.retry(message):
                raise Refused(_("It is on its way already."))
            announce_session(session)
    except asking.Unread:
        reason = _("Something was said meanwhile. Read it; Retry if it still fits.")
        return refused(request, pk, reason, shown=asking.newest(session))
    except asking.ColleagueWrites as refusal:
        reason = str(refusal.reason)
        return refused(request, pk, reason, holder=refusal.holder, take_for=message.pk)
    except Refused as refusal:
        return refused(request, pk, str(refusal.reason))
    return done(request, pk, message.pk - 1)


@require_GET
@signed_in
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom an @ may call."""
    context = {"team": notes.team_of(get_session(request, pk))}
    return render(request, "sessions/_team.html", context)


@require_GET
@signed_in
def quote(request: HttpRequest, pk: int) -> HttpResponse:
    """What the next words answer to, above the composer."""
    session = get_session(request, pk)
    context = _quoted(session, {"quote": {"id": request.GET.get("quote", "")}})
    return render(request, "sessions/_quoted.html", context | {"session": session})


def _message(request: HttpRequest, session: Session) -> Message:
    """The one that the pressed button names; "take" retries it in a colleague's turn."""
    pk = request.POST.get("message") or request.POST.get("take", "")
    return get_object_or_404(session.messages, pk=pk if pk.isascii() and pk.isdigit() else 0)
