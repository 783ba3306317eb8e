"""Which facts: what was chosen on the page, narrowed to what its reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from sessions.models import Agent, SessionFact, Tag
from sessions.reports.metric import Metric
from sessions.reports.periods import Period

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Selection:
    """Each narrows, values of one kind widen; none is all."""

    period: Period
    accounts: tuple[int, ...] = ()
    agents: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    entrances: tuple[str, ...] = ()
    closed_by: tuple[str, ...] = ()
    is_business: bool = False  # durations within the hours of the account

    def previous(self) -> "Selection":
        return replace(self, period=self.period.previous())

    @property
    def is_of_days(self) -> bool:
        """Does nothing narrow it but days, accounts and agents?"""
        return not (self.tags or self.entrances or self.closed_by)

    def facts(self, reader: Agent, metric: Metric, spans: Sequence[Span] = ()) -> QuerySet:
        """The rows of the period, or of these spans of it, that a metric could count."""
        at, when = metric.at, Q()
        for begin, end in spans or [self.period.moments]:
            when |= Q(**{f"{at}__gte": begin, f"{at}__lt": end})
        return self.chosen(reader, metric).filter(when)

    def chosen(self, reader: Agent, metric: Metric) -> QuerySet:
        """The same of all times."""
        found = reader.visible(metric.model.objects.all())
        return found.filter(self._chosen(metric), self._own(reader, metric))

    def is_personal(self, reader: Agent) -> bool:
        """Does it matter whose a row is?"""
        return bool(self.agents) or not reader.is_lead

    def _own(self, reader: Agent, metric: Metric) -> Q:
        """Who leads nobody sees what is their own."""
        return Q() if reader.is_lead else Q(**{metric.agent: reader.pk})

    def _chosen(self, metric: Metric) -> Q:
        chosen = Q()
        if self.accounts:
            chosen &= Q(account__in=self.accounts)
        if self.agents:
            chosen &= Q(**{f"{metric.agent}__in": self.agents})
        if self.tags:
            tagged = Tag.sessions.through.objects.filter(tag__in=self.tags)
            chosen &= Q(session__in=tagged.values("session"))
        if self.entrances or self.closed_by:
            chosen &= self._of_sessions(metric)
        return chosen

    def _of_sessions(self, metric: Metric) -> Q:
        chosen = Q(entrance__in=self.entrances) if self.entrances else Q()
        chosen &= Q(closed_by__in=self.closed_by) if self.closed_by else Q()
        if metric.model is SessionFact:
            return chosen
        return Q(session__in=SessionFact.objects.filter(chosen).values("session"))
