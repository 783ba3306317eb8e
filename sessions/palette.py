"""What the command bar finds beside commands: customers, views and phrases; a few of each at once.

A customer is found by the index of search, also by pinyin and its initials, and opened where they
stand now: in their open session, or else in the last one.
"""

from dataclasses import dataclass, field

from messaging.pinyin import fold
from sessions import phrases
from sessions.customers.finding import called
from sessions.models import Agent, SavedView, Session
from sessions.phrases import Offer

PEOPLE, VIEWS, PHRASES = 7, 5, 5
LOOKED_AT = 300  # of all who have that name, the latest to appear


@dataclass
class Found:
    sessions: list[Session] = field(default_factory=list)
    views: list[SavedView] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)


def find(agent: Agent, text: str, session: Session | None = None) -> Found:
    """Without a text what is theirs: the sessions that they hold, and their views."""
    if not text.strip():
        own = _rows(agent).open().filter(agent=agent).order_by("-latest_at", "-id")
        return Found(list(own[:PEOPLE]), _views(agent, ""))
    offers = phrases.suggest(session, agent, text)[:PHRASES] if session else []
    return Found(_people(agent, text), _views(agent, text), offers)


def _rows(agent: Agent):
    return agent.sessions().select_related("customer", "account", "agent")


def _people(agent: Agent, text: str) -> list[Session]:
    keys = called(agent, text, LOOKED_AT)
    found = _rows(agent).filter(customer__in=keys).order_by("-opened_at", "-id")
    latest: dict[int, Session] = {}
    for session in found:
        latest.setdefault(session.customer_id, session)
    by_place = sorted(latest.values(), key=lambda s: (not s.is_ended, s.latest_at), reverse=True)
    return by_place[:PEOPLE]


def _views(agent: Agent, text: str) -> list[SavedView]:
    """They are few: all are read, and those that have every word are kept."""
    words = fold(text).split()
    found = SavedView.objects.visible_to(agent)
    return [each for each in found if all(word in each.search for word in words)][:VIEWS]
