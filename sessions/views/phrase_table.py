"""Phrases as a table: taken out of the console, and brought into it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sessions import phrase_csv, phrase_import
from sessions.forms_phrases import ImportForm
from sessions.phrase_import import Report
from sessions.views.access import signed_in
from sessions.views.phrases import asked_for

SHOWN = 100
MOST_IN_FIELD = 300_000  # characters: a form's fields may have a megabyte together


@require_GET
@signed_in
def export_table(request: HttpRequest) -> HttpResponse:
    found = asked_for(request).select_related("team", "account", "media")
    name = f"phrases-{timezone.localdate()}.csv"
    return HttpResponse(
        phrase_csv.write(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
@signed_in
def import_table(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, ImportForm(request.user, initial={"place": "mine"}))
    form = ImportForm(request.user, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    told = form.cleaned_data
    try:
        report = phrase_import.read(told["text"], request.user, told["place"])
    except phrase_csv.Unreadable as problem:
        form.add_error(None, str(problem))
        return _page(request, _with_lines(form, told["text"]), status=422)
    return _carry_out(request, form, report)


def _carry_out(request: HttpRequest, form: ImportForm, report: Report) -> HttpResponse:
    """All or nothing, unless the good lines alone were asked for; the others come back."""
    text, partly = form.cleaned_data["text"], form.cleaned_data["partly"]
    if report.problems and not partly:
        return _page(request, _with_lines(form, text), report=report, status=422)
    report.save()
    if not report.problems:
        messages.success(request, _told(report))
        return redirect("phrases")
    return _page(request, _with_lines(form, report.left), report=report, told=_told(report))


def _told(report: Report) -> str:
    new, changed = len(report.new), len(report.changed)
    return " ".join(
        (
            ngettext("%(count)s phrase is new.", "%(count)s phrases are new.", new)
            % {"count": new},
            ngettext("%(count)s was changed.", "%(count)s were changed.", changed)
            % {"count": changed},
        )
    )


def _with_lines(form: ImportForm, text: str) -> ImportForm:
    """The form with the lines of the file in its field, where they can be mended."""
    form.data = form.data.copy()
    form.data["lines"] = text if len(text) <= MOST_IN_FIELD else ""
    return form


def _page(
    request: HttpRequest,
    form: ImportForm,
    report: Report | None = None,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    problems = report.problems if report else []
    context = {
        "form": form,
        "problems": problems[:SHOWN],
        "failed": len(problems),
        "more": max(0, len(problems) - SHOWN),
        "good": len(report.new) + len(report.changed) if report else 0,
        "told": told,
    }
    return render(request, "phrases/import.html", context, status=status)
