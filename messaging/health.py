"""Is news coming in, do answers go out? One page for admins, with two things to press."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from messaging import backfill, failures, live
from messaging.backends import capabilities_of
from messaging.models import Account, Callback, Connection, Media, Message, Refusal

LAG_ALARM_SECONDS = 60
MEDIA_ALARM = timedelta(hours=24)  # a third of the time that the platform keeps a file


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": _("Health"),
        "now": now,
        "connections": connections(now),
        "endangered": endangered(now),
    }
    return TemplateResponse(request, "admin/health.html", context)


@require_POST
def pull_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for news at once, whatever pause an error has brought."""
    return _pull(request, pk, _("%(account)s is being read now."))


@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read all that the platform still has; what is here already is not stored twice."""
    backfill.ask(account=pk)
    return _pull(
        request,
        pk,
        _("What the platform still has of %(account)s is being read again."),
        cursor="",
        history_read_at=None,
    )


def _pull(request: HttpRequest, pk: int, said: str, **changes: Any) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    Account.objects.filter(pk=pk).update(poll_at=timezone.now(), not_before=None, **changes)
    live.wake("sync")
    messages.success(request, said % {"account": account})
    return redirect("health")


# --- what is shown ------------------------------------------------------------------------------


def connections(now: datetime) -> list[dict[str, Any]]:
    """Each connection with its accounts. A handful of queries, however many there are."""
    pending = _pending()
    failed = _failed_today(now)
    refused = _refused()
    by_connection = _accounts(now)
    return [
        {
            "connection": connection,
            "has_token": capabilities_of(connection.backend).is_pulled,
            "token_minutes": _minutes(connection.token_expires_at, now),
            "is_blocked": bool(connection.blocked_until and connection.blocked_until > now),
            # At staffService's own path an app is named by its id.
            "refusals": [
                refusal
                for name in {connection.slug, connection.identity[:40]}
                for refusal in refused[name]
            ],
            "pending": pending[connection.pk],
            "failed": failed[connection.pk],
            "accounts": by_connection[connection.pk],
        }
        for connection in Connection.objects.all()
    ]


def _accounts(now: datetime) -> dict[int, list[dict[str, Any]]]:
    waiting = {
        (row["connection"], row["open_kfid"]): row["count"]
        for row in Callback.objects.values("connection", "open_kfid").annotate(count=Count("pk"))
    }
    found = defaultdict(list)
    for account in Account.objects.select_related("connection"):
        found[account.connection_id].append(
            {
                "account": account,
                "can_be_read": _can_be_read(account.connection.backend),
                "waiting": waiting.get((account.connection_id, account.external_id), 0),
                "is_late": (account.lag_seconds or 0) > LAG_ALARM_SECONDS,
                "is_pausing": bool(account.not_before and account.not_before > now),
                "error": _error_of(account),
            }
        )
    return found


def _can_be_read(backend: str) -> bool:
    can = capabilities_of(backend)
    return can.is_pulled or can.has_transcripts


def _error_of(account: Account) -> failures.Failure | None:
    if account.error_code is None:
        return None
    return failures.of(account.connection.failures, account.error_code, account.error_text)


def _minutes(moment: datetime | None, now: datetime) -> int:
    return max(0, int((moment - now).total_seconds() // 60)) if moment else 0


def _refused() -> dict[str, list[Refusal]]:
    found = defaultdict(list)
    for refusal in Refusal.objects.order_by("-count"):
        found[refusal.slug].append(refusal)
    return found


def _pending() -> Counter[int]:
    rows = Message.objects.filter(status__in=Message.PENDING)
    counted = rows.values_list("account__connection").annotate(count=Count("pk"))
    return Counter(dict(counted.order_by()))


def _failed_today(now: datetime) -> Counter[int]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Message.objects.filter(pk__gte=_first_since(midnight), status=Message.Status.FAILED)
    counted = rows.values_list("account__connection").annotate(count=Count("pk"))
    return Counter(dict(counted.order_by()))


def _first_since(moment: datetime) -> int:
    """The id of the first row that arrived since: found by halving, as rows arrive in that order.

    A million rows cost twenty lookups by key, and no index on the time of arrival.
    """
    low, high = 0, (Message.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = (
            Message.objects.filter(pk__gte=middle).order_by("pk").values_list("created_at").first()
        )
        if row is None or row[0] >= moment:
            high = middle
        else:
            low = middle + 1
    return low


def endangered(now: datetime) -> list[Media]:
    """Files that could not be fetched for a day, the oldest first: they have two more."""
    waiting = Media.objects.filter(status=Media.Status.WANTED, due_at__isnull=False)
    old = waiting.filter(created_at__lt=now - MEDIA_ALARM)
    return list(old.select_related("account", "customer").order_by("created_at")[:20])
