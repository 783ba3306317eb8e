"""Saved views: lists with their filters and order, kept under a name, for oneself or for all."""

from dataclasses import replace

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions.inbox import Query
from sessions.models import SavedView
from sessions.views.access import signed_in
from sessions.views.listing import list_answer, query_of, switcher_context

MOST = 50  # own views of one agent


class ViewForm(forms.ModelForm):
    """Leads may share with all; nobody else is asked."""

    class Meta:
        model = SavedView
        fields = ("name", "is_shared")
        error_messages = {"name": {"required": _("Give it a name.")}}

    def __init__(self, agent, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not agent.is_lead:
            del self.fields["is_shared"]

    @property
    def problem(self) -> str:
        return next((str(problem) for found in self.errors.values() for problem in found), "")


@require_http_methods(["GET", "POST"])
@signed_in
def new_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is filtered and ordered now."""
    agent, asked = request.user, query_of(request)
    query = replace(asked, view=None, sort=asked.order(agent).name)
    form = ViewForm(agent, request.POST if "name" in request.POST else None)
    if not form.is_valid():
        return _ask(request, form, query, form.problem)
    if len(str(query)) > 500 or agent.saved_views.count() >= MOST:
        return _ask(
            request, form, query, _("That is too much to keep: take filters or views away.")
        )
    form.instance.owner, form.instance.query = agent, str(query)
    form.instance.position = SavedView.objects.visible_to(agent).count()
    view = form.save()
    return _opened(request, view)


def _ask(request: HttpRequest, form: ViewForm, query, problem) -> HttpResponse:
    context = {"form": form, "query": query, "problem": problem}
    context["form_template"] = "sessions/_new_view.html"
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context, status=422 if problem else 200)


def _opened(request: HttpRequest, view: SavedView) -> HttpResponse:
    if request.htmx:
        return list_answer(request, Query.of(request.user, QueryDict(f"view={view.pk}")))
    return redirect(f"{resolve_url('inbox')}?view={view.pk}")


@require_GET
@signed_in
def views(request: HttpRequest) -> HttpResponse:
    """One's own to be named, ordered and deleted; leads also see to those of all."""
    return _managed(request)


@require_POST
@signed_in
def rename_view(request: HttpRequest, pk: int) -> HttpResponse:
    form = ViewForm(request.user, request.POST, instance=_editable(request, pk))
    if not form.is_valid():
        return _managed(request, form.problem)
    form.save()
    return _managed(request)


@require_POST
@signed_in
def move_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down among its likes."""
    view = _editable(request, pk)
    with transaction.atomic():
        likes = SavedView.objects.visible_to(request.user).filter(is_shared=view.is_shared)
        ordered = list(likes)
        at = ordered.index(view)
        to = at + (-1 if request.POST.get("up") else 1)
        ordered.insert(max(to, 0), ordered.pop(at))
        for position, each in enumerate(ordered):
            each.position = position
        SavedView.objects.bulk_update(ordered, ["position"])
    return _managed(request)


@require_POST
@signed_in
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    _editable(request, pk).delete()
    return _managed(request)


def _editable(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.editable_by(request.user), pk=pk)


def _managed(request: HttpRequest, problem: str = "") -> HttpResponse:
    if request.method == "POST" and not request.htmx and not problem:
        return redirect("views")
    query = query_of(request)
    context = switcher_context(request, query) | {
        "own": request.user.saved_views.filter(is_shared=False),
        "shared": SavedView.objects.filter(is_shared=True),
        "problem": problem,
        "form_template": "sessions/_views.html",
    }
    template = "sessions/frames/views.html" if request.htmx else "sessions/question.html"
    return render(request, template, context, status=422 if problem else 200)
