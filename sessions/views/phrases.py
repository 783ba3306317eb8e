"""The page of phrases, and the list that the composer offers."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messaging import cutting
from messaging.views import serve
from sessions import phrases
from sessions.forms_phrases import PhraseForm
from sessions.models import Phrase, Session
from sessions.views.access import signed_in

PAGE = 50


@require_GET
@signed_in
def suggestions(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    query = request.GET.get("q", "")
    context = {"offers": phrases.suggest(session, request.user, query), "query": query}
    return render(request, "phrases/_options.html", context)


def _session(request: HttpRequest, pk: int) -> Session:
    theirs = request.user.sessions().select_related("customer", "account")
    return get_object_or_404(theirs, pk=pk)


@require_GET
@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """All of them; or, with ?session=, those for one session, filled in and ready to be copied."""
    number = int(request.GET["session"]) if request.GET.get("session", "").isdigit() else None
    session = _session(request, number) if number else None
    at = int(request.GET["page"]) if request.GET.get("page", "").isdigit() else 1
    found = asked_for(request, session)[(at - 1) * PAGE : at * PAGE + 1]
    values = phrases.values_of(session, request.user) if session else phrases.as_written()
    offers = phrases.offers(found, values)
    mine = Phrase.objects.editable_by(request.user)
    context = {
        "offers": offers[:PAGE],
        "editable": set(
            mine.filter(pk__in=[o.phrase.pk for o in offers]).values_list("pk", flat=True)
        ),
        "session": session,
        "scope": request.GET.get("scope", ""),
        "scopes": Phrase.Scope.choices,
        "query": request.GET.get("q", ""),
        "page": at,
        "has_more": len(offers) > PAGE,
    }
    return render(request, "phrases/phrases.html", context)


def asked_for(request: HttpRequest, session: Session | None = None) -> QuerySet[Phrase]:
    """What the filters of the page's address leave."""
    if session:
        found = Phrase.objects.visible_to(request.user, session.account)
    else:
        found = Phrase.objects.visible_to(request.user) | Phrase.objects.editable_by(request.user)
    scope = request.GET.get("scope")
    if scope in Phrase.Scope.values:
        found = found.filter(scope=scope)
    return found.matching(request.GET.get("q", ""))


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Phrase(owner=request.user))


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _editable(request, pk))


def _editable(request: HttpRequest, pk: int) -> Phrase:
    mine = Phrase.objects.editable_by(request.user)
    return get_object_or_404(mine.select_related("owner", "team", "account", "media"), pk=pk)


def _edit(request: HttpRequest, phrase: Phrase) -> HttpResponse:
    if request.method == "GET":
        return _form_page(request, PhraseForm(request.user, instance=phrase))
    form = PhraseForm(request.user, request.POST, request.FILES, instance=phrase)
    if "preview" in request.POST:
        return _form_page(
            request, PhraseForm(request.user, initial=request.POST.dict(), instance=phrase)
        )
    if not form.is_valid():
        return _form_page(request, form, status=422)
    form.save()
    messages.success(request, _("“%(title)s” is saved.") % {"title": phrase.title})
    return redirect("phrases")


def _form_page(request: HttpRequest, form: PhraseForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "phrase": form.instance, "variables": phrases.VARIABLES}
    context |= preview_of(form["body"].value() or "")
    return render(request, "phrases/phrase.html", context, status=status)


def preview_of(body: str) -> dict[str, Any]:
    body = body.replace("\r\n", "\n")
    values = phrases.examples()
    return {
        "parts": list(phrases.parts(body, values)),
        "blanks": phrases.blanks(body, values),
        "size": cutting.size_of(body),
        "limit": cutting.LIMIT,
    }


@require_POST
@signed_in
def preview(request: HttpRequest) -> HttpResponse:
    return render(request, "phrases/_preview.html", preview_of(request.POST.get("body", "")))


@require_http_methods(["GET", "POST"])
@signed_in
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    phrase = _editable(request, pk)
    if request.method == "GET":
        template = "sessions/_dialog.html" if request.htmx else "phrases/question.html"
        return render(
            request, template, {"phrase": phrase, "form_template": "phrases/_delete.html"}
        )
    phrase.delete()
    messages.success(request, _("“%(title)s” is deleted.") % {"title": phrase.title})
    return redirect("phrases")


@require_GET
@signed_in
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Its file, to all who may send it."""
    theirs = Phrase.objects.visible_to(request.user) | Phrase.objects.editable_by(request.user)
    stored = get_object_or_404(theirs.select_related("media"), pk=pk).media
    if stored is None:
        raise Http404
    return serve(request, stored, stored.file, stored.content_type, stored.sha256)
