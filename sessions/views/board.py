from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions.board import board_of
from sessions.views.access import signed_in


@require_GET
@signed_in
def wallboard(request: HttpRequest) -> HttpResponse:
    """For everybody, each over the accounts they serve: who waits is no secret among those who answer."""
    accounts = request.user.visible_accounts().values_list("pk", flat=True)
    return render(request, "board/wallboard.html", {"board": board_of(frozenset(accounts))})
