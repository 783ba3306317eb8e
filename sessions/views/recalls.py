from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from messaging.fragments import announce_message, messages_for_thread
from sessions.views.access import get_session, signed_in


@require_POST
@signed_in
def recalled(request: HttpRequest, pk: int) -> HttpResponse:
    """What was recalled, for who may read it; the thread tells that they have."""
    session = get_session(request, pk)
    rows = messages_for_thread(request.user.recalled().filter(customer=session.customer_id))
    asked = request.POST.get("message", "")
    asked = asked if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    with transaction.atomic():
        message = get_object_or_404(rows, pk=asked)
        announce_message(session.read_recalled(request.user, message))
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    context = {"session": session, "customer": session.customer, "message": message}
    return render(request, template, context | {"form_template": "sessions/_recalled.html"})
