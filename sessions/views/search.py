from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions.operators import LONGEST
from sessions.search import find
from sessions.views.access import signed_in

PARTS = {
    "div#results": "sessions/_results.html",
    "div#more-hits": "sessions/frames/hits.html",
}


@require_GET
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """The page, or of it the results, or the next of them."""
    below = request.GET.get("below", "")
    text = request.GET.get("q", "")
    found = find(request.user, text, int(below) if below.isdecimal() and len(below) < 19 else None)
    template = PARTS.get(request.htmx.target if request.htmx else "", "sessions/search.html")
    return render(request, template, {"found": found, "longest": LONGEST, "below": below})
