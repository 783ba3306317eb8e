"""The page with a session open, and the answer to everything that is done on it.

An answer carries all that changed, so that whoever acted sees it even while nothing is pushed.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from messaging.fragments import announce_messages, messages_for_thread
from messaging.models import Message
from sessions import cards, composer, lines, thread
from sessions.fragments import announce_session, session_context
from sessions.models import Session
from sessions.views.access import get_session
from sessions.views.listing import list_context, row_context


def pane_context(request: HttpRequest, session: Session) -> dict[str, Any]:
    card = cards.context(request.user, session)
    own = [past for past in card["past"] if past.customer_id == session.customer_id]
    shown = _shown(request, session)
    return (
        session_context(session)
        | card
        | composer.context(request, session, shown.messages)
        | {
            "thread": shown,
            "boundaries": lines.boundaries(shown.messages, own),
            "first_new": _first_new(request, session, shown),
            "tab": _parameter(request, "tab") or "",
        }
    )


def _first_new(request: HttpRequest, session: Session, shown: thread.Thread) -> int | None:
    is_newest = not request.GET.keys() & {"at", "after", "before"}
    return lines.first_new(shown.messages, session, request.user) if is_newest else None


def _shown(request: HttpRequest, session: Session) -> thread.Thread:
    """The part of the thread that the address asks for; the newest when it asks for none."""
    at, query = request.GET.get("at", ""), request.GET
    if at.isdecimal() and len(at) < 19:
        return thread.around(session.customer, int(at))
    if "after" in query:
        return thread.after(session.customer, query["after"])
    if "before" in query:
        return thread.before(session.customer, query["before"])
    return thread.latest(session.customer)


def desk_page(
    request: HttpRequest, session: Session | None = None, status: int = 200, **extra: Any
) -> HttpResponse:
    context = list_context(request, session)
    if session:
        context = pane_context(request, session) | context
    return render(request, "sessions/inbox.html", context | extra, status=status)


def carry_out(
    request: HttpRequest, session: Session, verb: Callable[[], object], **extra: Any
) -> HttpResponse:
    """Do it, tell everybody, and give the actor what changed."""
    before = Message.objects.aggregate(newest=Max("id"))["newest"] or 0
    with transaction.atomic():
        verb()
        announce_messages(_rows_after(session, before))  # first: its next status is on its way
        announce_session(session)
    return done(request, session.pk, before, **extra)


def done(request: HttpRequest, pk: int, before: int, **extra: Any) -> HttpResponse:
    """Everything as it is now, with the rows that were not there before."""
    if not request.htmx:
        return redirect("session", pk)
    session = get_session(request, pk)
    return changed(request, session, messages=_rows_after(session, before), **extra)


def _rows_after(session: Session, before: int) -> list[Message]:
    """What a verb added: the row it is about, and those that came with it."""
    rows = messages_for_thread(session.customer.messages.filter(pk__gt=before))
    return list(rows.order_by("sent_at", "id"))


def refused(request: HttpRequest, pk: int, reason: str, **extra: Any) -> HttpResponse:
    """It was not allowed: say why, and show how things stand now."""
    session = get_session(request, pk)
    if not request.htmx:
        return desk_page(request, session, status=422, notice=reason, **extra)
    return changed(request, session, status=422, notice=reason, **extra)


def changed(
    request: HttpRequest,
    session: Session,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = session_context(session) | row_context(request, session)
    return render(request, "sessions/frames/changed.html", context | extra, status=status)


def _parameter(request: HttpRequest, name: str) -> str | None:
    return request.POST.get(name) or request.GET.get(name)
