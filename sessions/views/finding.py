from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions import palette
from sessions.models import Session
from sessions.views.access import signed_in

LONGEST = 60


@require_GET
@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """What the command bar offers beside the commands of its page."""
    text = request.GET.get("q", "")[:LONGEST]
    found = palette.find(request.user, text, _open(request))
    return render(request, "keyboard/_found.html", {"found": found, "query": text})


def _open(request: HttpRequest) -> Session | None:
    """The session that the page has open, if any."""
    key = request.GET.get("session", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    theirs = request.user.sessions().select_related("customer", "account")
    return theirs.filter(pk=key).first()
