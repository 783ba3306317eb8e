"""How many open sessions each list has, by account: pages sum them, and keep them by what is pushed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from sessions.lists import AWAKE, BY_NAME, CLOSING, QUEUED, Watcher, closing, mentioned
from sessions.models import Agent, Mention, Session

OfAccount = dict[str, Any]  # {"all", …, "mine": {agent: n}, "fresh": …, "mentioned": …}


@dataclass(frozen=True)
class Counts:
    by_account: dict[str, OfAccount]
    who: Watcher

    def __getitem__(self, tab: str) -> int | str:
        """Of a list; ended ones are never counted. static/js/counts.js sums in the same way."""
        if not BY_NAME[tab].is_counted:
            return ""
        return sum(self._of(tab, int(pk), counts) for pk, counts in self.by_account.items())

    def _of(self, tab: str, account: int, counts: OfAccount) -> int:
        if tab in ("mine", "mentioned"):
            return counts[tab].get(str(self.who.agent), 0)
        if tab != "team":
            return counts[tab]
        if account in self.who.accounts:
            return counts["awake"]
        return sum(counts["mine"].get(str(mate), 0) for mate in self.who.mates)


def place_of(session: Session) -> tuple[Any, ...]:
    """All of a session that the numbers depend on, but for who is mentioned in it."""
    is_closing = session.waiting_since and session.closes_at <= timezone.now() + CLOSING
    is_snoozed, is_fresh = session.snoozed_until is not None, session.unread > 0
    marks = session.is_ended, session.is_native, is_snoozed, is_fresh, bool(is_closing)
    return session.agent_id, *marks


def counts_of(agent: Agent, who: Watcher | None = None) -> Counts:
    """One query over open sessions, grouped so that pages can keep them up to date."""
    who = who or Watcher(agent.pk)
    counts = _counted(agent.sessions(), agent)
    known = {str(pk) for pk in (who.agent, *who.mates)}
    for of_account in counts.values():
        for name in ("mine", "fresh"):
            of_account[name] = {pk: n for pk, n in of_account[name].items() if pk in known}
    return Counts(counts, who)


def counts_of_accounts(account_ids: Collection[int]) -> dict[int, OfAccount]:
    """What is pushed, for all agents."""
    found = _counted(Session.objects.filter(account__in=account_ids))
    counts = {pk: found.get(str(pk)) or _nothing() for pk in account_ids}
    unseen = Mention.objects.filter(
        session__account__in=account_ids, session__ended_at=None, seen_at=None
    )
    rows = unseen.order_by().values_list("session__account", "agent")
    for account, agent, n in rows.annotate(n=Count("session", distinct=True)):
        counts[account]["mentioned"][str(agent)] = n
    return counts


def _nothing() -> OfAccount:
    numbers = dict.fromkeys(("all", "awake", "queue", "closing", "native", "snoozed"), 0)
    return {**numbers, "mine": {}, "fresh": {}, "mentioned": {}}


def _counted(sessions: QuerySet[Session], agent: Agent | None = None) -> dict[str, OfAccount]:
    """From one row for each agent of each account; with those that name `agent`, if there is one."""
    kinds = {
        "awake": AWAKE,
        "queue": AWAKE & QUEUED,
        "closing": closing(timezone.now()),
        "native": Q(is_native=True),
        "fresh": AWAKE & Q(unread__gt=0),
    }
    if agent:
        kinds["mentioned"] = mentioned(agent)
    numbers = {f"n_{name}": Count("id", filter=kind) for name, kind in kinds.items()}
    rows = sessions.open().order_by().values("account_id", "agent_id")
    found: dict[str, OfAccount] = {}
    for row in rows.annotate(n_all=Count("*"), **numbers):
        _add(found.setdefault(str(row["account_id"]), _nothing()), row, agent)
    return found


def _add(counts: OfAccount, row: dict[str, Any], agent: Agent | None) -> None:
    for name in ("all", "awake", "queue", "closing", "native"):
        counts[name] += row[f"n_{name}"]
    counts["snoozed"] += row["n_all"] - row["n_awake"]
    if row["agent_id"] and row["n_awake"]:
        counts["mine"][str(row["agent_id"])] = row["n_awake"]
    if row["agent_id"] and row["n_fresh"]:
        counts["fresh"][str(row["agent_id"])] = row["n_fresh"]
    if agent and row["n_mentioned"]:
        key = str(agent.pk)
        counts["mentioned"][key] = counts["mentioned"].get(key, 0) + row["n_mentioned"]
