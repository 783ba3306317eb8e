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
from sessions import inbox, thread
from sessions.forms import TEXT_BYTES
from sessions.fragments import announce_session, session_context
from sessions.models import Session
from sessions.views.access import get_session

PAST = 10


def list_context(request: HttpRequest, session: Session | None = None) -> dict[str, Any]:
    tab = inbox.tab_of(_parameter(request, "tab"), session)
    return {
        "tab": tab,
        "tabs": inbox.TABS,
        "counts": inbox.counts_of(request.user),
        "page": inbox.page_of(request.user, tab, request.GET.get("before-row", "")),
    }


def pane_context(request: HttpRequest, session: Session) -> dict[str, Any]:
    past = session.customer.sessions.select_related("agent", "survey").order_by("-opened_at", "-id")
    past = list(past[:PAST])
    cursor = request.GET.get("before", "")
    return session_context(session) | {
        "thread": thread.before(session.customer, cursor)
        if cursor
        else thread.latest(session.customer),
        "is_cut": bool(cursor),
        "past": past,
        "newer": next((s.pk for s in past if session.is_ended and not s.is_ended), None),
        "text_bytes": TEXT_BYTES,
        "tab": _parameter(request, "tab") or "",
    }


def desk_page(
    request: HttpRequest, session: Session | None = None, status: int = 200, **extra: Any
) -> HttpResponse:
    context = list_context(request, session)
    if session:
        context = pane_context(request, session) | context
    return render(request, "sessions/inbox.html", context | extra, status=status)


def carry_out(request: HttpRequest, session: Session, verb: Callable[[], object]) -> HttpResponse:
    """Do it, tell everybody, and give the actor what changed."""
    before = Message.objects.aggregate(newest=Max("id"))["newest"] or 0
    with transaction.atomic():
        verb()
        announce_session(session)
        announce_messages(session.customer_id, _rows_after(session, before))
    return done(request, session.pk, before)


def done(request: HttpRequest, pk: int, before: int) -> HttpResponse:
    """Everything as it is now, with the rows that were not there before."""
    if not request.htmx:
        return redirect("session", pk)
    session = get_session(request, pk)
    return changed(request, session, messages=_rows_after(session, before))


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
    tab = inbox.tab_of(_parameter(request, "tab"))
    is_listed = inbox.shows(
        tab,
        agent=request.user.pk,
        holder=session.agent_id,
        ended=session.is_ended,
        native=bool(session.servicer),
    )
    context = session_context(session) | {
        "is_listed": is_listed,
        "tab": tab,
        "tabs": inbox.TABS,
        "counts": inbox.counts_of(request.user),
    }
    return render(request, "sessions/frames/changed.html", context | extra, status=status)


def _parameter(request: HttpRequest, name: str) -> str | None:
    return request.POST.get(name) or request.GET.get(name)
