"""The live board: what waits, who is there, and how it goes, over the accounts one may see.

Moments, not ages: a board on which nothing happens stays the same, and is not pushed again.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from messaging.models import Account, Callback
from sessions.board_trend import Trend, trend_of
from sessions.handing import OFFLINE
from sessions.lists import AWAKE, QUEUED
from sessions.models import Agent, ReplyFact, Session, SessionEvent, SessionFact
from sessions.together import together

CLOSING = timedelta(hours=1)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
SOON = timedelta(seconds=5)  # what came just now is being read
WAITING = Q(waiting_since__isnull=False, is_native=False)


@dataclass(frozen=True)
class Waiting:
    """Of an account, or of all of them: how many, and since when the first of them."""

    queued: int = 0
    queued_since: datetime | None = None
    waiting: int = 0
    waiting_since: datetime | None = None
    closing: int = 0
    closes_at: datetime | None = None

    @property
    def is_quiet(self) -> bool:
        return self == Waiting()


@dataclass(frozen=True)
class AccountLine:
    account: Account
    of: Waiting


@dataclass(frozen=True)
class AgentLine:
    agent: Agent
    presence: str
    held: int
    waiting: int


@dataclass(frozen=True)
class Lately:
    """First replies of the last hour: seconds in the middle, and of how many. The rest are counts."""

    first_reply: float | None = None
    replies: int = 0
    failed: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Board:
    """`unread` callbacks tell of news that is not here yet; `failing` accounts cannot be read."""

    lines: list[AccountLine]
    agents: list[AgentLine]
    lately: Lately
    trend: Trend
    unread: int
    unread_since: datetime | None
    failing: int

    @cached_property
    def all(self) -> Waiting:
        return _sum([line.of for line in self.lines])

    @cached_property
    def online(self) -> int:
        return sum(line.presence == Agent.Status.ONLINE for line in self.agents)

    @cached_property
    def away(self) -> int:
        return sum(line.presence == Agent.Status.AWAY for line in self.agents)

    @cached_property
    def most_held(self) -> int:
        """What the longest bar of an agent stands for."""
        return max((line.held for line in self.agents), default=0)


def board_of(account_ids: Collection[int], now: datetime | None = None) -> Board:
    """Nine queries, however many accounts and agents there are."""
    now = now or timezone.now()
    accounts = list(Account.objects.filter(pk__in=account_ids, is_active=True))
    waiting = _waiting(account_ids, now)
    connections = {account.connection_id for account in accounts}
    news = Callback.objects.filter(connection__in=connections, created_at__lt=now - SOON)
    unread = news.aggregate(n=Count("pk"), since=Min("created_at"))
    lines = [AccountLine(account, waiting.get(account.pk, Waiting())) for account in accounts]
    return Board(
        lines=sorted(lines, key=_urgency),
        agents=_agents(account_ids),
        lately=_lately(account_ids, now),
        trend=trend_of(account_ids, now),
        unread=unread["n"],
        unread_since=unread["since"],
        failing=sum(account.failed_pulls > 0 for account in accounts),
    )


def _waiting(account_ids: Collection[int], now: datetime) -> dict[int, Waiting]:
    queued, closing = AWAKE & QUEUED, WAITING & Q(closes_at__lte=now + CLOSING)
    rows = Session.objects.open().filter(account__in=account_ids).order_by().values("account")
    rows = rows.annotate(
        n_queued=Count("pk", filter=queued),
        first_queued=Min(Coalesce("waiting_since", "opened_at"), filter=queued),
        n_waiting=Count("pk", filter=WAITING),
        first_waiting=Min("waiting_since", filter=WAITING),
        n_closing=Count("pk", filter=closing),
        first_closes=Min("closes_at", filter=closing),
    )
    return {
        row["account"]: Waiting(
            row["n_queued"], row["first_queued"],
            row["n_waiting"], row["first_waiting"],
            row["n_closing"], row["first_closes"],
        )
        for row in rows
    }  # fmt: skip


def _agents(account_ids: Collection[int]) -> list[AgentLine]:
    """Who is here, and who is not but still holds sessions."""
    held = Count("held", filter=_open("held", account_ids))
    waits = Count("held", filter=_open("held", account_ids) & Q(held__waiting_since__isnull=False))
    serve = Q(serves_all=True) | Q(pk__in=_serving(account_ids))
    online = together.online()
    found = Agent.objects.filter(serve, is_active=True).annotate(n_held=held, n_waiting=waits)
    lines = [
        AgentLine(
            agent, agent.status if agent.pk in online else OFFLINE, agent.n_held, agent.n_waiting
        )
        for agent in found
        if agent.pk in online or agent.n_held
    ]
    return sorted(lines, key=_readiness)


def _lately(account_ids: Collection[int], now: datetime) -> Lately:
    """From what reports count, so that the wall and they say the same."""
    of_accounts = {"account__in": account_ids}
    replied = ReplyFact.objects.filter(at__gte=now - HOUR, **of_accounts).values("session")
    first = SessionFact.objects.filter(first_reply_at__gte=now - HOUR, session__in=replied)
    seconds = list(first.filter(first_reply__isnull=False).values_list("first_reply", flat=True))
    failed = SessionEvent.objects.filter(kind="failed", at__gte=now - QUARTER, **of_accounts)
    today = timezone.localtime(now, timezone.get_default_timezone())  # one for all who look
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    lost = SessionFact.objects.filter(lost_at__gte=midnight, **of_accounts)
    middle = median(seconds) if seconds else None
    return Lately(middle, len(seconds), failed.count(), lost.count())


def _open(prefix: str, account_ids: Collection[int]) -> Q:
    facts = {"ended_at": None, "snoozed_until": None, "account__in": account_ids}
    return Q(**{f"{prefix}__{name}": value for name, value in facts.items()})


def _serving(account_ids: Collection[int]) -> Any:
    return Agent.accounts.through.objects.filter(account__in=account_ids).values("agent")


def _sum(parts: list[Waiting]) -> Waiting:
    def whole(name: str) -> Any:
        known = [value for part in parts if (value := getattr(part, name))]
        if name in ("queued", "waiting", "closing"):
            return sum(known)
        return min(known, default=None)

    return Waiting(**{each.name: whole(each.name) for each in fields(Waiting)})


def _urgency(line: AccountLine) -> tuple[bool, datetime, str]:
    """Where somebody waits longest stands first."""
    first = line.of.queued_since or line.of.waiting_since
    return first is None, first or timezone.now(), str(line.account)


def _readiness(line: AgentLine) -> tuple[int, int, str]:
    order = (Agent.Status.ONLINE, Agent.Status.AWAY, OFFLINE)
    return order.index(line.presence), -line.held, str(line.agent)
