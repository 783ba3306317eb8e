"""What stands around a list: the agent's team, the saved views, and the names in its filters."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from sessions.filters import NOBODY, Filters
from sessions.lists import Watcher
from sessions.models import Agent, SavedView, Tag, Team


@dataclass(frozen=True)
class View:
    pk: int
    name: str


@dataclass(frozen=True)
class Surroundings:
    who: Watcher
    own_views: list[View] = field(default_factory=list)
    shared_views: list[View] = field(default_factory=list)
    names: dict[tuple[str, str], str] = field(default_factory=dict)  # (name in the URL, value)

    @property
    def views(self) -> list[View]:
        return [*self.own_views, *self.shared_views]


def surroundings_of(agent: Agent, filters: Filters | None = None) -> Surroundings:
    """One query for all of it, whatever the filters are."""
    parts = [*_team(agent), *_views(agent), *_named(agent, filters or Filters())]
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    rows = parts[0].union(*parts[1:], all=True)
    for kind, pk, name, _place in sorted(rows, key=lambda row: (row[3], row[2], row[1])):
        found[kind].append((pk, name))
    return Surroundings(
        Watcher(agent.pk, *(frozenset(pk for pk, _ in found[name]) for name in ("mate", "place"))),
        [View(*each) for each in found["own"]],
        [View(*each) for each in found["shared"]],
        {(kind, str(pk)): name for kind in _NAMED for pk, name in found[kind]},
    )


def watcher_of(agent: Agent) -> Watcher:
    return surroundings_of(agent).who


_NAMED = ("account", "agent", "tag")


def _rows(kind: str, queryset: QuerySet, pk: str, name: Any = None, place: Any = None) -> QuerySet:
    return queryset.order_by().values_list(
        Value(kind, CharField()),
        pk,
        name or Value("", CharField()),
        place or Value(0, IntegerField()),
    )


def _team(agent: Agent) -> list[QuerySet]:
    mates = Team.agents.through.objects.filter(team__agents=agent)
    accounts = Team.accounts.through.objects.filter(team__agents=agent)
    return [_rows("mate", mates, "agent_id"), _rows("place", accounts, "account_id")]


def _views(agent: Agent) -> list[QuerySet]:
    views = SavedView.objects.all()
    own, shared = views.filter(owner=agent, is_shared=False), views.filter(is_shared=True)
    return [
        _rows("own", own, "id", F("name"), F("position")),
        _rows("shared", shared, "id", F("name"), F("position")),
    ]


def _named(agent: Agent, filters: Filters) -> list[QuerySet]:
    name = Coalesce(NullIf(F("display_name"), Value("")), F("username"))
    agents = Agent.objects.filter(pk__in=[pk for pk in filters.agent if pk != NOBODY])
    accounts = agent.visible_accounts().filter(pk__in=filters.account)
    tags = Tag.objects.filter(pk__in=filters.tag)
    found = []
    if filters.account:
        found.append(_rows("account", accounts, "id", F("name")))
    if filters.agent:
        found.append(_rows("agent", agents, "id", name))
    if filters.tag:
        found.append(_rows("tag", tags, "id", F("name")))
    return found
