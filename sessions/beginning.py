"""What stands between an agent and their first customer: a console that is new says so."""

from messaging.models import Account, Connection
from sessions.models import Agent


def missing(agent: Agent) -> str:
    """ "connection", "account" or "right"; nothing, where customers can come in."""
    if agent.visible_accounts().exists():
        return ""
    if Account.objects.exists():
        return "right"
    return "account" if Connection.objects.exists() else "connection"
