"""Web Push (RFC 8030, 8291, 8292): what an agent missed while no page was open, to their browsers.

A browser is told what came since it was last told, as one message: a burst is one notice. No page
waits for this, and without a push service in reach everything else works.
"""

import json
import logging
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from html import unescape
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.auth import get_user
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from py_vapid import Vapid02

from messaging import guard, leases
from messaging.fields import Secrets
from sessions import endpoints, notices
from sessions.models import Agent, Event, How, Notice, PushKey, Session, Subscription
from sessions.wishes import Wishes

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=2)  # what is read at once in a page is no news
TTL = 4 * 3600  # seconds for which the push service keeps it for a browser that sleeps
PAUSES = [timedelta(seconds=s) for s in (5, 30, 120, 600)]
LINES = 4
BODY = 200
GONE = (404, 410)
PASSING = (401, 403, 408, 429)


def send(owner: str) -> int:
    """Tell one browser what it has not heard of. Returns how many were tried."""
    due = _with_news(Subscription.objects.filter(due_at__lte=timezone.now()))
    taken = leases.claim(due.order_by("due_at"), owner, field="due_at")
    for subscription in Subscription.objects.filter(pk__in=taken).select_related("agent"):
        _serve(subscription)
    return len(taken)


def _with_news(subscriptions: QuerySet) -> QuerySet:
    fresh = Notice.objects.unread().filter(
        agent=OuterRef("agent"), at__gt=OuterRef("told_at"), at__lte=timezone.now() - GRACE
    )
    queued = Session.objects.in_queue().filter(pk__gt=OuterRef("told_session"))
    wants_queue = Q(agent__wishes__how__queue=How.DESKTOP)  # usually it is told in the page
    return subscriptions.filter(Exists(fresh) | wants_queue & Exists(queued))


def _serve(subscription: Subscription) -> None:
    now = timezone.now()
    told = {"told_at": now - GRACE, "told_session": newest_session()}
    if not is_signed_in(subscription):
        return subscription.delete()
    payload = payload_for(subscription, now - GRACE)
    if payload is None:
        return _settle(subscription, due_at=now, **told)
    try:
        status = _post(subscription, payload)
    except (guard.Away, guard.Forbidden, ValueError) as error:
        logger.info("a browser of agent %s cannot be reached: %s", subscription.agent_id, error)
        status = 0
    if status in GONE:
        subscription.delete()
    elif 200 <= status < 300:
        _settle(subscription, due_at=now, attempts=0, **told)
    elif subscription.attempts < len(PAUSES) and (not 400 <= status < 500 or status in PASSING):
        pause = PAUSES[subscription.attempts]
        _settle(subscription, due_at=now + pause, attempts=subscription.attempts + 1)
    else:
        logger.warning("a notice for agent %s was given up: %s", subscription.agent_id, status)
        _settle(subscription, due_at=now, attempts=0, **told)


def _settle(subscription: Subscription, **values: Any) -> None:
    Subscription.objects.filter(pk=subscription.pk).update(lease_owner="", **values)


# --- what is said ---------------------------------------------------------------------------------


def payload_for(subscription: Subscription, until: datetime) -> dict[str, Any] | None:
    """What the service worker shows; None when there is nothing that may disturb now."""
    agent, wishes = subscription.agent, Wishes.of(subscription.agent)
    if wishes.is_quiet(timezone.now(), agent.zone):
        return None
    wanted = [event for event, how in wishes.how.items() if how == How.DESKTOP]
    fresh = notices.of(agent).unread().filter(at__gt=subscription.told_at, at__lte=until)
    found = list(fresh.filter(event__in=wanted).to_draw().order_by("-at"))
    queued = agent.sessions().in_queue().filter(pk__gt=subscription.told_session)
    waiting = queued.count() if Event.QUEUE in wanted else 0
    if not found and not waiting:
        return None
    with translation.override(subscription.language or settings.LANGUAGE_CODE):
        return _message(found, waiting, wishes.hides) | {"unread": notices.unread(agent)}


def _message(found: list[Notice], waiting: int, hides: bool) -> dict[str, Any]:
    context = {"notices": found, "waiting": waiting, "hides": hides, "lines": found[:LINES]}
    if len(found) == 1 and not waiting:
        notice = found[0]
        context |= {"notice": notice}
        title, body = _words("title", context), _words("body", context)
        return {"key": notice.key, "url": notice.address} | _cut(title, body)
    title, body = _words("several", context), _words("lines", context)
    return {"key": "several", "url": "/notices/" if found else "/?tab=queue"} | _cut(title, body)


def _words(name: str, context: dict[str, Any]) -> str:
    lines = unescape(render_to_string(f"notices/_{name}.html", context)).splitlines()
    return "\n".join(filter(None, map(str.strip, lines)))


def _cut(title: str, body: str) -> dict[str, str]:
    return {"title": title, "body": body[:BODY]}


# --- how it travels -------------------------------------------------------------------------------


def _post(subscription: Subscription, payload: dict[str, Any]) -> int:
    keys = subscription.keys
    body = http_ece.encrypt(
        json.dumps(payload, ensure_ascii=False).encode(),
        salt=secrets.token_bytes(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=decoded(keys.get("p256dh", "")),
        auth_secret=decoded(keys.get("auth", "")),
        version="aes128gcm",
    )
    origin = f"https://{endpoints.checked(subscription.endpoint)}"
    claims = {"aud": origin, "sub": contact(), "exp": int(timezone.now().timestamp()) + TTL}
    headers = signer().sign(claims) | {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL),
        "Urgency": "high",
    }
    return endpoints.post(subscription.endpoint, body, headers)


def contact() -> str:
    """Whom a push service may write to about us: it asks for an https address or a mailbox."""
    host = urlsplit(settings.KF_PUBLIC_URL).hostname
    return f"https://{host}" if settings.IS_HTTPS else "mailto:kfconsole@localhost"


def signer() -> Vapid02:
    return Vapid02.from_raw(push_key().secrets["vapid"].encode())


def push_key() -> PushKey:
    """The console's key pair, made when it is first needed. A lost one makes all browsers strange."""
    found = PushKey.objects.first()
    if found and found.secrets:
        return found
    with transaction.atomic():
        Subscription.objects.all().delete()
        return PushKey.objects.update_or_create(pk=1, defaults=_new_pair())[0]


def _new_pair() -> dict[str, Any]:
    private = ec.generate_private_key(ec.SECP256R1())
    number = private.private_numbers().private_value.to_bytes(32, "big")
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return {"public": encoded(point), "secrets": Secrets(vapid=encoded(number))}


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- browsers -------------------------------------------------------------------------------------


def newest_session() -> int:
    return Session.objects.aggregate(newest=Max("id"))["newest"] or 0


def is_signed_in(subscription: Subscription) -> bool:
    """Who has signed out there, or changed the password, is told nothing there any more."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(subscription.signed_in)
    return get_user(SimpleNamespace(session=store)) == subscription.agent


def fits(p256dh: str, auth: str) -> bool:
    """Is it a point on the curve, and a secret?"""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        return len(decoded(auth)) == 16
    except ValueError:
        return False


def keep(agent: Agent, endpoint: str, **values: Any) -> None:
    """This browser from now on; who used it before is not told there any more."""
    push_key()  # what is made later would make this browser a stranger
    values |= {"agent": agent}
    values |= {"told_at": timezone.now(), "told_session": newest_session()}
    Subscription.objects.update_or_create(endpoint=endpoint, defaults=values)
