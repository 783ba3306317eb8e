"""Pull news: one puller per account over all processes, rows and cursor in one transaction.

A callback only says "look"; a slow poll looks anyway (protocol/wecom_kf.md §3, §10).
"""

import logging
import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from messaging import failures, fragments, ingest, leases, live
from messaging.backends import Page, SendError, backend_for, capabilities_of
from messaging.models import Account, Callback

logger = logging.getLogger(__name__)

TOKEN_LIFE = timedelta(minutes=9, seconds=30)  # 10 minutes, less what the way takes
BAD_TOKEN, BAD_CURSOR, TOO_OFTEN = 95007, 50100, 45009
EMPTY_PAGES = 20  # has_more with nothing new, again and again at one cursor, is no answer
LONGEST_PAUSE = 600.0  # seconds
DELETE_BATCH = 10_000  # SQLite takes 250,000 parameters, and days of callbacks may wait


class Overtaken(Exception):
    """Another worker has this account by now."""


def pull(owner: str) -> int:
    """Claim one account that has news, or is due, and read all of it. Returns 1 if there was one.

    Wakes itself when there is more: for another account, or what came for this one meanwhile, whose
    hint found the account held.
    """
    taken = leases.claim(_due(), owner, field="leased_until", step="sync")
    for pk in taken:
        account = Account.objects.select_related("connection").get(pk=pk)
        try:
            _drain(account, owner)
        except Overtaken:
            logger.info("account %s was taken over", pk)
        if _news(account).exists():
            live.wake("sync")
    return len(taken)


def _news(account: Account) -> QuerySet[Callback]:
    return Callback.objects.filter(connection=account.connection_id, open_kfid=account.external_id)


def _due():
    now = timezone.now()
    has_news = Exists(
        Callback.objects.filter(
            connection=OuterRef("connection"), open_kfid=OuterRef("external_id")
        )
    )
    return Account.objects.filter(
        has_news | Q(poll_at__lte=now) | Q(poll_at__isnull=True),
        Q(not_before__lte=now) | Q(not_before__isnull=True),
        Q(leased_until__lte=now) | Q(leased_until__isnull=True),
        is_active=True,
        manage_privilege=True,
        connection__is_enabled=True,
    ).order_by(F("poll_at").asc(nulls_first=True))


def _drain(account: Account, owner: str) -> None:
    """Loop on has_more alone; a page may be empty and still not the last."""
    news = list(_news(account).order_by("-pk"))
    reader = _Reader(account, news[0] if news else None)
    empty = 0
    try:
        while True:
            cursor = account.cursor
            page = reader.read()
            _keep(account, owner, page, [] if page.has_more else news)
            if not page.has_more:
                return
            empty = empty + 1 if page.cursor == cursor else 0
            if empty > EMPTY_PAGES:
                raise SendError(failures.GARBAGE, "has_more without end")
    except SendError as error:
        _back_off(account, owner, error)
    except Overtaken:
        raise
    except Exception as error:
        # Without this the account would be tried in silence, again and again.
        logger.exception("account %s: a page could not be stored", account.pk)
        _back_off(account, owner, SendError(failures.GARBAGE, type(error).__name__))


class _Reader:
    """Reads pages with the callback's token while that is valid, then without it."""

    def __init__(self, account: Account, newest: Callback | None) -> None:
        self.account = account
        self.newest = newest
        self.backend = backend_for(account.connection)

    @property
    def token(self) -> str:
        if self.newest and timezone.now() - self.newest.created_at < TOKEN_LIFE:
            return self.newest.token
        return ""

    def read(self) -> Page:
        try:
            return self.backend.pull(self.account, self.account.cursor, self.token)
        except SendError as error:
            if error.code == BAD_TOKEN and self.token:
                self.newest = None  # never again with the same token
            elif error.code == BAD_CURSOR and self.account.cursor:
                logger.warning("account %s: the cursor is not known any more", self.account.pk)
                Account.objects.filter(pk=self.account.pk).update(cursor="")
                self.account.cursor = ""
            else:
                raise
        return self.backend.pull(self.account, self.account.cursor, self.token)


def _keep(account: Account, owner: str, page: Page, settled: list[Callback]) -> None:
    """One page, one transaction. `settled` are the callbacks that are answered by it."""
    with transaction.atomic():
        # Without `no_key` whoever adds a row of this account would wait for us at its commit, and
        # we for them, when they hold one of the customers.
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if locked.lease_owner != owner or locked.cursor != account.cursor:
            raise Overtaken
        # What comes to our own door is news, the first of it too.
        is_pulled = capabilities_of(account.connection.backend).is_pulled
        is_history = is_pulled and locked.history_read_at is None
        stored = ingest.store(account, page.rows, is_history=is_history)
        now = timezone.now()
        values = {"cursor": page.cursor, "pulled_at": now, "leased_until": now + leases.lease()}
        if not page.has_more:
            values |= _settle(account, settled, now)
        if page.rows:
            newest = max(row.sent_at for row in page.rows)
            values["lag_seconds"] = max(0.0, (now - newest).total_seconds())
        Account.objects.filter(pk=account.pk).update(**values)
        account.cursor = page.cursor
        _announce(stored)


def _settle(account: Account, callbacks: list[Callback], now) -> dict:
    keys = [callback.pk for callback in callbacks]
    for start in range(0, len(keys), DELETE_BATCH):
        Callback.objects.filter(pk__in=keys[start : start + DELETE_BATCH]).delete()
    heard_at = callbacks[0].created_at if callbacks else account.callback_at
    return {
        "callback_at": heard_at,
        "history_read_at": account.history_read_at or now,
        "poll_at": now + timedelta(seconds=settings.KF_POLL_SECONDS),
        "leased_until": None,
        "not_before": None,
        "failed_pulls": 0,
        "error_code": None,
        "error_text": "",
    }


def _announce(stored: ingest.Stored) -> None:
    changed = stored.messages + stored.changed
    fragments.announce_messages(changed)
    if any(message.customer_id for message in changed):
        live.wake("intake")


def pause_after(failed: int, code: int) -> float:
    """Seconds to wait: doubling with jitter; 45009 blocks for a whole minute (§1.4)."""
    pause = min(LONGEST_PAUSE, 2.0 ** min(failed, 10))
    if code == TOO_OFTEN:
        pause = max(60.0, pause)
    return pause * random.uniform(0.75, 1.25)


def _back_off(account: Account, owner: str, error: SendError) -> None:
    """Keep the callbacks, note the error, and come back later."""
    now = timezone.now()
    failed = account.failed_pulls + 1
    permanent = error.permanent
    pause = pause_after(failed + (4 if permanent else 0), error.code)
    logger.warning("account %s: pull failed with %s, again in %.0f s", account.pk, error, pause)
    Account.objects.filter(pk=account.pk, lease_owner=owner).update(
        failed_pulls=failed,
        error_code=error.code,
        error_text=error.text,
        error_at=now,
        not_before=now + timedelta(seconds=pause),
        poll_at=now + timedelta(seconds=pause),
        leased_until=None,
    )
