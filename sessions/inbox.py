"""What a page lists: one of the lists, narrowed by filters, in an order; and pages of it by keyset."""

from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils import timezone

from messaging.models import Servicer
from sessions.filters import FILTERS, Filters
from sessions.lists import BY_NAME, DEFAULT, Facts, List, Watcher
from sessions.models import Agent, Block, Mention, Pin, SavedView, Session, Tag
from sessions.sorts import SORTS, Sort
from sessions.words import joined

PAGE = 50


@dataclass(frozen=True)
class Query:
    """`sort` as it was asked for, `usual` as the saved view has it."""

    tab: str = DEFAULT
    filters: Filters = field(default_factory=Filters)
    sort: str = ""
    view: int | None = None
    usual: str = ""

    @classmethod
    def parse(
        cls, params: QueryDict, default: str = DEFAULT, zone: tzinfo | None = None
    ) -> "Query":
        """What the URL says; what makes no sense is left out."""
        tab = params.get("tab", "")
        view = params.get("view", "")
        return cls(
            tab if tab in BY_NAME else default,
            Filters.parse(params, zone),
            params.get("sort", ""),
            int(view) if view.isascii() and view.isdigit() and len(view) < 10 else None,
        )

    @classmethod
    def of(cls, agent: Agent, params: QueryDict, session: Session | None = None) -> "Query":
        """The same with a saved view as it is now; without a tab, one in which the session stands."""
        asked = cls.parse(params, "ended" if session and session.is_ended else DEFAULT)
        if asked.view is None:
            return asked
        saved = SavedView.objects.visible_to(agent).filter(pk=asked.view).first()
        if saved is None:
            return replace(asked, view=None)
        query = cls.parse(QueryDict(saved.query))
        return replace(query, sort=asked.sort, view=saved.pk, usual=query.sort)

    @property
    def listing(self) -> List:
        return BY_NAME[self.tab]

    @property
    def place(self) -> str:
        """Under which an agent's order is remembered."""
        return f"view-{self.view}" if self.view else self.tab

    def order(self, agent: Agent) -> Sort:
        asked = (self.sort, agent.sorts.get(self.place), self.usual, self.listing.sorts[0])
        return SORTS[next(name for name in asked if name in self.listing.sorts)]

    def pairs(self) -> list[tuple[str, str]]:
        """(name, value) as they stand in the URL."""
        view = [("view", str(self.view))] if self.view else []
        sort = [("sort", self.sort)] if self.sort in self.listing.sorts else []
        return [*view, ("tab", self.tab), *self.filters.pairs(), *sort]

    def __str__(self) -> str:
        return urlencode(self.pairs())

    def unsorted(self) -> "Query":
        """The same in the order that is remembered."""
        return replace(self, sort="")

    def with_sort(self, sort: str) -> str:
        return str(replace(self, sort=sort))

    def with_filters(self, filters: Filters) -> str:
        return str(replace(self, filters=filters, view=None))

    @property
    def address(self) -> str:
        """As it stands in the browser: a saved view by its key alone."""
        named = ("view", "sort") if self.view else ("tab", "sort", *FILTERS)
        return urlencode([pair for pair in self.pairs() if pair[0] in named])

    def rows(self, agent: Agent, now: datetime | None = None) -> QuerySet[Session]:
        listed = self.listing.rows(agent, now or timezone.now())
        return agent.sessions().filter(listed & self.filters.rows())

    def shows(self, facts: Facts, who: Watcher, now: datetime | None = None) -> bool:
        listed = self.listing.shows(facts, who, now or timezone.now())
        return listed and self.filters.shows(facts)


@dataclass(frozen=True)
class Page:
    rows: list[Session]
    cursor: str  # of the next page; empty when this is the last


def with_names(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """All that a row shows and its facts say, in the one query: also the servicer's name, where we
    have one, the tags, whether the customer is blocked, and who was mentioned."""
    same = Servicer.objects.filter(
        account=OuterRef("account"), external_id=OuterRef("customer__servicer")
    ).exclude(external_id="")
    tags = Tag.objects.filter(sessions=OuterRef("pk"))
    mentions = Mention.objects.filter(session=OuterRef("pk"), seen_at=None)
    return sessions.for_rows().annotate(
        servicer_name=Subquery(same.values("name")[:1]),
        tag_words=joined(tags, "id", "hue", "name"),
        is_blocked=Block.on("customer"),
        mentioned_agents=joined(mentions, "agent_id"),
    )


def page_of(agent: Agent, query: Query, cursor: str = "") -> Page:
    """At most one page of rows from the cursor on; on the first one, above them, what is pinned."""
    sort = query.order(agent)
    listed = query.rows(agent)
    is_pinned = Exists(Pin.objects.filter(agent=agent, session=OuterRef("pk")))
    rows = sort.after(listed.exclude(is_pinned), cursor).order_by(*sort.order)[: PAGE + 1]
    if sort.is_first(cursor):
        pins = Pin.objects.filter(agent=agent).values("session")  # few: the way begins with them
        pinned = listed.filter(pk__in=pins).values("pk")
        here = Session.objects.filter(pk__in=rows.values("pk")).values("pk")
        rows = Session.objects.filter(pk__in=here.union(pinned, all=True))
    found = list(with_names(rows).annotate(is_pinned=is_pinned))
    found.sort(key=lambda row: (not row.is_pinned, sort.place(row)))
    others = [row for row in found if not row.is_pinned]
    if len(others) > PAGE:
        return Page(found[:-1], sort.cursor(found[-2]))
    return Page(found, "")
