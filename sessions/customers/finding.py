"""Which customers are meant by what somebody typed: by a name, also in pinyin and its initials, or the
platform's id; by a tag; by what stands in notes and fields.

What is found is not yet what somebody may see: customers are fetched through the agent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from messaging import search
from messaging.pinyin import fold
from messaging.search import facets, tokens
from messaging.search.query import Query
from messaging.search.tokens import Phrase
from sessions import known
from sessions.models import Agent, FieldValue, Remark, Tag

MOST = 500  # of each kind: the latest
PINYIN = re.compile(r"[a-z]+")
Marks = tuple[frozenset[str], ...]


@dataclass
class Found:
    """`remarks` and `values` say by which row of each somebody was found."""

    words: list[str]
    is_searchable: bool = True
    keys: set[int] = field(default_factory=set)
    remarks: dict[int, int] = field(default_factory=dict)
    values: dict[int, int] = field(default_factory=dict)
    is_cut: bool = False


def find(agent: Agent, text: str) -> Found:
    found = Found(text.split())
    asked = Query(Query.of(*found.words).phrases, served(agent))
    if not asked.phrases or asked.is_impossible:
        found.is_searchable = bool(asked.phrases)
        return found
    remarks, values = (
        search.first(known.remarks(asked), MOST),
        search.first(known.values(asked), MOST),
    )
    found.remarks = dict(_theirs(Remark, remarks))
    found.values = dict(_theirs(FieldValue, values))
    kinds = (called(agent, text, MOST), found.remarks.keys(), found.values.keys(), _tagged(text))
    found.keys = set().union(*kinds)
    found.is_cut = any(len(kind) >= MOST for kind in (*kinds, remarks, values))
    return found


def called(agent: Agent, text: str, most: int) -> set[int]:
    """Those of this name or id: the latest to appear."""
    marks = served(agent)
    asked = (Query(phrases, marks) for phrases in (Query.of(*text.split()).phrases, _spelled(text)))
    possible = (query for query in asked if query.phrases and not query.is_impossible)
    return {key for query in possible for key in search.first(search.customers(query), most)}


def served(agent: Agent) -> Marks:
    """The rows are authorised by fetching them; this spares looking at those of others."""
    if agent.serves_all:
        return ()
    return (frozenset(map(facets.account, agent.visible_accounts().values_list("pk", flat=True))),)


def _spelled(text: str) -> tuple[Phrase, ...]:
    """As the beginning of a name in pinyin, or of its initials; nothing else is typed in letters."""
    word = "".join(fold(text).split())
    return (Phrase((facets.spelled(word),), is_open=True),) if PINYIN.fullmatch(word) else ()


def _theirs(model: type[Remark] | type[FieldValue], keys: list[int]) -> Iterator[tuple[int, int]]:
    """(customer, row), the newest row of each customer last."""
    return model.objects.filter(pk__in=keys).order_by("pk").values_list("customer", "pk").iterator()


def _tagged(text: str) -> set[int]:
    """Tags are few: all names are read."""
    name = tokens.fold(text).strip()
    tags = [tag.pk for tag in Tag.of_customers() if name in tokens.fold(tag.name)]
    if not tags:
        return set()
    rows = Tag.customers.through.objects.filter(tag__in=tags).order_by("-customer")
    return set(rows.values_list("customer", flat=True)[:MOST])
