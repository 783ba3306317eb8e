"""What people type into the search box: words, "phrases" and operators such as from:lin.

    parse('退款 from:lin has:image "not yet"')

An operator becomes marks, by which the index narrows down, and a condition on the rows, which holds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging import search
from messaging.models import Message, Servicer
from messaging.search import facets, tokens
from messaging.search.query import Query
from sessions.models import Agent, Tag

LONGEST, MOST_WORDS, MOST_PEOPLE, MOST_TAGGED = 200, 12, 60, 200
_PART = re.compile(r"""(?:([a-zA-Z]+)[:：])?(?:["“”]([^"“”]*)["“”]?|(\S+))""")
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
DIRECTION, ORIGIN = Message.Direction, Message.Origin


class Misunderstood(Exception):
    """An operator whose value means nothing here; the message says what would."""


@dataclass(frozen=True)
class Condition:
    """Of messages, and of customers where it says anything of them. Without marks: there are too many."""

    marks: frozenset[str] | None
    rows: Q
    people: "Condition | None" = None


@dataclass
class Asked:
    text: str
    words: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    operators: list[tuple[str, str]] = field(default_factory=list)

    @property
    def all_words(self) -> list[str]:
        return self.words + self.quoted

    @property
    def is_searchable(self) -> bool:
        return bool(self.operators) or not self.query().is_empty

    def query(self) -> Query:
        exact = [p for words in self.quoted for p in tokens.phrases(words, is_exact=True)]
        return Query((*Query.of(*self.words).phrases, *exact))


def parse(text: str) -> Asked:
    asked = Asked(text[:LONGEST].replace("\0", "").strip())
    for match in _PART.finditer(asked.text):
        name, quoted, word = match.groups()
        value = quoted if word is None else word
        if name and name.lower() in OPERATORS and value:
            asked.operators.append((name.lower(), value))
        elif quoted is not None and not name:
            asked.quoted.append(quoted)
        else:
            asked.words.append(match[0])
    del asked.words[MOST_WORDS:], asked.quoted[MOST_WORDS:], asked.operators[MOST_WORDS:]
    return asked


def _from(agent: Agent, value: str) -> Condition:
    name = tokens.fold(value)
    if name == "customer":
        return Condition(frozenset([facets.origin("customer")]), Q(origin=ORIGIN.CUSTOMER))
    if name == "agent":
        marks = map(facets.origin, (ORIGIN.AGENT, ORIGIN.SERVICER))
        return Condition(frozenset(marks), Q(origin__in=[ORIGIN.AGENT, ORIGIN.SERVICER]))
    if name == "me":
        return Condition(frozenset([facets.author(agent.pk)]), Q(author=agent))
    return _from_person(agent, value)


def _from_person(agent: Agent, name: str) -> Condition:
    """Whoever is called so: colleagues, customers, servicers in WeCom."""
    called = Q(username__iexact=name) | Q(display_name__icontains=name)
    authors = list(Agent.objects.filter(called).values_list("pk", flat=True)[:MOST_PEOPLE])
    people = customers_called(agent, Query.of(name))
    named = agent.visible(Servicer.objects.filter(Q(name__icontains=name) | Q(external_id=name)))
    servicers = set(named.exclude(external_id="").values_list("external_id", flat=True))
    marks = {
        *map(facets.author, authors),
        *map(facets.customer, people),
        *map(facets.servicer, servicers),
    }
    if not marks:
        raise Misunderstood(_("Nobody is called “%(name)s”.") % {"name": name})
    rows = Q(author__in=authors) | Q(customer__in=people, origin=ORIGIN.CUSTOMER)
    return Condition(frozenset(marks), rows | Q(servicer__in=servicers, origin=ORIGIN.SERVICER))


def customers_called(agent: Agent, query: Query) -> list[int]:
    """The customers whom the index finds and this agent may see."""
    found = next(search.customers(query), []) if query.phrases else []
    theirs = agent.customers().filter(pk__in=found[:MOST_PEOPLE])
    return list(theirs.values_list("pk", flat=True))


