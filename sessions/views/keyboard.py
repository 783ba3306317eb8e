"""The keys of one agent: the sheet that shows them, and the page on which they are chosen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sessions.forms_keyboard import KeyboardForm
from sessions.keyboard import bindings, by_group
from sessions.views.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def keyboard(request: HttpRequest) -> HttpResponse:
    if "reset" in request.POST:
        return _saved(request, {})
    form = KeyboardForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form.chosen)
    status = 422 if form.errors else 200
    return render(request, "keyboard/keyboard.html", {"form": form}, status=status)


def _saved(request: HttpRequest, chosen: dict) -> HttpResponse:
    request.user.keyboard = chosen
    request.user.save(update_fields=["keyboard"])
    messages.success(request, _("Your keys are saved."))
    return redirect("keyboard")


@require_GET
@signed_in
def sheet(request: HttpRequest) -> HttpResponse:
    shown = [each for each in bindings(request.user) if each.keys]
    context = {"groups": by_group(shown), "form_template": "keyboard/_sheet.html"}
    template = "sessions/_dialog.html" if request.htmx else "keyboard/sheet.html"
    return render(request, template, context)
