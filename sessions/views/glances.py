from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from sessions import glance as glances
from sessions.views.access import get_session, signed_in


@require_GET
@signed_in
def glance(request: HttpRequest, pk: int) -> HttpResponse:
    """Into a session of the past, without leaving the one that is open."""
    session = get_session(request, pk)
    if not request.htmx:
        return redirect("session", pk)
    cursor = request.GET.get("after", "")
    template = "sessions/_glance_lines.html" if cursor else "sessions/_glance.html"
    found = glances.of(session, request.user, cursor)
    context = {"session": session, "glance": found, "is_later": bool(cursor)}
    return render(request, template, context)
