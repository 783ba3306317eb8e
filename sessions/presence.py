"""Members of Desk are there when the agents are who serve as them: seen here, told by the worker.

Nobody's page waits for it: this looks at who is here every few seconds, writes down what has changed
beside the member (so that the door can route by it), and tells the platform.
"""

import logging
import time

from django.db.models import Count, Q, QuerySet

from messaging.backends import SendError, backend_for
from messaging.models import Servicer
from sessions.models import Agent
from sessions.together import together

logger = logging.getLogger(__name__)

GONE_SECONDS = 15.0  # a page that is loaded anew is away for a moment
PAUSE_SECONDS = 30.0
FREE, AWAY, OFFLINE = Servicer.Presence.FREE, Servicer.Presence.AWAY, Servicer.Presence.OFFLINE


class Presence:
    """A worker step; one object for each process, as each remembers when it saw whom."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.seen: dict[int, float] = {}
        self.not_before: dict[int, float] = {}  # of a connection that could not be told

    def __call__(self, owner: str = "") -> int:
        linked = list(_linked())
        if not linked:
            return 0  # the common case costs one query
        self.look(linked)
        # Of one member there is a row for each account: the platform knows one only.
        members = {(s.account.connection_id, s.external_id): s for s in linked}
        return sum(self.tell(servicer) for servicer in members.values())

    def look(self, linked: list[Servicer]) -> None:
        """Write down what has changed."""
        now = time.monotonic()
        self.seen |= dict.fromkeys(together.online(), now)
        changed = []
        for servicer in linked:
            is_here = now - self.seen.get(servicer.agent_id, self.began) < GONE_SECONDS
            is_known = servicer.agent_id in self.seen or now - self.began >= GONE_SECONDS
            presence = _presence(servicer.agent, is_here) if is_known else servicer.presence
            if (presence, servicer.held) != (servicer.presence, servicer.load):
                servicer.presence, servicer.load = presence, servicer.held
                changed.append(servicer)
        Servicer.objects.bulk_update(changed, ["presence", "load"])

    def tell(self, servicer: Servicer) -> int:
        """Tell the platform, if it was told something else. No transaction spans the call."""
        connection = servicer.account.connection
        is_pausing = self.not_before.get(connection.pk, 0) > time.monotonic()
        if is_pausing or not servicer.presence or servicer.presence == servicer.presence_told:
            return 0
        try:
            backend_for(connection).tell_presence(servicer.external_id, servicer.presence)
        except SendError as error:
            logger.warning("member %s: presence could not be told: %s", servicer.pk, error)
            if not error.permanent:
                self.not_before[connection.pk] = time.monotonic() + PAUSE_SECONDS
                return 0
        same = Servicer.objects.filter(
            account__connection=connection, external_id=servicer.external_id
        )
        same.update(presence_told=servicer.presence)
        return 1


def _linked() -> QuerySet[Servicer]:
    held = Count("agent__held", filter=Q(agent__held__ended_at=None))
    linked = Servicer.objects.filter(
        agent__isnull=False,
        account__connection__backend="desk",
        account__connection__is_enabled=True,
    )
    return linked.select_related("agent", "account__connection").annotate(held=held)


def _presence(agent: Agent, is_here: bool) -> str:
    if not is_here or not agent.is_active:
        return OFFLINE
    return FREE if agent.status == Agent.Status.ONLINE else AWAY