def _account(agent: Agent, value: str) -> Condition:
    name = tokens.fold(value)
    accounts = [
        account.pk
        for account in agent.visible_accounts()
        if name in tokens.fold(account.name) or value == account.external_id
    ]
    if not accounts:
        raise Misunderstood(_("No account is called “%(name)s”.") % {"name": value})
    same = Condition(frozenset(map(facets.account, accounts)), Q(account__in=accounts))
    return replace(same, people=same)


def _tag(agent: Agent, value: str) -> Condition:
    """What is said in sessions, or by and to customers, that carry a tag of this name."""
    name = tokens.fold(value)
    folded = {tag.pk: tokens.fold(tag.name) for tag in Tag.objects.all()}
    tags = [pk for pk, word in folded.items() if word == name]
    tags = tags or [pk for pk, word in folded.items() if name in word]
    if not tags:
        raise Misunderstood(_("No tag is called “%(name)s”.") % {"name": value})
    of_sessions = Tag.sessions.through.objects.filter(tag__in=tags)
    of_customers = Tag.customers.through.objects.filter(tag__in=tags)
    rows = Q(Exists(of_sessions.filter(session=OuterRef("session"))))
    rows |= Q(Exists(of_customers.filter(customer=OuterRef("customer"))))
    marks = _of_few(of_sessions, "session__customer") | _of_few(of_customers, "customer")
    people = Condition(None, Q(pk__in=of_customers.values("customer")))
    return Condition(marks if len(marks) < MOST_TAGGED else None, rows, people)


def _of_few(tagged: QuerySet, customer: str) -> frozenset[str]:
    keys = tagged.values_list(customer, flat=True).distinct()
    return frozenset(map(facets.customer, keys[:MOST_TAGGED]))


def _has(agent: Agent, value: str) -> Condition:
    kinds = facets.HAS.get(tokens.fold(value))
    if not kinds:
        choices = " ".join(f"has:{name}" for name in facets.HAS)
        raise Misunderstood(_("Choose one of %(choices)s.") % {"choices": choices})
    rows = Q(kind__in=kinds) | (Q(kind="text", text__contains="://") if value == "link" else Q())
    return Condition(frozenset([facets.has(tokens.fold(value))]), rows)


def _is(agent: Agent, value: str) -> Condition:
    if tokens.fold(value) == "failed":
        return Condition(frozenset([facets.FAILED]), Q(status=Message.Status.FAILED))
    if tokens.fold(value) == "note":
        return Condition(frozenset([facets.direction("note")]), Q(direction=DIRECTION.NOTE))
    raise Misunderstood(_("Choose one of %(choices)s.") % {"choices": "is:failed is:note"})


def _before(agent: Agent, value: str) -> Condition:
    """Before the day, month or year began, where the agent is."""
    end = _moment(value)
    return Condition(frozenset(facets.between(None, end)), Q(sent_at__lt=end))


def _after(agent: Agent, value: str) -> Condition:
    """From the beginning of the day, month or year on."""
    start = _moment(value)
    return Condition(frozenset(facets.between(start, None)), Q(sent_at__gte=start))


def _moment(value: str) -> datetime:
    match = _DATE.fullmatch(tokens.fold(value))
    try:
        year, month, day = (int(part or 1) for part in match.groups())
        moment = datetime(year, month, day, tzinfo=timezone.get_current_timezone())
        return moment + timedelta(0)
    except (AttributeError, ValueError, OverflowError):
        raise Misunderstood(_("A date looks like 2026-11-01, 2026-11 or 2026.")) from None


OPERATORS: dict[str, Callable[[Agent, str], Condition]] = {
    "from": _from,
    "account": _account,
    "tag": _tag,
    "has": _has,
    "is": _is,
    "before": _before,
    "after": _after,
}
