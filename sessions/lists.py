"""The lists that an agent chooses from. Each is said twice: for the database, and of a pushed row.

Both must say the same (tests/test_lists.py): what a page lists from a query and what it keeps by the
facts of pushed rows are one list.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models import Agent, Mention, Team
from sessions.models.querysets import OPEN, SNOOZED

CLOSING = timedelta(hours=6)
AWAKE = ~SNOOZED
QUEUED = Q(agent__isnull=True, is_native=False)
Facts = Mapping[str, Any]  # of one session: fragments.facts_of


@dataclass(frozen=True)
class Watcher:
    """Whose page it is: themself, their teammates, and the accounts of their teams."""

    agent: int
    mates: Collection[int] = ()
    accounts: Collection[int] = ()


@dataclass(frozen=True)
class List:
    """`sorts`: how it may be ordered, first as it is when nobody chose."""

    name: str
    label: str | Promise
    rows: Callable[[Agent, datetime], Q]
    shows: Callable[[Facts, Watcher, datetime], bool]
    sorts: tuple[str, ...] = ("newest", "waiting", "deadline")
    is_counted: bool = True


def _of_team(agent: Agent, now: datetime) -> Q:
    mates = Team.agents.through.objects.filter(team__agents=agent).values("agent")
    accounts = Team.accounts.through.objects.filter(team__agents=agent).values("account")
    return OPEN & AWAKE & (Q(agent__in=mates) | Q(account__in=accounts))


def _is_of_team(facts: Facts, who: Watcher) -> bool:
    return facts["agent"] in who.mates or facts["account"] in who.accounts


def mentioned(agent: Agent) -> Q:
    """In which somebody named them, and they have not looked yet."""
    return Q(pk__in=Mention.objects.filter(agent=agent, seen_at=None).values("session"))


def closing(now: datetime) -> Q:
    return Q(waiting_since__isnull=False, closes_at__lte=now + CLOSING)


def is_closing(facts: Facts, now: datetime) -> bool:
    return facts["waiting"] and facts["closes"] <= (now + CLOSING).timestamp()


def _is_awake(facts: Facts) -> bool:
    return not facts["ended"] and not facts["snoozed"]


LISTS = (
    List(
        "mine",
        _("Mine"),
        lambda agent, now: OPEN & AWAKE & Q(agent=agent),
        lambda facts, who, now: _is_awake(facts) and facts["agent"] == who.agent,
    ),
    List(
        "queue",
        _("Queue"),
        lambda agent, now: OPEN & AWAKE & QUEUED,
        lambda facts, who, now: _is_awake(facts) and facts["agent"] is None and not facts["native"],
    ),
    List(
        "team",
        _("Team"),
        _of_team,
        lambda facts, who, now: _is_awake(facts) and _is_of_team(facts, who),
    ),
    List(
        "all",
        _("All"),
        lambda agent, now: OPEN,
        lambda facts, who, now: not facts["ended"],
    ),
    List(
        "closing",
        _("Window closing"),
        lambda agent, now: OPEN & closing(now),
        lambda facts, who, now: not facts["ended"] and is_closing(facts, now),
        sorts=("window", "newest", "waiting"),
    ),
    List(
        "mentioned",
        _("Mentioned"),
        lambda agent, now: OPEN & mentioned(agent),
        lambda facts, who, now: not facts["ended"] and who.agent in facts["mentioned"],
    ),
    List(
        "native",
        _("Native-held"),
        lambda agent, now: OPEN & Q(is_native=True),
        lambda facts, who, now: not facts["ended"] and facts["native"],
    ),
    List(
        "snoozed",
        _("Snoozed"),
        lambda agent, now: OPEN & SNOOZED,
        lambda facts, who, now: not facts["ended"] and facts["snoozed"],
    ),
    List(
        "ended",
        _("Ended"),
        lambda agent, now: ~OPEN,
        lambda facts, who, now: facts["ended"],
        sorts=("newest",),
        is_counted=False,
    ),
)
BY_NAME = {each.name: each for each in LISTS}
TABS = tuple(each.name for each in LISTS[:4])
MENU = tuple(each.name for each in LISTS[4:])
DEFAULT = "all"
