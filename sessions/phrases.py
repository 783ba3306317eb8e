"""Phrases in use: found while an agent types, filled in for one session, counted when sent.

suggest(session, agent, "tk")     what the composer offers, most used first
fill(text, values_of(session, agent))    {customer} becomes a name; what nobody knows stays
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging import library
from messaging.media import FileRefused
from messaging.models import Media
from sessions.models import Agent, Phrase, Session

OFFERED = 20
BLANK = re.compile(r"\{([^{}\n]{1,30})\}")
Values = dict[str, str]


@dataclass(frozen=True)
class Variable:
    """What may stand in a phrase as {name}; empty where this session does not know it."""

    name: str
    meaning: str | Promise
    example: str | Promise
    value: Callable[[Session, Agent], object]


def _window(session: Session, unit: int) -> int | str:
    closes_at = session.customer.budget.closes_at
    left = (closes_at - timezone.now()).total_seconds() if closes_at else 0
    return int(left // unit) if left > 0 else ""


VARIABLES = (
    Variable(
        "customer", _("The customer's name"), _("Wang Fang"), lambda s, a: s.customer.nickname
    ),
    Variable("agent", _("Your name, as it is shown"), _("Lin"), lambda s, a: a),
    Variable("account", _("The account they write to"), _("Shop"), lambda s, a: s.account),
    Variable(
        "entrance",
        _("Where they came from"),
        _("order page"),
        lambda s, a: s.customer.entrance.get("scene", ""),
    ),
    Variable(
        "hours_left", _("Full hours until the window closes"), "31", lambda s, a: _window(s, 3600)
    ),
    Variable(
        "minutes_left", _("Minutes until the window closes"), "1874", lambda s, a: _window(s, 60)
    ),
    Variable("today", _("Today's date"), "2026-11-21", lambda s, a: f"{timezone.localdate()}"),
    Variable("time", _("The time now"), "14:05", lambda s, a: f"{timezone.localtime():%H:%M}"),
)


def values_of(session: Session, agent: Agent) -> Values:
    return {variable.name: str(variable.value(session, agent)) for variable in VARIABLES}


def examples() -> Values:
    return {variable.name: str(variable.example) for variable in VARIABLES}


def as_written() -> Values:
    """For texts that belong to no session: what is known by name stays as it is."""
    return {variable.name: f"{{{variable.name}}}" for variable in VARIABLES}


def fill(text: str, values: Values) -> str:
    return "".join(words for words, _is_blank in parts(text, values))


def blanks(text: str, values: Values) -> list[str]:
    """What the agent still has to write, each once."""
    return list(dict.fromkeys(words for words, is_blank in parts(text, values) if is_blank))


def parts(text: str, values: Values) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a blank that nobody filled."""
    at = 0
    for found in BLANK.finditer(text):
        value = values.get(found[1].strip(), "")
        yield text[at : found.start()], False
        yield value or found[0], not value
        at = found.end()
    yield text[at:], False


@dataclass(frozen=True)
class Offer:
    """One phrase as the composer offers it to this agent in this session."""

    phrase: Phrase
    parts: list[tuple[str, bool]]

    @property
    def text(self) -> str:
        return "".join(words for words, _is_blank in self.parts)


def offers(phrases: QuerySet[Phrase], values: Values) -> list[Offer]:
    phrases = phrases.select_related("team", "account", "media").defer("search", "title_search")
    return [Offer(phrase, list(parts(phrase.body, values))) for phrase in phrases]


def suggest(session: Session, agent: Agent, query: str) -> list[Offer]:
    found = Phrase.objects.visible_to(agent, session.account).matching(query)
    return offers(found[:OFFERED], values_of(session, agent))


def file_of(pk: int, session: Session, agent: Agent) -> Media:
    """The file of a phrase as a file of this customer, to be sent by a message."""
    found = Phrase.objects.visible_to(agent, session.account).filter(pk=pk)
    phrase = found.select_related("media__account").first()
    if phrase is None or phrase.media is None:
        raise FileRefused(_("The phrase has no file any more."))
    return library.copy(phrase.media, session.customer)


def were_sent(ids: list[int | None], session: Session, agent: Agent) -> None:
    wanted = {pk for pk in ids if pk}
    if wanted:
        Phrase.objects.visible_to(agent, session.account).filter(pk__in=wanted).were_sent()
