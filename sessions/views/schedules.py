"""Saved reports that are sent regularly: for leads, on the page of saved reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from sessions.forms_schedule import ScheduleForm
from sessions.models import ReportSchedule
from sessions.views.access import signed_in
from sessions.views.saved_reports import SavedReportForm, page


@require_POST
@signed_in
def add_schedule(request: HttpRequest) -> HttpResponse:
    if not request.user.is_lead:
        return redirect("saved_reports")
    schedule = ScheduleForm(request.user, request.POST)
    if schedule.is_valid():
        schedule.save()
        return redirect("saved_reports")
    return page(request, SavedReportForm(request.user), schedule)


@require_http_methods(["GET", "POST"])
@signed_in
def edit_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    schedule = ScheduleForm(request.user, request.POST or None, instance=_get(request, pk))
    if schedule.is_valid():
        schedule.save()
        return redirect("saved_reports")
    return page(request, SavedReportForm(request.user), schedule)


@require_POST
@signed_in
def send_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    _get(request, pk).send_now()
    return redirect("saved_reports")


@require_POST
@signed_in
def pause_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    _get(request, pk).pause()
    return redirect("saved_reports")


@require_POST
@signed_in
def resume_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    _get(request, pk).resume()
    return redirect("saved_reports")


@require_POST
@signed_in
def delete_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    _get(request, pk).delete()
    return redirect("saved_reports")


def _get(request: HttpRequest, pk: int) -> ReportSchedule:
    theirs = ReportSchedule.objects.editable_by(request.user).select_related("report", "owner")
    return get_object_or_404(theirs, pk=pk)
