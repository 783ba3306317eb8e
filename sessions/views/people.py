from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from messaging import live
from messaging.fragments import draw
from sessions.forms import PreferencesForm
from sessions.models import Agent
from sessions.views.access import signed_in


class SignIn(LoginView):
    redirect_authenticated_user = True


@require_POST
@signed_in
def status(request: HttpRequest) -> HttpResponse:
    """Where others see it, and in every page of their own."""
    agent = request.user
    if request.POST.get("status") in Agent.Status.values:
        agent.be(Agent.Status(request.POST["status"]))
    context = {"agent": agent}
    live.announce(f"user-{agent.pk}", data={"html": draw("sessions/frames/status.html", context)})
    if not request.htmx:
        return redirect("inbox")
    return render(request, "sessions/frames/status.html", context)


@require_POST
@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST, instance=request.user)
    if form.is_valid():
        form.save()
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_ours else "inbox")
