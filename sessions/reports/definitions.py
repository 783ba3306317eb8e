"""How each number is made, in words: for the page to which every number leads."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.reports.metric import Metric, Unit
from sessions.reports.metrics import METRICS

Text = str | Promise
UNITS = {
    Unit.COUNT: _("A count."),
    Unit.SECONDS: _("A time: median and p90, in calendar or business time."),
    Unit.SHARE: _("A share."),
    Unit.RATIO: _("A ratio."),
    Unit.SCORE: _("A mean of ratings."),
}
SUMMED = _("A time, added up.")
DAYS = {
    "opened_at": _("the day on which the session was opened"),
    "closed_at": _("the day on which it ended"),
    "first_reply_at": _("the day of the first reply"),
    "first_answer_at": _("the day of the first answer"),
    "slowest_at": _("the day of that reply"),
    "assigned_at": _("the day of the assignment"),
    "queue_left_at": _("the day on which it left the queue"),
    "lost_at": _("the day on which the window closed"),
    "muted_at": _("the day of the message that failed"),
    "rated_at": _("the day of the rating"),
    "asked_at": _("the day of the question"),
    "at": _("the day of the reply"),
    "began_at": _("the day on which the agent got it"),
    "ended_at": _("the day on which it left the agent"),
}
OWNERS = {
    "owner": _("who has it, or had it at its end"),
    "closer": _("who ended it"),
    "first_agent": _("who replied first"),
    "first_holder": _("who first had it"),
    "agent": _("who did it"),
    "muted_agent": _("who had written last before"),
}
GROUPS = (
    (_("How much"), ("sessions", "customers", "messages_in", "messages_out", "messages_per_session", "replies", "closed")),
    (_("How quick"), ("first_reply", "first_answer", "next_reply", "slowest_reply", "within_*", "reply_rate", "assignment")),
    (_("The queue"), ("queue_wait", "abandoned")),
    (_("How it ended"), ("resolution", "handle_time", "waited_for_us", "waited_for_customer", "one_touch", "unanswered", "lost", "reopened_*", "transfers", "transferred_twice")),
    (_("Satisfaction"), ("csat*",)),
)  # fmt: skip
REST = _("Agents and WeCom")


@dataclass(frozen=True)
class Definition:
    metric: Metric

    @property
    def unit(self) -> Text:
        is_sum = self.metric.unit == Unit.SECONDS and not self.metric.is_duration
        return SUMMED if is_sum else UNITS[self.metric.unit]

    @property
    def day(self) -> Text:
        return DAYS[self.metric.at]

    @property
    def owner(self) -> Text:
        return OWNERS[self.metric.agent]


def definitions_of() -> list[tuple[Text, list[Definition]]]:
    """In groups; what is in none stands at the end."""
    left = dict(METRICS)
    found = []
    for title, names in GROUPS:
        some = [name for pattern in names for name in METRICS if _fits(name, pattern)]
        found.append((title, [Definition(left.pop(name)) for name in some]))
    return [*found, (REST, [Definition(metric) for metric in left.values()])]


def _fits(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
