"""Sessions as markup: drawn once for each language, pushed to every page that shows them.

    announce_session(session)               beside the write; what is pushed is what was committed
    announce_session(session, moved=False)  only its words or times changed: no counts are read

The row goes to `account-<id>` with the facts by which each page decides whether it lists it; header
and composer go to `customer-<id>`. Nothing in them depends on who looks.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from messaging import kinds, live
from messaging.fragments import draw
from messaging.models import Code, State
from sessions import inbox
from sessions.actions import Action, Verdict, allowed, only_by
from sessions.counts import counts_of_accounts
from sessions.models import Session
from sessions.models.beside import with_servicers

logger = logging.getLogger(__name__)


def announce_session(session: Session, moved: bool = True) -> None:
    """Show this session, as it is now, in every list and on every page that has it open."""
    announce_sessions([session], moved)


def announce_sessions(sessions: Iterable[Session], moved: bool = True) -> None:
    """The same for several, with a few queries for all of them.

    They are drawn after the commit: a write transaction is not held open for templates, and a
    template that fails does not fail the caller.
    """
    keys = {session.pk for session in sessions}
    if keys:
        transaction.on_commit(lambda: _push(keys, moved), robust=True)


def _push(keys: set[int], moved: bool) -> None:
    """Lists first, then pages. What nobody hears is not drawn.

    `at`, of before it was read, tells pages when what two of us have read comes in the wrong order.
    """
    at = time.time()
    found = list(_drawn().filter(pk__in=keys).order_by("latest_at", "id"))
    listed = [session for session in found if live.is_heard(f"account-{session.account_id}")]
    opened = [session for session in found if live.is_heard(f"customer-{session.customer_id}")]
    counts = counts_of_accounts({s.account_id for s in listed}) if moved and listed else {}
    for session in listed:
        # Once for each account: the counts are the same in all of its rows.
        _guarded(_push_row, session, at, counts.pop(session.account_id, None))
    for session, verdicts in verdicts_of(opened):
        _guarded(_push_panes, session, at, verdicts)


@cache
def _drawn() -> QuerySet[Session]:
    """To filter by: putting this together takes Django longer than the database takes to answer."""
    return inbox.with_names(Session.objects.all())


def _guarded(push, session: Session, *arguments: Any) -> None:
    """One that cannot be drawn does not keep the others from being shown."""
    try:
        push(session, *arguments)
    except Exception:
        logger.exception("Session %s could not be drawn", session.pk)


def _push_row(session: Session, at: float, counts: dict[str, Any] | None) -> None:
    facts = facts_of(session) | {"at": at} | ({"counts": counts} if counts else {})
    html = draw("sessions/frames/row.html", {"session": session})
    gone = render_to_string("sessions/frames/gone.html", {"session": session})
    live.announce(f"account-{session.account_id}", data={**facts, "html": html, "gone": gone})


def _push_panes(session: Session, at: float, verdicts: Mapping[Action, Verdict]) -> None:
    html = draw("sessions/frames/session.html", session_context(session, verdicts))
    drawn = {"pane": session.pk, "at": at, "html": html}
    live.announce(f"customer-{session.customer_id}", data=drawn)


def facts_of(session: Session) -> dict[str, Any]:
    return {
        "session": session.pk,
        "account": session.account_id,
        "agent": session.agent_id,
        "ended": session.is_ended,
        "native": session.is_native,
        "snoozed": session.snoozed_until is not None,
        "recalled": session.latest_kind in kinds.RECALLS,
        "waiting": session.waiting_since is not None,
        "closes": session.closes_at.timestamp(),
        "coded": session.code_until is not None,
        "opened": session.opened_at.timestamp(),
        "priority": session.priority,
        "blocked": getattr(session, "is_blocked", False),
        "tags": [tag.pk for tag in session.shown_tags],
        "mentioned": session.mentioned,
        "unread": session.unread,
    }


def session_context(
    session: Session, verdicts: Mapping[Action, Verdict] | None = None
) -> dict[str, Any]:
    """What header, composer and row are drawn from: the verdicts by the names of the actions."""
    verdicts = verdicts or session.actions()
    return {
        "session": session,
        "customer": session.customer,
        "budget": session.customer.budget,
        # What all others are told of replying: who looks does not matter here.
        "reserved": only_by(str(session.agent)) if session.is_reserved and session.agent else "",
        "can": session.customer.capabilities,
        "may": {action.value: verdicts[action] for action in Action},
        "may_transfer": next(
            (verdicts[a] for a in TRANSFERS if verdicts[a]), verdicts[Action.TRANSFER_AGENT]
        ),
    }


TRANSFERS = (Action.TRANSFER_AGENT, Action.TRANSFER_POOL, Action.TRANSFER_SERVICER)


def _lead_on(ended: list[Session]) -> None:
    """To those that followed: one query for all, none where nothing has ended."""
    if ended:
        following = Session.objects.open().filter(customer__in={s.customer_id for s in ended})
        pairs = dict(following.values_list("customer_id", "pk"))
        for session in ended:
            session.newer = pairs.get(session.customer_id)


def verdicts_of(sessions: list[Session]) -> list[tuple[Session, Mapping[Action, Verdict]]]:
    """Each with what is allowed on it; two queries for all. To show, not to decide by."""
    if not sessions:
        return []
    _lead_on([session for session in sessions if session.is_ended])
    served = with_servicers({session.account_id for session in sessions})
    carried = [s.customer_id for s in sessions if s.customer.state in (State.POOL, State.SERVICER)]
    live_codes: dict[int, set[str]] = defaultdict(set)
    if carried:
        codes = Code.objects.alive().filter(customer__in=carried)
        for customer_id, kind in codes.values_list("customer_id", "kind"):
            live_codes[customer_id].add(kind)
    return [
        (s, allowed(s.situation_with(live_codes[s.customer_id], is_served)))
        for s in sessions
        for is_served in [(s.account_id, s.customer.capabilities.writes_beside) in served]
    ]
