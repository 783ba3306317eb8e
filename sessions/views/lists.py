"""Which sessions the list shows and in which order: the filter dialog, and the order's memory."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from sessions.filters import STATES
from sessions.models import Agent, Priority, Tag
from sessions.views.access import signed_in
from sessions.views.listing import list_answer, query_of


@require_POST
@signed_in
def sort(request: HttpRequest) -> HttpResponse:
    """Another order, kept for this agent and this list."""
    query = query_of(request).unsorted()
    order = request.POST.get("order")
    if order in query.listing.sorts:
        request.user.sorts[query.place] = order
        request.user.save(update_fields=["sorts"])
    if request.htmx:
        return list_answer(request, query)
    return redirect(f"{resolve_url('inbox')}?{query.address}")


@require_GET
@signed_in
def filter(request: HttpRequest) -> HttpResponse:
    """All that a list can be narrowed by, in a dialog or on a page of its own."""
    query = query_of(request)
    context = {
        "query": query,
        "filters": query.filters,
        "accounts": request.user.visible_accounts().order_by("name"),
        "agents": Agent.objects.filter(is_active=True).order_by("display_name", "username"),
        "tags": Tag.of_sessions(),
        "states": STATES.items(),
        "priorities": [(str(value), label) for value, label in Priority.choices],
        "form_template": "sessions/_filters.html",
    }
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context)
