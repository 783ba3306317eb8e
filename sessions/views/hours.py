"""Business hours: of all accounts that one leads, and of one of them, to be changed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import forms_hours
from sessions.forms_hours import HoursForm
from sessions.models import Hours
from sessions.reports import recounting
from sessions.timetable import Timetable, today
from sessions.views.access import signed_in

ACTS = ("weekdays", "copy", "holidays", "more", "preview")


@require_GET
@signed_in
def accounts(request: HttpRequest) -> HttpResponse:
    """Each with its present week and the next days that differ."""
    if not request.user.is_lead:
        raise PermissionDenied
    found = (
        request.user.led_accounts().select_related("recount").prefetch_related("hours__changed_by")
    )
    tables = [Timetable(account, account.hours.all()) for account in found]
    return render(request, "hours/accounts.html", {"tables": tables})


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    table = _table(request, pk)
    if request.method == "GET":
        draft = table.draft(_day(request.GET.get("since", "")))
        return _page(request, table, HoursForm.of(draft), draft)
    told, act = request.POST.copy(), request.POST.get("act", "")
    problem = _act(request, told, act)
    form = HoursForm(told)
    is_sound, draft = form.is_valid(), form.hours(table.account)
    if act in ACTS:
        return _page(request, table, form, draft, act=act, problem=problem)
    if not is_sound or _is_overtaken(table, form):
        return _page(request, table, form, draft, status=422)
    recounting.keep(draft, request.user)
    messages.success(request, _("The hours of %(account)s are saved.") % {"account": table.account})
    return redirect("hours", pk)


@require_POST
@signed_in
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    table = _table(request, pk)
    since = _day(request.POST.get("since", ""))
    recounting.delete(get_object_or_404(Hours, account=table.account, since=since), request.user)
    words = _("The hours from %(since)s on are deleted.") % {"since": since}
    messages.success(request, words)
    return redirect("hours", pk)


@require_GET
@signed_in
def left(request: HttpRequest, pk: int) -> HttpResponse:
    """How much is still to be counted anew."""
    account = get_object_or_404(request.user.led_accounts().select_related("recount"), pk=pk)
    return render(request, "hours/_left.html", {"account": account})


# --- pieces ---------------------------------------------------------------------------------------


def _table(request: HttpRequest, pk: int) -> Timetable:
    account = get_object_or_404(request.user.led_accounts().select_related("recount"), pk=pk)
    return Timetable(account, account.hours.select_related("changed_by"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _act(request: HttpRequest, told: QueryDict, act: str) -> str:
    """Do to the form what a button of it says; what stands in the way, in a sentence."""
    if act == "weekdays":
        forms_hours.like_monday(told)
    elif act == "more":
        forms_hours.more_rows(told)
    elif act == "copy":
        return _copy(request, told)
    elif act == "holidays":
        return _add_holidays(told)
    return ""


def _copy(request: HttpRequest, told: QueryDict) -> str:
    pk = told.get("other", "")
    is_key = pk.isdecimal() and len(pk) < 19
    account = request.user.led_accounts().filter(pk=pk).first() if is_key else None
    table = account and Timetable(account, account.hours.all())
    hours = table and table.on(forms_hours.since_of(told) or today())
    if not hours:
        return _("Choose an account that has hours.")
    forms_hours.copy(told, hours)
    return ""


def _add_holidays(told: QueryDict) -> str:
    year = told.get("year", "")
    if not (year.isdecimal() and len(year) < 5 and forms_hours.add_holidays(told, int(year))):
        return _(
            "The public holidays of %(year)s are not known here. They are decreed in November of the "
            "year before: enter them by hand, or update the console."
        ) % {"year": year}
    return ""


def _is_overtaken(table: Timetable, form: HoursForm) -> bool:
    """Somebody else has changed them since this page was opened."""
    if form.data.get("seen", table.seen) == table.seen:
        return False
    who = table.latest and table.latest.changed_by
    form.add_error(
        None,
        _(
            "%(who)s has changed these hours meanwhile: see “Hours over time”. Save again to put "
            "yours in their place."
        )
        % {"who": who or _("Somebody")},
    )
    return True


def _page(
    request: HttpRequest, table: Timetable, form: HoursForm, draft: Hours, *, act: str = "",
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {
        "table": table,
        "form": form,
        "draft": draft,
        "then": table.after(draft.since),
        "act": act,
        "problem": problem,
        "seen": form.data.get("seen", table.seen) if act else table.seen,
        "year": form.data.get("year") or today().year,
        "other": form.data.get("other"),
    }
    if request.htmx and act == "preview":
        return render(request, "hours/_preview.html", context | {"is_alone": True})
    others = request.user.led_accounts().filter(hours__isnull=False).exclude(pk=table.account.pk)
    context["others"] = others.distinct()
    template = "hours/_editor.html" if request.htmx and act else "hours/hours.html"
    return render(request, template, context, status=422 if problem else status)
