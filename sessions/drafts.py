"""What an agent has begun to write: kept here, so that it is there in every browser."""

from sessions.models import Agent, Draft, Session

LONGEST = 20_000


def keep(session: Session, agent: Agent, text: str, *, is_note: bool = False) -> None:
    """Remember it; nothing is the same as no draft."""
    own = {"session_id": session.pk, "agent_id": agent.pk, "is_note": is_note}
    if text.strip():
        Draft.objects.update_or_create(**own, defaults={"text": text[:LONGEST]})
    else:
        Draft.objects.filter(**own).delete()


def of(session: Session, agent: Agent) -> dict[str, str]:
    """{"reply": …, "note": …}, as the composer shows them."""
    found = Draft.objects.filter(session_id=session.pk, agent_id=agent.pk)
    kept = {draft.is_note: draft.text for draft in found}
    return {"reply": kept.get(False, ""), "note": kept.get(True, "")}


def put_back(session: Session, agent: Agent, text: str) -> None:
    """Before what has been begun since. A draft saved late may still have it: once is enough."""
    begun = of(session, agent)["reply"].removeprefix(text).lstrip("\n")
    keep(session, agent, "\n".join(filter(None, (text, begun))))
