"""Who may see what: every view is for a signed-in agent and fetches through them."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from sessions import inbox
from sessions.models import Session

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """To the sign-in page as a whole, also when only a part of a page was asked for."""

    @wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if not request.htmx:
            return redirect_to_login(request.get_full_path())
        back = request.htmx.current_url_abs_path or "/"
        address = f"{resolve_url('login')}?{urlencode({'next': back})}"
        return HttpResponse(status=204, headers={"HX-Redirect": address})

    return never_cache(inner)


def get_session(request: HttpRequest, pk: int) -> Session:
    return get_object_or_404(inbox.with_names(request.user.sessions()), pk=pk)
