"""How many rows of a metric lasted how long, or have which score: one query each."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from sessions.reports.metric import Metric

SCORES = (5, 4, 3, 2, 1)


def spread(rows: QuerySet, metric: Metric, is_business: bool, bounds: Sequence[int]) -> list[int]:
    """One number for each bound: from it to the next; the last has no end."""
    column = metric.column(is_business)
    counted = {}
    for place, (over, under) in enumerate(zip(bounds, [*bounds[1:], None], strict=True)):
        inside = Q(**{f"{column}__gte": over})
        if under is not None:
            inside &= Q(**{f"{column}__lt": under})
        counted[f"n{place}"] = Count("pk", filter=inside)
    found = rows.aggregate(**counted)
    return [found[name] for name in counted]


def scores(rows: QuerySet) -> dict[int, int]:
    found = rows.aggregate(**{f"n{score}": Count("pk", filter=Q(score=score)) for score in SCORES})
    return {score: found[f"n{score}"] for score in SCORES}
