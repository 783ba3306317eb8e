"""Raw rows as a file: few at once, many in the background, on a page that tells how far they are."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messaging import files
from messaging.views import serve
from sessions import notices
from sessions.models import Agent, Export
from sessions.reports import raw
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind, said
from sessions.views.access import signed_in
from sessions.views.reports import TYPES, file_of, frame_of, reading_of

logger = logging.getLogger(__name__)
MOST = 50  # on a page
ENOUGH = gettext_lazy("Five files of yours are being made. Wait for one of them, or cancel one.")


@require_http_methods(["GET", "POST"])
@signed_in
def report_raw(request: HttpRequest, what: str, form: str) -> HttpResponseBase:
    """What was said is for leads, and taking it out is written down. An address alone makes nothing
    in the background: whoever comes by one is asked."""
    if what not in raw.RAW or form not in TYPES:
        raise Http404
    if not request.user.is_lead:
        return redirect("reports")
    reading = reading_of(request)
    rows = raw.about(what, reading)
    is_long = rows > settings.KF_EXPORT_ROWS
    if is_long and request.method == "GET":
        offer = Export(what=what, form=form, rows_all=rows)
        return _page(request, reading, offer=offer)
    if is_long:
        return _later(request, reading, rows, what=what, form=form)
    days = reading.asked.days
    logger.info("%s took out %s of %s to %s", request.user, what, days.first, days.last)
    title, columns = Export.What(what).label, raw.columns_of(what)
    return file_of(reading, what, form, title, columns, raw.rows_of(what, reading))


def _later(request: HttpRequest, reading: Reading, rows: int, **question: str) -> HttpResponse:
    days, zone = reading.asked.days, str(reading.asked.zone)
    ending = {"csv": "csv.zip", "xlsx": "xlsx"}[question["form"]]
    question["name"] = f"{question['what']}-{days.first}-{days.last}.{ending}"
    question |= {"query": str(reading.asked.fixed()), "language": get_language(), "zone": zone}
    if export := Export.ask(request.user, rows, **question):
        logger.info("%s asked for export %s, %s", request.user, export.pk, export.name)
        told = {"rows": said(rows, Kind.COUNT)}
        words = _(
            "About %(rows)s rows take a while: the file is made in the background. You may go on working, and are told when it is ready."
        )
        messages.success(request, words % told)
    else:
        messages.error(request, ENOUGH)
    return redirect("report_exports")


@require_GET
@signed_in
def report_exports(request: HttpRequest) -> HttpResponse:
    if not request.user.is_lead:
        return redirect("reports")
    reading = reading_of(request)
    if request.htmx and request.htmx.target == "section#exports":
        return render(request, "reports/_exports.html", _listed(request.user, reading))
    notices.read_exports(request.user)
    return _page(request, reading)


def _page(request: HttpRequest, reading: Reading, **more: Export) -> HttpResponse:
    context = frame_of(reading) | _listed(request.user, reading) | more
    return render(request, "reports/exports.html", context | {"is_exports": True})


def _listed(agent: Agent, reading: Reading) -> dict:
    exports = list(Export.objects.visible_to(agent).select_related("agent")[:MOST])
    served = {account.pk for account in reading.accounts}
    for one in exports:
        one.is_open = one.is_open_to(agent, served)
    going = any(one.is_going for one in exports)
    return {"exports": exports, "is_going": going, "reading": reading}


@require_GET
@signed_in
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    export = get_object_or_404(Export.objects.ready(), pk=pk, agent=request.user)
    served = set(request.user.visible_accounts().values_list("pk", flat=True))
    if not export.is_open_to(request.user, served):
        return _refused(request, _("That file holds rows of an account that you no longer serve."))
    try:
        response = serve(request, export, export.file, files.UNKNOWN, export.key)
    except Http404:
        return _refused(request, _("That file is no longer there: have it made anew."))
    notices.read_exports(request.user)
    logger.info("%s took export %s, %s", request.user, export.pk, export.name)
    return response


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("report_exports")


@require_POST
@signed_in
def cancel_export(request: HttpRequest, pk: int) -> HttpResponse:
    _get(request, pk).cancel()
    return redirect("report_exports")


@require_POST
@signed_in
def retry_export(request: HttpRequest, pk: int) -> HttpResponse:
    if not _get(request, pk).retry():
        messages.error(request, ENOUGH)
    return redirect("report_exports")


@require_POST
@signed_in
def delete_export(request: HttpRequest, pk: int) -> HttpResponse:
    _get(request, pk).remove()
    return redirect("report_exports")


def _get(request: HttpRequest, pk: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
