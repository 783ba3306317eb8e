"""Saved reports: what was asked, kept under a name, for oneself or for all."""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from sessions.forms_schedule import ScheduleForm
from sessions.models import ReportSchedule, SavedReport
from sessions.reports.asking import Asked
from sessions.reports.pages import REPORTS
from sessions.views.access import signed_in
from sessions.views.reports import frame_of, reading_of

MOST = 50  # of one agent


class SavedReportForm(forms.ModelForm):
    """Leads may share with all; nobody else is asked."""

    report = forms.ChoiceField(choices=[(name, name) for name in REPORTS])

    class Meta:
        model = SavedReport
        fields = ("name", "report", "query", "is_shared")
        error_messages = {
            "name": {"required": _("Give it a name.")},
            "query": {"max_length": _("That is too much to keep: take filters away.")},
        }

    def __init__(self, agent, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.owner = agent
        if not agent.is_lead:
            del self.fields["is_shared"]

    def clean_query(self) -> str:
        """What makes sense of it, and no more."""
        return str(Asked.parse(QueryDict(self.cleaned_data["query"])))

    def clean(self) -> None:
        if self.instance.owner.saved_reports.count() >= MOST:
            raise forms.ValidationError(_("That is too much to keep: delete some first."))

    @property
    def problem(self) -> str:
        return next((str(problem) for found in self.errors.values() for problem in found), "")


@require_http_methods(["GET", "POST"])
@signed_in
def saved_reports(request: HttpRequest) -> HttpResponse:
    """All that one may see; a new one is opened, or comes back with what is wrong."""
    form = SavedReportForm(request.user, request.POST or None)
    if form.is_valid():
        saved = form.save()
        return redirect(f"{resolve_url('report', saved.report)}?{saved.query}".rstrip("?"))
    return page(request, form, ScheduleForm(request.user))


def page(request: HttpRequest, form: SavedReportForm, schedule: ScheduleForm) -> HttpResponse:
    schedules = ReportSchedule.objects.editable_by(request.user)
    context = frame_of(reading_of(request)) | {
        "form": form,
        "saved": SavedReport.objects.visible_to(request.user).select_related("owner"),
        "own": set(SavedReport.objects.editable_by(request.user).values_list("pk", flat=True)),
        "schedule_form": schedule,
        "schedules": list(schedules.select_related("report", "owner")),
        "is_saved_reports": True,
    }
    is_wrong = form.is_bound or schedule.is_bound
    return render(request, "reports/saved.html", context, status=422 if is_wrong else 200)


@require_POST
@signed_in
def delete_report(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedReport.objects.editable_by(request.user), pk=pk).delete()
    return redirect("saved_reports")
