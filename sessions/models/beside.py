"""Where the platform has bots, a queue and members of its own, and lets us write beside them (Desk).

What the bot has is listed as held there, until it asks for a human; so is what a member has who is
nobody of ours. Everything else is ours to serve, and the platform is told who does.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count

from messaging.models import Message, Servicer, State

Links = Mapping[tuple[int, str], Any]  # (account, member): the agent who serves as this member


def links_of(customers: Mapping[int, Any]) -> Links:
    """Asked only where there is such a platform."""
    accounts = {c.account_id for c in customers.values() if c.capabilities.writes_beside}
    if not accounts:
        return {}
    linked = Servicer.objects.filter(account__in=accounts, agent__is_active=True)
    return {(s.account_id, s.external_id): s.agent for s in linked.select_related("agent")}


def with_servicers(accounts: Collection[int]) -> set[tuple[int, bool]]:
    """(account, beside) of those with a servicer to whom a session can be given.

    Beside us only once somebody is linked: until then nobody is told from one of ours.
    """
    receiving = Servicer.objects.filter(account__in=accounts, is_receiving=True).order_by()
    counted = receiving.values_list("account").annotate(Count("pk"), Count("agent"))
    found = {(account, False) for account, _all, _linked in counted}
    return found | {(account, True) for account, all_, linked in counted if 0 < linked < all_}


class Beside:
    """What Session knows of whom the platform says it has."""

    def hold_natively(self, state: int, servicer: str = "", links: Links | None = None) -> None:
        """Note which side the platform says has it; saves nothing."""
        self.servicer = servicer if state == State.SERVICER else ""
        if not self.customer.capabilities.writes_beside:
            self.is_native = state in (State.POOL, State.SERVICER)
            return
        if self.pk is None and self.agent_id is None:
            self.follow_member(servicer, links or {})
        self.is_native = self.agent_id is None and self._is_held_there(state, links or {})

    def _is_held_there(self, state: int, links: Links) -> bool:
        """As long as nobody is linked, no member can be told from one of ours."""
        if state == State.SERVICER and self.servicer:
            ours = {member for account, member in links if account == self.account_id}
            return bool(ours) and self.servicer not in ours
        return state == State.ASSISTANT

    def follow_member(self, member: str, links: Links, is_moved: bool = False) -> bool:
        """Is it now with another agent, the one who serves as this member?

        Whoever has accepted it here keeps it, until it is moved from one member to another.
        """
        agent = links.get((self.account_id, member))
        if agent is None and is_moved and any(account == self.account_id for account, _ in links):
            self.agent = None  # to a member who is none of ours
        if agent is None or agent.pk == self.agent_id or not (is_moved or self.agent_id is None):
            return False
        self.agent = agent
        self.accepted_at = self.accepted_at or self.latest_at
        return True

    def _told(self, agent: Any) -> dict[str, Any]:
        """What makes the platform give it to this agent's member; nothing where it need not know."""
        customer = self.customer
        if not agent or not customer.capabilities.writes_beside:
            return {}
        members = self.account.servicers.filter(agent=agent).values_list("external_id", flat=True)
        member = members.first() or ""
        is_with_another = customer.state == State.SERVICER and member not in ("", customer.servicer)
        if customer.state != State.ASSISTANT and not is_with_another:
            return {}
        to = {"state": int(State.SERVICER)} | ({"servicer_userid": member} if member else {})
        return {"content": to, "status": Message.Status.QUEUED}
