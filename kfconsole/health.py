"""For load balancers and Prometheus: alive, ready, and how it goes. No one's words are in here."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from messaging import codes, hooks
from messaging.live import hub
from messaging.models import Account, Callback, Customer, Message
from sessions.lists import QUEUED
from sessions.models import Session, Survey

SURVEY_DELAY = "Age of a closing code when its survey was accepted, worst of the last hour"


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """The process can work: database, and Redis where it is set."""
    checks = {"database": _works(_ask_database), "live": hub.is_listening}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text. Only for who has the token (KF_METRICS_TOKEN) or asks from this machine."""
    if not _may_measure(request):
        return HttpResponse(status=403)
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    token = settings.KF_METRICS_TOKEN
    if token:
        return request.headers.get("Authorization") == f"Bearer {token}"
    is_proxied = "HTTP_X_FORWARDED_FOR" in request.META
    return not is_proxied and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


def _works(check) -> bool:
    try:
        check()
    except Exception:
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


class ConsoleCollector(Collector):
    """Read from the rows when somebody asks, so that every process tells the same."""

    def describe(self):
        """Without it, registering would collect, before there is a database."""
        return []

    def collect(self):
        yield _gauge("kf_callbacks_waiting", "Callbacks not pulled yet", Callback.objects.count())
        pending = Message.objects.filter(status__in=Message.PENDING).count()
        yield _gauge("kf_outbox_pending", "Messages waiting to be sent", pending)
        lanes = Customer.objects.filter(send_at__lt=timezone.now()).count()
        yield _gauge("kf_outbox_due", "Customers whose lane is due now", lanes)
        yield from _sessions()
        yield from _accounts()
        yield _gauge("kf_survey_delay_seconds", SURVEY_DELAY, _survey_delay())
        yield _counter("kf_hooks", "Callbacks answered, by outcome", "outcome", hooks.totals)
        yield _counter("kf_live", "Pushes of this process", "what", hub.stats)
        yield _gauge("kf_sockets", "Open websockets of this process", hub.socket_count)


def _sessions():
    counts = Session.objects.open().aggregate(
        open=Count("pk"),
        queue=Count("pk", filter=QUEUED),
    )
    yield _gauge("kf_sessions_open", "Open sessions", counts["open"])
    yield _gauge("kf_sessions_queue", "Sessions that nobody has accepted", counts["queue"])


def _accounts():
    facts = Account.objects.filter(is_active=True).aggregate(
        failing=Count("pk", filter=Q(failed_pulls__gt=0)), lag=Max("lag_seconds")
    )
    yield _gauge("kf_accounts_failing", "Accounts whose last pull failed", facts["failing"])
    yield _gauge("kf_lag_seconds", "Age of the newest row at its pull, worst", facts["lag"] or 0)


def _survey_delay() -> float:
    """Of the 20 s that a closing code lives: it began to live 20 s before it expires."""
    asked = Survey.objects.filter(sent_at__gte=timezone.now() - timedelta(hours=1))
    left = F("message__code__expires_at") - F("message__accepted_at")
    least = asked.aggregate(left=Min(ExpressionWrapper(left, DurationField())))["left"]
    return (codes.LIVES[codes.END] - least).total_seconds() if least is not None else 0


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _counter(name: str, text: str, label: str, values) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=[label])
    for key, value in dict(values).items():
        family.add_metric([str(key)], value)
    return family


REGISTRY.register(ConsoleCollector())
