"""Handing a session over: who could take it, how busy they are, and the words that go along."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from messaging.models import Message, Servicer
from sessions import notes, notices
from sessions.models import Agent, Session, Team
from sessions.together import together

Receiver = Agent | Team | Servicer | str  # "queue" or "pool"
MANY = 8  # more than these can be searched
OFFLINE = "offline"


@dataclass
class TeamChoice:
    pk: int
    name: str
    members: list[Agent] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name

    @property
    def value(self) -> str:
        return f"team-{self.pk}"

    @property
    def online(self) -> list[Agent]:
        return [agent for agent in self.members if agent.presence == Agent.Status.ONLINE]

    @property
    def next(self) -> Agent | None:
        """Who takes it: of those who are online the one with the fewest."""
        return min(self.online, key=lambda agent: agent.load, default=None)


def choices(session: Session) -> dict[str, Any]:
    """All that the dialog offers: five queries, however many they are."""
    agents = _with_presence(colleagues(session))
    found = {
        "colleagues": sorted(agents, key=_readiness),
        "teams": _teams(session, agents),
        "servicers": _with_refusals(session, servicers(session)),
    }
    return found | {"is_long": sum(map(len, found.values())) > MANY}


def receiver(session: Session, kind: str, pk: int | None) -> Receiver | None:
    """The one that was chosen, if it still can be."""
    if kind in ("pool", "queue"):
        return kind
    found = {"agent": colleagues, "team": teams, "servicer": servicers}.get(kind)
    return found(session).filter(pk=pk).first() if found and pk else None


def hand_over(session: Session, to: Receiver, by: Agent, note: str = "") -> Message:
    """The caller has a transaction: the note is there with the transfer, or neither is."""
    if isinstance(to, Servicer):
        message = session.transfer_to_servicer(to, by)
    elif to == "pool":
        message = session.transfer_to_pool(by)
    elif to == "queue":
        message = session.unassign(by)
    elif isinstance(to, Team):
        chosen = _team(session, to)
        message = session.transfer_to_team(to, chosen.next, by)
        called = [chosen.next] if chosen.next else chosen.members
        notices.tell_assigned(session, by)
        return _with_note(message, session, by, note, called)
    else:
        message = session.transfer_to_agent(to, by)
        notices.tell_assigned(session, by)
        return _with_note(message, session, by, note, [to])
    return _with_note(message, session, by, note)


def _with_note(
    message: Message, session: Session, by: Agent, note: str, called: Collection[Agent] = ()
) -> Message:
    if note.strip():
        names = ", ".join(str(agent) for agent in called if agent != by)
        content = {"handed_to": names} if names else {}
        notes.write(session, by, note.strip(), called_too=called, content=content)
    return message


# --- who there is ---------------------------------------------------------------------------------


def colleagues(session: Session) -> QuerySet[Agent]:
    """Agents who may take over: active, and they serve this account; each with what they hold."""
    held = Session.objects.open().filter(agent=OuterRef("pk")).order_by().values("agent")
    load = Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0)
    others = notes.team_of(session).exclude(pk=session.agent_id)
    return others.annotate(load=load)


def teams(session: Session) -> QuerySet[Team]:
    """Those of this account, and those of no account in particular, that have somebody for it."""
    ours = Q(accounts=session.account_id) | Q(accounts=None)
    members = notes.team_of(session).exclude(pk=session.agent_id).order_by()
    return Team.objects.filter(ours, agents__in=members.values("pk")).distinct()


def servicers(session: Session) -> QuerySet[Servicer]:
    others = session.account.servicers.filter(agent=None)  # ours stand among the colleagues
    return others.exclude(external_id="").exclude(external_id=session.customer.servicer)


def _with_presence(agents: QuerySet[Agent]) -> list[Agent]:
    online, found = together.online(), list(agents)
    for agent in found:
        agent.value = f"agent-{agent.pk}"
        agent.presence = agent.status if agent.pk in online else OFFLINE
    return found


def _readiness(agent: Agent) -> tuple[int, int, str]:
    """Who can take it best stands first."""
    order = (Agent.Status.ONLINE, Agent.Status.AWAY, OFFLINE)
    return order.index(agent.presence), agent.load, str(agent)


def _teams(session: Session, agents: list[Agent]) -> list[TeamChoice]:
    by_pk = {agent.pk: agent for agent in agents}
    rows = teams(session).values_list("pk", "name", "agents")
    found: dict[int, TeamChoice] = {}
    for pk, name, agent in rows.order_by("name", "pk"):
        if agent in by_pk:
            found.setdefault(pk, TeamChoice(pk, name)).members.append(by_pk[agent])
    return list(found.values())


def _team(session: Session, team: Team) -> TeamChoice:
    members = colleagues(session).filter(teams=team)
    return TeamChoice(team.pk, team.name, _with_presence(members))


def _with_refusals(session: Session, found: QuerySet[Servicer]) -> list[Servicer]:
    """Each with why WeCom did not let them have this session, if it has just said so."""
    failed = session.messages.filter(kind="transfer", status=Message.Status.FAILED)
    refusals: dict[str, Message] = defaultdict(lambda: None)
    for message in failed.order_by("id"):
        refusals[message.content.get("servicer_userid", "")] = message
    servicers = list(found)
    for servicer in servicers:
        servicer.value = f"servicer-{servicer.pk}"
        servicer.refusal = refusals[servicer.external_id]
    return servicers
