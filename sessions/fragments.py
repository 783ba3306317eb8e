"""Sessions as markup: drawn once for each language, pushed to every page that shows them.

    announce_session(session)               beside the write; what is pushed is what was committed
    announce_session(session, moved=False)  only its words or times changed: no counts are read

The row goes to `account-<id>` with the facts by which each page decides whether it lists it; header
and composer go to `customer-<id>`. Nothing in them depends on who looks.
"""

import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from messaging import live
from sessions import inbox
from sessions.actions import Action
from sessions.models import Session


def announce_session(session: Session, moved: bool = True) -> None:
    """Show this session, as it is now, in every list and on every page that has it open.

    It is drawn after the commit: a write transaction is not held open for templates, and a
    template that fails does not fail the caller.
    """
    pk = session.pk
    transaction.on_commit(lambda: _push(pk, moved), robust=True)


def _push(pk: int, moved: bool) -> None:
    session = inbox.with_names(Session.objects.filter(pk=pk)).first()
    if session is None:
        return
    facts = facts_of(session)
    if moved:
        facts["counts"] = inbox.counts_of_account(session.account_id)
    context = session_context(session)
    row = _drawn("sessions/frames/row.html", context)
    gone = render_to_string("sessions/frames/gone.html", context)
    live.announce(f"account-{session.account_id}", data={**facts, "html": row, "gone": gone})
    panes = _drawn("sessions/frames/session.html", context)
    live.announce(f"customer-{session.customer_id}", data={"html": panes})


def facts_of(session: Session) -> dict[str, Any]:
    return {
        "session": session.pk,
        "account": session.account_id,
        "agent": session.agent_id,
        "ended": session.is_ended,
        "native": bool(session.servicer),
        "unread": session.unread,
        "at": time.time(),
    }


def session_context(session: Session) -> dict[str, Any]:
    """What header, composer and row are drawn from: the verdicts by the names of the actions."""
    verdicts = session.actions()
    return {
        "session": session,
        "customer": session.customer,
        "budget": session.customer.budget,
        "may": {action.value: verdicts[action] for action in Action},
        "may_transfer": next(
            (verdicts[a] for a in TRANSFERS if verdicts[a]), verdicts[Action.TRANSFER_AGENT]
        ),
    }


TRANSFERS = (Action.TRANSFER_AGENT, Action.TRANSFER_POOL, Action.TRANSFER_SERVICER)


def _drawn(template: str, context: dict[str, Any]) -> dict[str, str]:
    """{language: markup}; times in the zone of the installation, pages show them in theirs."""
    markup = {}
    with timezone.override(settings.TIME_ZONE):
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                markup[language] = render_to_string(template, context)
    return markup
