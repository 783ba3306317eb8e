"""The page on which a customer says how satisfied they were: whoever has the link, without signing in.

The link is the right to answer, so there is neither a cookie nor a token beside it, and a foreign
page that could post here would have to know it.
"""

from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sessions import ratings
from sessions.models import Survey

MOST, PER_SECONDS = 60, 600  # looks and answers of one link
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        coerce=int, error_messages={"required": _("Please choose one of these.")}
    )
    comment = forms.CharField(max_length=ratings.LONGEST_COMMENT, required=False)

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"].choices = [(each.score, "") for each in survey.choices.choices]


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, key: str) -> HttpResponse:
    survey = ratings.of_key(key)
    with translation.override(_language(request, survey)):
        if survey is None or not survey.is_answerable(timezone.now()):
            return _page(request, "rating/over.html", 404 if survey is None else 410)
        if _is_too_often(survey):
            return _page(request, "rating/often.html", 429)
        if request.user.is_authenticated:  # a colleague who looks at what customers see
            return _asked(request, survey, RatingForm(survey), 403 if request.POST else 200)
        if request.method != "POST":
            return _asked(request, survey, RatingForm(survey))
        form = RatingForm(survey, request.POST)
        if not form.is_valid():
            return _asked(request, survey, form, 422)
        ratings.rate_on_page(survey, form.cleaned_data["score"], form.cleaned_data["comment"])
        return redirect(f"{request.path}?{_query(request, done=1)}")


def _asked(request: HttpRequest, survey: Survey, form: RatingForm, status: int = 200):
    language = _short()
    chosen = form["score"].value() or survey.rating
    context = {
        "survey": survey,
        "form": form,
        "question": survey.plan.words("question", language=language),
        "thanks": survey.plan.words("thanks", language=language),
        "choices": [(each, each.label(language)) for each in survey.choices.choices],
        "chosen": int(chosen) if str(chosen).isdigit() else None,
        "comment": form["comment"].value() or survey.comment,
        "is_done": "done" in request.GET and survey.rating is not None,
        "again": f"?{_query(request)}",
    }
    return _page(request, "rating/rating.html", status, context)


def _page(request: HttpRequest, template: str, status: int, context: dict | None = None):
    other = "en" if _short() == "zh" else "zh"
    context = (context or {}) | {"other": other, "other_language": LANGUAGES[other]}
    response = render(request, template, context, status=status)
    response["Content-Language"] = translation.get_language()
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _language(request: HttpRequest, survey: Survey | None) -> str:
    """What the reader asks for, what the plan asks in, what the browser prefers."""
    asked = request.GET.get("lang") or (survey.plan.language if survey else "")
    return LANGUAGES.get(asked) or translation.get_language_from_request(request)


def _short() -> str:
    return "zh" if translation.get_language().startswith("zh") else "en"


def _query(request: HttpRequest, **more: Any) -> str:
    """Of an address of this page in the same language."""
    asked = request.GET.get("lang")
    return urlencode(({"lang": asked} if asked in LANGUAGES else {}) | more)


def _is_too_often(survey: Survey) -> bool:
    key = f"rate-{survey.token}"
    cache.add(key, 0, PER_SECONDS)
    try:
        return cache.incr(key) > MOST
    except ValueError:  # it has just run out
        return False
