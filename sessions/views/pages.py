from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions import thread
from sessions.fragments import session_context
from sessions.models import Session
from sessions.views.access import get_session, signed_in
from sessions.views.answers import desk_page, list_context, pane_context


def _wants(request: HttpRequest, target: str) -> bool:
    """Does htmx ask for this part of the page only?"""
    return bool(request.htmx) and request.htmx.target == target


@require_GET
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    if _wants(request, "div#more"):
        return render(request, "sessions/frames/more.html", list_context(request))
    if _wants(request, "section#list"):
        response = render(request, "sessions/_list.html", list_context(request))
        response["HX-Push-Url"] = _address_with_tab(request)
        return response
    return desk_page(request)


def _address_with_tab(request: HttpRequest) -> str:
    """Another tab, while the session that is open stays open."""
    path = (request.htmx.current_url_abs_path or "/").partition("?")[0]
    return f"{path}?tab={request.GET.get('tab', '')}"


@require_GET
@signed_in
def session(request: HttpRequest, pk: int) -> HttpResponse:
    opened = get_session(request, pk)
    if _wants(request, "div#earlier"):
        return render(request, "sessions/frames/earlier.html", pane_context(request, opened))
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
    return render(request, "sessions/frames/since.html", context)


def _missed(request: HttpRequest, opened: Session) -> dict[str, Any]:
    """The newest messages again; `is_broken` when there may be more between them and the page's.

    A page that has just been opened asks without a tab: it misses at most what came since, and
    what became of the rows of which it is unsure.
    """
    found = thread.latest(opened.customer)
    after = max(_numbers(request, "after"), default=0)
    is_broken = found.has_earlier and after not in found.ids
    if not is_broken and "tab" not in request.GET:
        found = found.only(after, _numbers(request, "unsure"))
    return session_context(opened) | {"thread": found, "is_broken": is_broken}


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(n) for n in request.GET.get(name, "").split(",") if n.isascii() and n.isdigit()}
