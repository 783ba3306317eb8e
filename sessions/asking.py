"""What an agent is asked before an answer leaves: is it still right, and is it still yours to give?

Rows decide the first, under the customer's lock: nobody gives a second answer to what they have not
read. The second is courtesy, from what processes tell each other, and asks while another writes.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.models import Message
from sessions.actions import Refused
from sessions.models import Agent, Session
from sessions.together import together

SHOWN = 3
ASKED = Q(direction=Message.Direction.IN)
ANSWERED = Q(direction=Message.Direction.OUT, author__isnull=False)


class Unread(Refused):
    """Asked once: what came since the agent began to type is read first."""


class ColleagueWrites(Refused):
    """Asked as long as they write, unless it is taken over from them."""

    def __init__(self, holder: str) -> None:
        super().__init__(_("%(name)s is answering. Your text is kept.") % {"name": holder})
        self.holder = holder


def ask(session: Session, agent: Agent, sent: Mapping[str, Any]) -> None:
    """`sent` is what a form of `forms.Asked` has cleaned. The caller has a transaction."""
    with session.held():  # from here on nobody else answers
        look_up(session, agent, sent.get("seen"), sent.get("text", ""))
    if not sent.get("take"):
        wait_turn(session, agent)


def look_up(session: Session, agent: Agent, seen: int | None, text: str = "") -> None:
    """By id and not by time: what arrived later was seen later. One's own answers are no news, but
    for this very text: it was a draft in two tabs."""
    if not seen:
        return
    newer = _news(session, agent, seen)
    if newer.filter(ASKED).exists():
        raise Unread(_("The customer wrote while you typed. Read it; Send again if it still fits."))
    if answer := newer.filter(ANSWERED).first():
        sentence = _("%(name)s answered while you typed. Read it; Send again if it still fits.")
        raise Unread(sentence % {"name": answer.author})
    own = session.customer.messages.filter(ANSWERED, pk__gt=seen, author=agent, text=text)
    if text and own.exclude(status=Message.Status.FAILED).exists():
        raise Unread(_("You have just sent this from another tab. Send again to say it twice."))


def newest(session: Session) -> int | None:
    """What is seen once it has been asked."""
    return session.customer.messages.order_by("id").values_list("pk", flat=True).last()


def said_since(session: Session, agent: Agent, seen: int | None) -> list[Message]:
    """What is to be read first, for a place that stands over the thread: the newest of it."""
    said = _news(session, agent, seen or 0).filter(ASKED | ANSWERED)
    return list(said.order_by("-id")[:SHOWN])[::-1]


def _news(session: Session, agent: Agent, seen: int) -> QuerySet[Message]:
    newer = session.customer.messages.filter(pk__gt=seen).exclude(author=agent)
    return newer.select_related("author")


def wait_turn(session: Session, agent: Agent) -> None:
    if holder := together.answering(session.pk, but=agent.pk):
        raise ColleagueWrites(holder)
