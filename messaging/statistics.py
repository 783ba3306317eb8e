"""What the platform counted itself, read every night: a second witness beside our own figures.

A day is ready on the next morning at six in China. The last days are read again each time, as one
may have been late; days without figures are not stored.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from messaging import leases
from messaging.backends import Backend, SendError, backend_for, with_statistics
from messaging.models import Account, Statistic
from messaging.models.statistic import ACCOUNT, CHINA, SERVICERS

logger = logging.getLogger(__name__)

READY = time(6, 20)
OLDEST_DAYS, SPAN_DAYS = 180, 31  # §8.1
AGAIN_DAYS = 3
SPREAD_SECONDS = 900  # not all accounts at once
PAUSE = timedelta(hours=1)


def pull(owner: str = "") -> int:
    """Read the figures of one account whose time has come. Returns how many that were."""
    now = timezone.now()
    account = _claim(now)
    if account is None:
        return 0
    try:
        read(account, now)
    except SendError as error:
        logger.warning("account %s: the platform's statistics: %s", account, error)
        again = next_night(account, now) if error.permanent else now + PAUSE
    else:
        again = next_night(account, now)
    Account.objects.filter(pk=account.pk).update(statistics_at=again)
    return 1


def read(account: Account, now: datetime) -> None:
    """All days that are not known yet, and the last ones once more. Raises SendError."""
    backend = backend_for(account.connection)
    for first, last in _spans(account, last_ready(now)):
        _keep(account, ACCOUNT, backend.statistics(account, first, last), now)
        _keep(account, SERVICERS, backend.statistics(account, first, last, SERVICERS), now)
        for servicer in account.servicers.exclude(external_id=""):
            _read_servicer(backend, account, servicer.external_id, first, last, now)


def last_ready(now: datetime) -> date:
    """The latest day whose figures can be asked for."""
    here = now.astimezone(CHINA)
    return here.date() - timedelta(days=1 if here.time() >= READY else 2)


def next_night(account: Account, now: datetime) -> datetime:
    """When the next day will be ready."""
    morning = datetime.combine(last_ready(now) + timedelta(days=2), READY, CHINA)
    return morning.astimezone(UTC) + timedelta(seconds=account.pk * 37 % SPREAD_SECONDS)


def _claim(now: datetime) -> Account | None:
    """Without an owner: to read twice does no harm."""
    rows = Account.objects.filter(
        Q(statistics_at=None) | Q(statistics_at__lte=now),
        is_active=True,
        manage_privilege=True,
        connection__is_enabled=True,
        connection__backend__in=with_statistics(),
    ).order_by(F("statistics_at").asc(nulls_first=True))
    if not rows.exists():
        return None
    with transaction.atomic():
        account = leases.unheld(rows).select_related("connection").first()
        if account:
            account.statistics_at = now + PAUSE
            account.save(update_fields=["statistics_at"])
    return account


def _spans(account: Account, last: date) -> Iterable[tuple[date, date]]:
    known = account.statistics.aggregate(last=Max("day"))["last"]
    oldest = last - timedelta(days=OLDEST_DAYS - 2)
    first = max(oldest, known - timedelta(days=AGAIN_DAYS - 1)) if known else oldest
    while first <= last:
        end = min(last, first + timedelta(days=SPAN_DAYS - 1))
        yield first, end
        first = end + timedelta(days=1)


def _read_servicer(
    backend: Backend, account: Account, userid: str, first: date, last: date, now: datetime
) -> None:
    """One who has left the corp cannot be asked for any more; the others can."""
    try:
        figures = backend.statistics(account, first, last, userid)
    except SendError as error:
        if not error.permanent:
            raise
        return logger.info("account %s: no statistics of %s: %s", account, userid, error)
    _keep(account, userid, figures, now)


def _keep(account: Account, servicer: str, by_day: dict[date, dict], now: datetime) -> None:
    rows = [
        Statistic(account=account, servicer=servicer, day=day, figures=figures, read_at=now)
        for day, figures in by_day.items()
    ]
    Statistic.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "servicer", "day"],
        update_fields=["figures", "read_at"],
    )


def of(accounts: Iterable[int], first: date, last: date) -> QuerySet[Statistic]:
    """What was read of these accounts, both days included, oldest first."""
    found = Statistic.objects.filter(account__in=accounts, day__range=(first, last))
    return found.order_by("day", "account", "servicer")
