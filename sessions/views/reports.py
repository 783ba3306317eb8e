"""Reports: pages of figures, what stands behind each of them, and the same as files."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from messaging.models import Connection
from sessions.models import SavedReport, Session
from sessions.reports import tables
from sessions.reports.asking import CUSTOM, Asked
from sessions.reports.definitions import definitions_of
from sessions.reports.failing import Reason, failed
from sessions.reports.listing import Listing, cells_of, columns_of
from sessions.reports.metrics import METRICS
from sessions.reports.narrowing import Narrowing
from sessions.reports.pages import COMING, REPORTS
from sessions.reports.parts import Tile
from sessions.reports.periods import PRESETS, STEPS
from sessions.reports.reading import Reading
from sessions.reports.tables import Table
from sessions.transcript_text import as_read_by
from sessions.views.access import signed_in

PAGE, OVERVIEW = 50, "overview"
FAMILIES = ("errcode", "fail_type")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@signed_in
def report(request: HttpRequest, name: str = OVERVIEW) -> HttpResponse:
    """A page; or what changes of it when something else is asked for."""
    if name not in REPORTS:
        raise Http404
    reading = reading_of(request, "" if name == OVERVIEW else name)
    context = frame_of(reading) | {"report": REPORTS[name], "page": REPORTS[name].draw(reading)}
    if not (request.htmx and request.htmx.target == "div#report"):
        return render(request, "reports/report.html", context)
    response = render(request, "reports/frames/report.html", context)
    response["HX-Push-Url"] = f"{request.path}?{reading.asked}".rstrip("?")
    return response


@require_GET
@signed_in
def report_table(request: HttpRequest, name: str, table: str, form: str) -> HttpResponse:
    """One table of a report, with the same values as on its page."""
    if name not in REPORTS or form not in TYPES:
        raise Http404
    reading = reading_of(request)
    found = REPORTS[name].draw(reading).table(table)
    if found is None:
        raise Http404
    content = tables.as_csv(found) if form == "csv" else tables.as_xlsx(found)
    return HttpResponse(content, headers=_headers(reading, f"{name}-{table}", form))


@require_GET
@signed_in
def report_rows(request: HttpRequest, metric: str) -> HttpResponse:
    """The sessions, replies or stretches that a number counts."""
    listing = _listing(request, metric)
    reading = listing.reading
    page = Paginator(listing.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "listing": listing,
        "back": REPORTS.get(request.GET.get("report", ""), REPORTS[OVERVIEW]),
        "tile": Tile(listing.figure, ""),
        "table": listing.table(page.object_list),
        "page": page,
        "query": _query(request),
        "whole": _query(request, of="all"),
        "part": _query(request, of=None),
    }
    return render(request, "reports/rows.html", frame_of(reading) | context)


@require_GET
@signed_in
def report_failed(request: HttpRequest) -> HttpResponse:
    """The messages that failed for one reason."""
    reading, code = reading_of(request), request.GET.get("code", "")
    is_code = code.removeprefix("-").isdecimal() and len(code) < 12
    type = request.GET.get("type", "")
    reason = Reason(type if type in FAMILIES else "", int(code) if is_code else None, 0)
    events = failed(reading.reader, reading.selection, reason).order_by("-at", "-pk")
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    rows = list(cells_of(reading, page.object_list, "agent", "at"))
    table = Table("failed", _("What failed"), columns_of(_("Failed at")), rows)
    context = {"reason": reason, "table": table, "page": page, "query": _query(request)}
    return render(request, "reports/failed.html", frame_of(reading) | context)


@require_GET
@signed_in
def report_rows_file(request: HttpRequest, metric: str, form: str) -> HttpResponseBase:
    if form not in TYPES:
        raise Http404
    listing = _listing(request, metric)
    return file_of(
        listing.reading, metric, form, listing.metric.label, listing.columns, listing.all_values()
    )


@require_GET
@signed_in
def definitions(request: HttpRequest) -> HttpResponse:
    reading = reading_of(request)
    return render(
        request,
        "reports/definitions.html",
        frame_of(reading) | {"groups": definitions_of(), "is_definitions": True},
    )


# --- pieces ---------------------------------------------------------------------------------------


def reading_of(request: HttpRequest, report: str = "") -> Reading:
    return Reading(request.user, Asked.parse(request.GET), report)


def _listing(request: HttpRequest, metric: str) -> Listing:
    if metric not in METRICS:
        raise Http404
    return Listing(reading_of(request), metric, Narrowing.parse(request.GET))


def frame_of(reading: Reading) -> dict[str, Any]:
    """What stands around every report."""
    asked = reading.asked
    return {
        "reading": reading,
        "asked": asked,
        "reports": [one for one in REPORTS.values() if one.is_for(reading)],
        "coming": COMING,
        "saved": SavedReport.objects.visible_to(reading.reader),
        "query_of_all": str(replace(asked, layer="")),
        "presets": [*PRESETS.items(), (CUSTOM, _("Days of your choice"))],
        "steps": STEPS.items(),
        "endings": Session.EndedBy.choices,
        "backends": Connection.Backend.choices,
    }


def _query(request: HttpRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return query.urlencode()


def file_of(reading: Reading, name: str, form: str, title, columns, rows) -> HttpResponseBase:
    """Line by line: it may be long."""
    if form == "csv":
        pieces = tables.lines(columns, rows)
    else:
        pieces = tables.xlsx_pieces(str(title), columns, rows)
    told = as_read_by(pieces, translation.get_language(), timezone.get_current_timezone())
    return StreamingHttpResponse(told, headers=_headers(reading, name, form))


def _headers(reading: Reading, name: str, form: str) -> dict[str, str]:
    days = reading.asked.days
    file = f"{name}-{days.first}-{days.last}.{form}"
    return {
        "Content-Type": TYPES[form],
        "Content-Disposition": content_disposition_header(True, file),
    }
