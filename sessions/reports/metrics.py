"""All metrics, each with its definition in a sentence, which the pages show (docs/reports.md)."""

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sessions.models import ReplyFact
from sessions.reports.metric import BAD, GOOD, TIME, Metric, Unit
from sessions.reports.metrics_desk import OF_AGENTS, OF_WECOM

MINUTE, DAY = 60, 24 * 3600
METRICS: dict[str, Metric] = {}
LIMITS = (1, 3, 5, 15, 60)  # minutes, of the shares of first responses

CLOSED = {"at": "closed_at", "agent": "closer"}
OF_REPLIES = {"model": ReplyFact, "at": "at", "agent": "agent"}
FIRST = {"at": "first_reply_at", "agent": "first_agent"}


def _add(name: str, label, formula, **fields) -> None:
    METRICS[name] = Metric(name, label, formula, **fields)


# --- how much ---------------------------------------------------------------------------------------

_add("sessions", _("New sessions"), _("Sessions that were opened."))
_add(
    "customers",
    _("Customers"),
    _("Different customers who wrote in the sessions that were opened."),
    among=Q(messages_in__gt=0),
    distinct="customer",
)
_add(
    "messages_in",
    _("Messages in"),
    _("What customers wrote in the sessions that were opened."),
    total="messages_in",
)
_add(
    "messages_out",
    _("Messages out"),
    _("What was accepted and did not fail in the sessions that were opened, automatic or not."),
    total="messages_out",
)
_add(
    "messages_per_session",
    _("Messages per session"),
    _("Messages in, divided by the sessions that were opened."),
    unit=Unit.RATIO,
    total="messages_in",
)
_add(
    "replies",
    _("Replies"),
    _("Messages by people that were accepted and did not fail."),
    **OF_REPLIES,
)
_add("closed", _("Sessions ended"), _("Sessions that ended, however they did."), **CLOSED)

# --- how quick --------------------------------------------------------------------------------------

_add(
    "first_reply",
    _("First response time"),
    _("From the customer's first message to the first reply of a person."),
    value="first_reply",
    **FIRST | TIME,
)
_add(
    "first_answer",
    _("First answer of any kind"),
    _("From the customer's first message to the first answer, be it automatic."),
    value="first_answer",
    at="first_answer_at",
    agent="first_agent",
    **TIME,
)
_add(
    "next_reply",
    _("Response time"),
    _("In each turn, from the first message nobody has answered to the next reply of a person."),
    value="seconds",
    **OF_REPLIES | TIME,
)
_add(
    "slowest_reply",
    _("Slowest response"),
    _("The longest response time of each session."),
    value="slowest",
    at="slowest_at",
    agent="closer",
    **TIME,
)
for _limit in LIMITS:
    _add(
        f"within_{_limit}",
        format_lazy(_("First response within {minutes} min"), minutes=_limit),
        _("First responses that took no longer, divided by all first responses."),
        among=Q(first_reply__isnull=False),
        part=Q(first_reply__lte=_limit * MINUTE),
        **FIRST | GOOD,
    )
_add(
    "reply_rate",
    _("Reply rate"),
    _("Sessions with a reply of a person, divided by those in which the customer wrote."),
    among=Q(messages_in__gt=0),
    part=Q(replies__gt=0),
    **GOOD,
)
_add(
    "assignment",
    _("Time to assignment"),
    _("From the customer's first message until an agent first has the session."),
    value="assignment",
    at="assigned_at",
    agent="first_holder",
    **TIME,
)

# --- the queue --------------------------------------------------------------------------------------

_add(
    "queue_wait",
    _("Time in the queue"),
    _("How long a session was in the queue, all its stays together."),
    value="queued",
    at="queue_left_at",
    agent="first_holder",
    **TIME,
)
_add(
    "abandoned",
    _("Abandoned"),
    _("Sessions that ended in the queue without a reply, but not by us, of those that left it."),
    at="queue_left_at",
    agent="first_holder",
    among=Q(queued__isnull=False),
    part=Q(is_abandoned=True),
    **BAD,
)

# --- how it ended -----------------------------------------------------------------------------------

_add(
    "resolution",
    _("Resolution time"),
    _("From the opening of a session to its end."),
    value="resolution",
    **CLOSED | TIME,
)
_add(
    "handle_time",
    _("Handle time"),
    _(
        "While an agent has the session and it is not snoozed: the customer's turn counts 5 minutes."
    ),
    value="handled",
    **CLOSED | TIME,
)
_add(
    "waited_for_us",
    _("Customers waited"),
    _("Of each ended session, how long it was our turn."),
    value="waited_for_us",
    **CLOSED | TIME,
)
_add(
    "waited_for_customer",
    _("We waited"),
    _("Of each ended session, how long it was the customer's turn."),
    value="waited_for_customer",
    **CLOSED | TIME,
)
_add(
    "one_touch",
    _("Solved with one reply"),
    _("Sessions ended with exactly one reply of a person, divided by the sessions that ended."),
    part=Q(replies=1),
    **CLOSED | GOOD,
)
_add(
    "unanswered",
    _("Ended unanswered"),
    _("Sessions ended while the customer's last message had no reply, of those that ended."),
    part=Q(is_unanswered=True),
    **CLOSED | BAD,
)
_add(
    "lost",
    _("Lost windows"),
    _("Sessions whose 48 hours passed while the customer waited for us."),
    at="lost_at",
    is_better=-1,
)
for _name, _seconds, _label in (
    ("reopened_day", DAY, _("Came back within 24 hours")),
    ("reopened_week", 7 * DAY, _("Came back within 7 days")),
):
    _add(
        _name,
        _label,
        _("Sessions after whose end the customer opened another, of those that ended."),
        part=Q(reopened_in__lte=_seconds),
        **CLOSED | BAD,
    )
_add(
    "transfers",
    _("Transfers per session"),
    _("How often a session left the one who had it, divided by the sessions that were opened."),
    unit=Unit.RATIO,
    total="transfers",
    is_better=-1,
)
_add(
    "transferred_twice",
    _("Transferred twice or more"),
    _("Sessions with two transfers or more, of those that were opened."),
    part=Q(transfers__gte=2),
    **BAD,
)

# --- satisfaction: whoever ended the session has it ---------------------------------------------------

RATED = {"at": "rated_at", "agent": "closer", "is_better": 1}
_add(
    "csat",
    _("Satisfied customers"),
    _("Ratings of 4 and 5, divided by all ratings."),
    unit=Unit.SHARE,
    part=Q(score__gte=4),
    **RATED,
)
_add(
    "csat_average",
    _("Average rating"),
    _("The mean of all ratings from 1 to 5."),
    unit=Unit.SCORE,
    total="score",
    **RATED,
)
_add(
    "csat_response",
    _("Surveys answered"),
    _("Surveys that were rated, divided by those that were accepted and did not fail."),
    at="asked_at",
    agent="closer",
    part=Q(score__isnull=False),
    **GOOD,
)

METRICS |= {metric.name: metric for metric in (*OF_AGENTS, *OF_WECOM)}
