from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from sessions.forms import PreferencesForm
from sessions.views.access import signed_in


class SignIn(LoginView):
    redirect_authenticated_user = True


@require_POST
@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST, instance=request.user)
    if form.is_valid():
        form.save()
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_ours else "inbox")
