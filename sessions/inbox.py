"""The list of sessions: its tabs, their counts, and pages of rows by keyset."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from messaging.models import Servicer
from sessions.models import Agent, Session

TABS = ("mine", "queue", "all", "ended")
DEFAULT_TAB = "all"
PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUEUED = Q(agent__isnull=True, servicer="")


@dataclass(frozen=True)
class Page:
    rows: list[Session]
    cursor: str  # of the next page; empty when this is the last


@dataclass(frozen=True)
class Counts:
    """Open sessions of each account as [mine, queued, all]; ended ones are never counted."""

    by_account: dict[str, list[int]]

    def __getitem__(self, tab: str) -> int | str:
        if tab == "ended":
            return ""
        position = TABS.index(tab)
        return sum(counts[position] for counts in self.by_account.values())


def tab_of(name: str | None, session: Session | None = None, agent: Agent | None = None) -> str:
    """The tab asked for, or else one in which this session is listed."""
    if name in TABS:
        return name
    return "ended" if session and session.is_ended else DEFAULT_TAB


def shows(tab: str | None, *, agent: int, holder: int | None, ended: bool, native: bool) -> bool:
    """Does this tab of this agent list a session with these facts?"""
    if ended or tab == "ended":
        return ended and tab == "ended"
    if tab == "queue":
        return holder is None and not native
    return tab == "all" or (tab == "mine" and holder == agent)


def listed(agent: Agent, tab: str) -> QuerySet[Session]:
    sessions = agent.sessions()
    return {
        "mine": sessions.of(agent),
        "queue": sessions.in_queue(),
        "all": sessions.open(),
        "ended": sessions.ended(),
    }[tab]


def with_names(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """All that a row shows, with the servicer's name where we have one."""
    same = Servicer.objects.filter(
        account=OuterRef("account"), external_id=OuterRef("customer__servicer")
    ).exclude(external_id="")
    return sessions.for_rows().annotate(servicer_name=Subquery(same.values("name")[:1]))


def page_of(agent: Agent, tab: str, cursor: str = "") -> Page:
    """At most one page of rows, newest first, from the cursor on."""
    rows = listed(agent, tab)
    if place := _place(cursor):
        at, pk = place
        rows = rows.filter(Q(latest_at__lt=at) | Q(id__lt=pk), latest_at__lte=at)
    found = list(with_names(rows).order_by("-latest_at", "-id")[: PAGE + 1])
    return Page(found[:PAGE], _cursor(found[PAGE - 1]) if len(found) > PAGE else "")


def counts_of(agent: Agent) -> Counts:
    """One query over open sessions, grouped by account so that pages can keep them up to date."""
    rows = (
        agent.sessions()
        .open()
        .values_list("account_id")
        .annotate(
            mine=Count("id", filter=Q(agent=agent)),
            queue=Count("id", filter=QUEUED),
            all=Count("id"),
        )
        .order_by()
    )
    return Counts({str(account): counts for account, *counts in rows})


def counts_of_account(account_id: int) -> dict[str, object]:
    """What is pushed: {"queue", "open", "mine": {agent: n}} of one account."""
    open_ones = Session.objects.open().filter(account=account_id).order_by()
    rows = open_ones.values_list("agent_id").annotate(
        n=Count("id"), queued=Count("id", filter=QUEUED)
    )
    return {
        "queue": sum(queued for _, _, queued in rows),
        "open": sum(n for _, n, _ in rows),
        "mine": {str(holder): n for holder, n, _ in rows if holder},
    }


def _cursor(session: Session) -> str:
    return f"{(session.latest_at - EPOCH) // timedelta(microseconds=1)}.{session.pk}"


def _place(cursor: str) -> tuple[datetime, int] | None:
    try:
        moment, pk = cursor.split(".")
        return EPOCH + timedelta(microseconds=int(moment)), int(pk)
    except (ValueError, OverflowError):
        return None
