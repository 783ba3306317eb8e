"""The page of customers: who they are, and where each of them stands."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from sessions import chips
from sessions.customers import files
from sessions.customers.asking import LONGEST, Query
from sessions.customers.listing import Listing
from sessions.customers.narrowing import STATES
from sessions.models import Agent, Tag
from sessions.surroundings import surroundings_of
from sessions.transcript_text import as_read_by
from sessions.views.access import signed_in

logger = logging.getLogger(__name__)


@require_GET
@signed_in
def customers(request: HttpRequest) -> HttpResponse:
    """The page, or of it the list, the next rows, or what came since."""
    listing = Listing(request.user, Query.parse(request.GET))
    part = request.htmx.target if request.htmx else ""
    if part == "div#since":
        return render(request, "customers/frames/since.html", _since(listing, request.GET))
    page = listing.page(request.GET.get("before-row", ""))
    if part == "div#more-customers":
        return render(request, "customers/frames/more.html", _context(listing, page=page))
    context = _context(listing, page=page, top=page.top, chips=_chips(listing), longest=LONGEST)
    if part != "div#results":
        return render(request, "customers/customers.html", context)
    response = render(request, "customers/_results.html", context)
    response["HX-Replace-Url"] = _address(listing.query)
    return response


def _since(listing: Listing, params: QueryDict) -> dict[str, Any]:
    """How many would stand above this page's first row, and those of its rows that have changed."""
    top, keys = params.get("since-row", ""), params.get("rows", "").split(",")
    known = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    return _context(
        listing, top=top, news=listing.news(top), rows=listing.again(known) if known else []
    )


def _context(listing: Listing, **more: Any) -> dict[str, Any]:
    return {"query": listing.query, "found": listing.found, **more}


def _chips(listing: Listing) -> list[chips.Chip]:
    narrowed = listing.query.filters
    names = surroundings_of(listing.agent, narrowed).names if len(narrowed) else {}
    return chips.chips_of(listing.query, names)


def _address(query: Query) -> str:
    return f"{resolve_url('customers')}?{query}".rstrip("?")


@require_GET
@signed_in
def filter_customers(request: HttpRequest) -> HttpResponse:
    """All that the list can be narrowed by, in a dialog or on a page of its own."""
    query = Query.parse(request.GET)
    context = {
        "query": query,
        "filters": query.filters,
        "accounts": request.user.visible_accounts().order_by("name"),
        "agents": Agent.objects.filter(is_active=True).order_by("display_name", "username"),
        "tags": Tag.of_customers(),
        "states": STATES.items(),
        "form_template": "customers/_filters.html",
    }
    template = "sessions/_dialog.html" if request.htmx else "customers/question.html"
    return render(request, template, context)


@require_GET
@signed_in
def customers_file(request: HttpRequest) -> HttpResponseBase:
    """For leads; taking it out is written down."""
    query = Query.parse(request.GET)
    if not request.user.is_lead:
        return redirect(_address(query))
    logger.info("%s took out customers: %s", request.user, query)
    lines = files.csv(Listing(request.user, query))
    told = as_read_by(lines, translation.get_language(), timezone.get_current_timezone())
    name = f"customers-{timezone.localdate()}.csv"
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return StreamingHttpResponse(told, content_type="text/csv; charset=utf-8", headers=headers)
