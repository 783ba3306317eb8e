"""What is allowed, and why not: the one function that buttons, views, API and tests all ask.

Pure. Rows of the table: platform state × who holds it × budget × codes (protocol/wecom_kf.md §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

NEW, ASSISTANT, POOL, SERVICER, ENDED = range(5)


class Action(StrEnum):
    ACCEPT = "accept"
    REPLY = "reply"
    TRANSFER_AGENT = "transfer_agent"
    TRANSFER_POOL = "transfer_pool"
    TRANSFER_SERVICER = "transfer_servicer"
    END = "end"
    TAG = "tag"
    PRIORITY = "priority"
    SNOOZE = "snooze"
    MARK = "mark"


@dataclass(frozen=True)
class Situation:
    """All that decides. `heading_to` is a state that a queued transition will bring, or None."""

    state: int
    is_ended: bool = False
    heading_to: int | None = None
    is_assigned: bool = False
    window_is_open: bool = True
    budget_left: int = 5
    has_pool_code: bool = False
    has_pickup_code: bool = False
    has_pool: bool = True
    has_servicers: bool = True
    servicer: str = ""
    is_managed: bool = True
    is_reserved: bool = False  # the account lets nobody but the assignee reply
    writes_beside: bool = False  # nobody at the platform stands in the way
    is_mine: bool = True  # the assignee asks
    assignee: str = ""


@dataclass(frozen=True)
class Verdict:
    """`carrier` says what a reply costs: "budget", or the code ("pool", "pickup") that carries it."""

    is_allowed: bool
    reason: str | Promise = ""
    carrier: str = ""

    def __bool__(self) -> bool:
        return self.is_allowed


YES = Verdict(True)


class Refused(Exception):
    """An action that is not allowed; says why, in words for the agent."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _no(reason: str | Promise) -> Verdict:
    return Verdict(False, reason)


OVER = _("The session has ended. The customer's next message opens a new one.")
UNDER_WAY = _("A transfer is under way.")
SPENT = _("All 5 messages are used. The customer's next message gives you 5 new ones.")
OVER_THERE = _("The session is over in Desk. The customer's next message begins a new one.")
IN_POOL = _("The session waits in WeCom's pool for a servicer.")


def _held_by(servicer: str) -> str | Promise:
    if servicer:
        return format_lazy(_("{servicer} is answering in WeCom."), servicer=servicer)
    return _("A servicer is answering in WeCom.")


def allowed(situation: Situation) -> Mapping[Action, Verdict]:
    """Every action with its verdict; each refusal has its reason."""
    return {
        Action.ACCEPT: _accept(situation),
        Action.REPLY: _reply(situation),
        Action.TRANSFER_AGENT: _transfer_agent(situation),
        Action.TRANSFER_POOL: _transfer_pool(situation),
        Action.TRANSFER_SERVICER: _transfer_servicer(situation),
        Action.END: _end(situation),
        Action.TAG: YES,  # also of what is over: that is when people sort it
        Action.PRIORITY: _while_open(situation),
        Action.SNOOZE: _while_open(situation),
        Action.MARK: _while_open(situation),
    }


def _closed(situation: Situation) -> Verdict | None:
    """The refusal that stands before all others."""
    if not situation.is_managed:
        return _no(_("This account is not assigned to the app in WeCom admin."))
    if situation.is_ended:
        return _no(OVER)
    if situation.heading_to is not None:
        return _no(UNDER_WAY)
    return None


def _held(situation: Situation) -> Verdict | None:
    """The refusal when WeCom's side has the session."""
    if situation.writes_beside:
        return _no(OVER_THERE) if situation.state == ENDED else None
    if situation.state == POOL:
        return _no(IN_POOL)
    if situation.state == SERVICER:
        return _no(_held_by(situation.servicer))
    if situation.state == ENDED:
        return _no(_("The session is over at WeCom. The customer's next message reopens it."))
    return None


def _first(*verdicts: Verdict | None) -> Verdict:
    """The first that is one: a refusal is false, so `or` would pass over it."""
    return next((verdict for verdict in verdicts if verdict is not None), YES)


def _refused_if(condition: bool, reason: str | Promise) -> Verdict | None:
    return Verdict(False, reason) if condition else None


def _window(situation: Situation) -> Verdict | None:
    return _refused_if(
        not situation.window_is_open, _("The customer last wrote more than 48 hours ago.")
    )


def _accept(situation: Situation) -> Verdict:
    assigned = _refused_if(situation.is_assigned, _("It is assigned already."))
    return _first(_closed(situation), _held(situation), assigned)


def _reply(situation: Situation) -> Verdict:
    return _first(
        _closed(situation),
        None if _is_anothers(situation) else _carried_by_code(situation),
        _held(situation),
        _refused_if(_is_anothers(situation), only_by(situation.assignee)),
        _window(situation),
        _refused_if(situation.budget_left < 1, SPENT),
        Verdict(True, carrier="budget"),
    )


def only_by(assignee: str) -> str | Promise:
    return format_lazy(_("Only {agent} may reply here."), agent=assignee)


def _is_anothers(situation: Situation) -> bool:
    return situation.is_reserved and situation.is_assigned and not situation.is_mine


def _carried_by_code(situation: Situation) -> Verdict | None:
    if situation.state == POOL and situation.has_pool_code:
        return Verdict(True, carrier="pool")
    if situation.state == SERVICER and situation.has_pickup_code:
        return Verdict(True, carrier="pickup")
    return None


def _transfer_agent(situation: Situation) -> Verdict:
    return _first(_closed(situation), _held(situation))


def _transfer_pool(situation: Situation) -> Verdict:
    no_pool = _refused_if(not situation.has_pool, _("This system has no pool."))
    return _first(_closed(situation), _held(situation), _window(situation), no_pool)


def _transfer_servicer(situation: Situation) -> Verdict:
    """From the pool and from another servicer, too: these two are the platform's own ways (§4.3)."""
    over = _held(situation) if situation.state == ENDED else None
    sentence = _("No servicer of this account is receiving in WeCom.")
    if situation.writes_beside:
        sentence = _("No member of Desk is known yet.")
    nobody = _refused_if(not situation.has_servicers, sentence)
    return _first(_closed(situation), over, _window(situation), nobody)


def _end(situation: Situation) -> Verdict:
    """Ours can always be ended, except from the pool: the platform offers no way out of it."""
    is_stuck = situation.state == POOL and not situation.writes_beside
    return _first(_closed(situation), _refused_if(is_stuck, IN_POOL))


def _while_open(situation: Situation) -> Verdict:
    return _first(_refused_if(situation.is_ended, OVER))
