"""Metrics of agents, each for the stretches in which they had a session, and of what only WeCom has.

Those of teams, presence, reply targets and bots belong here when there are such.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sessions.models import StintFact
from sessions.reports.metric import BAD, Metric, Unit

OF_STINTS = {"model": StintFact, "at": "ended_at", "agent": "agent"}
SPENT = _("Sessions in which so many messages were sent before the customer wrote again.")

OF_AGENTS = (
    Metric(
        "taken",
        _("Sessions taken"),
        _("How often an agent got a session: accepted, or handed over."),
        **OF_STINTS | {"at": "began_at"},
    ),
    Metric(
        "handed_on",
        _("Handed on"),
        _("Sessions that left their agent before the end, of all that left an agent."),
        Unit.SHARE,
        part=~Q(left_by=StintFact.Left.CLOSED),
        **OF_STINTS,
    ),
    Metric(
        "time_handled",
        _("Time with sessions"),
        _("Handle time of all stretches that ended, added up."),
        Unit.SECONDS,
        total="handled",
        **OF_STINTS,
    ),
)
MUTED = Q(muted_at__isnull=False)

OF_WECOM = (
    Metric(
        "failed",
        _("Send failures"),
        _("Messages that were refused or did not arrive, in the sessions that were opened."),
        total="failed",
        is_better=-1,
    ),
    *(
        Metric(
            name, label, SPENT, among=Q(messages_in__gt=0), part=Q(budget_peak__gte=spent), **BAD
        )
        for name, spent, label in (
            ("budget_pressed", 4, _("Four of five messages used")),
            ("budget_spent", 5, _("All five messages used")),
        )
    ),
    Metric(
        "muted",
        _("Muted by customers"),
        _("Sessions in which a message failed because the customer has muted the account."),
        at="muted_at",
        agent="muted_agent",
        is_better=-1,
    ),
    Metric(
        "mute_rate",
        _("Mute rate"),
        _("Different customers who muted the account, of those who wrote in the new sessions."),
        among=Q(messages_in__gt=0),
        part=MUTED,
        distinct="customer",
        **BAD,
    ),
    Metric(
        "native",
        _("Served in WeCom"),
        _("Sessions that WeCom's pool or a servicer had at some time, of those that were opened."),
        Unit.SHARE,
        part=Q(was_native=True),
    ),
    Metric(
        "native_time",
        _("Time served in WeCom"),
        _("How long WeCom's pool or a servicer had the sessions that were opened, added up."),
        Unit.SECONDS,
        total="native",
    ),
)
