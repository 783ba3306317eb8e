"""Whom a lead may choose: who serves an account that they serve, or did something there."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from sessions.models import Agent, ReplyFact, SessionFact, StintFact
from sessions.reports.periods import Period

# Each fact by whom, and when: as their indexes have it.
DEEDS = (
    (StintFact, "agent", "began_at"),
    (ReplyFact, "agent", "at"),
    (SessionFact, "closer", "closed_at"),
)


def colleagues(reader: Agent, days: Period, chosen: Collection[int]) -> QuerySet[Agent]:
    """Of facts those of the period; who was chosen stays when it moves on."""
    if not reader.is_lead:
        return Agent.objects.filter(pk=reader.pk)
    if reader.serves_all:
        return Agent.objects.all()
    serving = Q(serves_all=True) | Q(accounts__in=reader.visible_accounts())
    known = Agent.objects.filter(serving).order_by().values("pk")
    begin, end = days.moments
    deeds = []
    for model, whose, at in DEEDS:
        facts = reader.visible(model.objects.order_by()).exclude(**{whose: None})
        deeds.append(facts.filter(**{f"{at}__gte": begin, f"{at}__lt": end}).values(whose))
        if chosen:
            deeds.append(facts.filter(**{f"{whose}__in": chosen}).values(whose))
    return Agent.objects.filter(pk__in=known.union(*deeds))
