"""The list beside every page: what it shows, and whether a session stands in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from sessions import beginning, chips, inbox, lists
from sessions.counts import counts_of
from sessions.fragments import facts_of
from sessions.inbox import Query
from sessions.models import Session
from sessions.surroundings import surroundings_of


def query_of(request: HttpRequest, session: Session | None = None) -> Query:
    """Pages send what they list with everything they do (the fields in #tab)."""
    return Query.of(request.user, params_of(request), session)


def params_of(request: HttpRequest) -> QueryDict:
    return request.POST if "tab" in request.POST else request.GET


def list_context(
    request: HttpRequest, session: Session | None = None, query: Query | None = None
) -> dict[str, Any]:
    query = query or query_of(request, session)
    page = inbox.page_of(request.user, query, request.GET.get("before-row", ""))
    context = switcher_context(request, query)
    is_bare = not (page.rows or context["counts"].by_account)
    missing = beginning.missing(request.user) if is_bare else ""
    return context | {"page": page, "missing": missing}


def list_answer(request: HttpRequest, query: Query) -> HttpResponse:
    """Another list, while the session that is open stays open."""
    response = render(request, "sessions/_list.html", list_context(request, query=query))
    path = (request.htmx.current_url_abs_path or "/").partition("?")[0]
    response["HX-Push-Url"] = f"{path}?{query.address}"
    return response


def switcher_context(request: HttpRequest, query: Query) -> dict[str, Any]:
    around = surroundings_of(request.user, query.filters)
    return {
        "query": query,
        "sort": query.order(request.user),
        "tab": query.tab,
        "tabs": lists.TABS,
        "menu": lists.MENU,
        "around": around,
        "chips": chips.chips_of(query, around.names),
        "counts": counts_of(request.user, around.who),
    }


def row_context(request: HttpRequest, session: Session) -> dict[str, Any]:
    """The switcher anew, and whether this page lists the session."""
    query = query_of(request)
    context = switcher_context(request, query)
    return context | {"is_listed": query.shows(facts_of(session), context["around"].who)}
