"""Who may see what has changed: the pages that are open look again (consumers.py).

Signals, as there are many ways to change an agent: the admin, a command, signing out, a new password.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from messaging.live import announce
from messaging.models import Account, Connection
from sessions.models import Agent

EVERYBODY = "agents"


def look_again(agent: Agent | None = None) -> None:
    """Tell this agent's pages, or all, that what they may show has to be read anew."""
    announce(f"user-{agent.pk}" if agent else EVERYBODY, data={"rights": True})


@receiver(post_save, sender=Agent)
def agent_changed(instance: Agent, **more: Any) -> None:
    look_again(instance)


@receiver(m2m_changed, sender=Agent.accounts.through)
def accounts_changed(instance: Agent | Account, action: str, **more: Any) -> None:
    if action.startswith("post_"):
        look_again(instance if isinstance(instance, Agent) else None)


@receiver(post_save, sender=Account)
@receiver(post_save, sender=Connection)
def source_added(created: bool, **more: Any) -> None:
    if created:
        look_again()


@receiver(user_logged_out)
def signed_out(user: Agent | None, **more: Any) -> None:
    if user:
        look_again(user)
