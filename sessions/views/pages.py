from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from messaging.models import Message
from sessions import cards, notices, thread
from sessions.counts import counts_of
from sessions.fragments import session_context
from sessions.models import Session
from sessions.views.access import get_session, signed_in
from sessions.views.answers import desk_page, pane_context
from sessions.views.listing import list_answer, list_context, query_of


def _wants(request: HttpRequest, target: str) -> bool:
    """Does htmx ask for this part of the page only?"""
    return bool(request.htmx) and request.htmx.target == target


@require_GET
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    if _wants(request, "div#more"):
        return render(request, "sessions/frames/more.html", list_context(request))
    if _wants(request, "section#list"):
        return list_answer(request, query_of(request))
    return desk_page(request)


@require_GET
@signed_in
def session(request: HttpRequest, pk: int) -> HttpResponse:
    opened = get_session(request, pk)
    if _wants(request, "div#earlier"):
        return render(request, "sessions/frames/earlier.html", pane_context(request, opened))
    if _wants(request, "div#later"):
        return render(request, "sessions/frames/later.html", pane_context(request, opened))
    if _wants(request, "div#pane"):
        return render(request, "sessions/frames/pane.html", pane_context(request, opened))
    return desk_page(request, opened)


@require_GET
@signed_in
def since(request: HttpRequest) -> HttpResponse:
    """All that a page may have missed: the session it has open, and its list if it asks for that."""
    context = list_context(request) if "tab" in request.GET else {}
    for pk in _numbers(request, "session"):
        context |= _missed(request, get_session(request, pk))
    if "bell" in request.GET:
        context["bell"] = notices.bell(
            request.user, context.get("counts") or counts_of(request.user)
        )
    return render(request, "sessions/frames/since.html", context)


def _missed(request: HttpRequest, opened: Session) -> dict[str, Any]:
    """The newest messages again; `is_broken` when there may be more between them and the page's.

    A page that has just been opened asks without a tab: it misses at most what came since, and
    what became of the rows of which it is unsure.
    """
    found = thread.latest(opened.customer)
    after = max(_numbers(request, "after"), default=0)
    unsure = _numbers(request, "unsure")
    is_broken = found.has_earlier and after not in found.ids
    if not is_broken:
        narrowed = found if "tab" in request.GET else found.only(after, unsure)
        found = narrowed.with_earlier(opened.customer, unsure - found.ids)
    context = {"thread": found, "is_broken": is_broken, "gone": _gone(unsure - found.ids)}
    if "tab" in request.GET:
        opened.customer.account = opened.account
        context |= cards.parts_context(opened.customer, cards.PARTS)
    return session_context(opened) | context


def _gone(waited_for: set[int]) -> set[int]:
    """Those that were taken back meanwhile: the page still waits for what became of them."""
    if not waited_for:
        return waited_for
    return waited_for - set(Message.objects.filter(pk__in=waited_for).values_list("pk", flat=True))


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(n) for n in request.GET.get(name, "").split(",") if n.isascii() and n.isdigit()}
