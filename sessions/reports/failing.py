"""Why messages were not delivered: by reason, with the events behind each number."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from messaging import failures
from sessions.models import Agent, SessionEvent
from sessions.reports.selection import Selection


@dataclass(frozen=True)
class Reason:
    """As messages have it: an `errcode` refused it, a `fail_type` says why it did not arrive."""

    type: str
    code: int | None
    count: int

    @property
    def failure(self) -> failures.Failure | None:
        if self.code is None:
            return None
        of = failures.of_fail_type if self.type == "fail_type" else failures.of_errcode
        return of(self.code, "")


def reasons(reader: Agent, selection: Selection) -> list[Reason]:
    """The most frequent first. A failure belongs to the moment at which it was sent."""
    found = failed(reader, selection).order_by().values_list("facts__type", "facts__code")
    counted = found.annotate(rows=Count("*")).order_by("-rows", "facts__type", "facts__code")
    return [Reason(*row) for row in counted]


def failed(reader: Agent, selection: Selection, reason: Reason | None = None) -> QuerySet:
    """The events: one for each message that was refused, or each time that it did not arrive."""
    begin, end = selection.period.moments
    found = reader.visible(SessionEvent.objects.filter(kind=SessionEvent.Kind.FAILED))
    found = found.filter(at__gte=begin, at__lt=end)
    if selection.accounts:
        found = found.filter(account__in=selection.accounts)
    if selection.agents:
        found = found.filter(agent__in=selection.agents)
    if reason:
        found = found.filter(facts__type=reason.type, facts__code=reason.code)
    return found.filter(Q() if reader.is_lead else Q(agent=reader))
