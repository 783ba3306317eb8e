"""Whether a customer is asked how satisfied they were, and what carries the question. Pure.

In this order: the closing code, at once; one of the five messages, if the plan spends one; where
nothing is limited, a message. What speaks against it is kept as well, so that rates are honest.
"""

from dataclasses import dataclass

from messaging import codes
from sessions.models import Carrier, Session, Skip, SurveyPlan

BUDGET = "budget"
MENU, CARD, LINK, TEXT = "menu", "card", "link", "text"


@dataclass(frozen=True)
class Facts:
    """All that decides. `has_code` also says that the end which is on its way will yield one."""

    ended_by: str = Session.EndedBy.AGENT
    can_menu: bool = True
    can_card: bool = False  # the platform's own stars
    has_code: bool = False
    is_limited: bool = True
    window_is_open: bool = True
    is_over: bool = False  # at the platform, where nothing more can be said
    left: int = 5
    messages: int = 0  # counted only if the plan wants some
    was_asked: bool = False  # within the plan's days
    is_muted: bool = False  # by the customer: nothing arrives


@dataclass(frozen=True)
class Decision:
    """Either `skipped` says why not, or `form` what is sent and `pays` what it costs."""

    skipped: str = ""
    form: str = ""
    pays: str = ""

    @property
    def carrier(self) -> str:
        if self.skipped:
            return ""
        if self.form in (LINK, CARD):
            return Carrier.LINK if self.form == LINK else Carrier.PLATFORM
        return {codes.END: Carrier.CODE, BUDGET: Carrier.BUDGET}.get(self.pays, Carrier.TEXT)

    @property
    def why_not(self) -> str:
        return Skip(self.skipped).label if self.skipped else ""


def choose(plan: SurveyPlan, facts: Facts) -> Decision:
    reason = _against(plan, facts)
    if reason:
        return Decision(skipped=reason)
    return Decision(form=_form(plan, facts), pays=_pays(facts))


def _against(plan: SurveyPlan, facts: Facts) -> str:
    """The first reason not to ask; empty when there is none."""
    reasons = {
        Skip.OFF: not plan.asks_after(facts.ended_by),
        Skip.SHORT: facts.messages < plan.least_messages,
        Skip.RECENT: facts.was_asked,
        Skip.MUTED: facts.is_muted,
    }
    if not facts.has_code:
        reasons |= {
            Skip.WINDOW: not facts.window_is_open,
            Skip.OVER: facts.is_over,
            Skip.SAVED: facts.is_limited and not plan.spends,
            Skip.SPENT: facts.is_limited and facts.left <= plan.keeps,
        }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _form(plan: SurveyPlan, facts: Facts) -> str:
    if plan.link == SurveyPlan.Link.ALWAYS:
        return LINK
    if facts.can_menu:
        return MENU
    if facts.can_card:
        return CARD
    return LINK if plan.link == SurveyPlan.Link.NO_MENU else TEXT


def _pays(facts: Facts) -> str:
    if facts.has_code:
        return codes.END
    return BUDGET if facts.is_limited else ""
