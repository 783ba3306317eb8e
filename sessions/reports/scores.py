"""How many ratings of each kind there are, in one query."""

from django.db.models import Count, Q, QuerySet

SCORES = (5, 4, 3, 2, 1)


def scores(rows: QuerySet) -> dict[int, int]:
    found = rows.aggregate(**{f"n{score}": Count("pk", filter=Q(score=score)) for score in SCORES})
    return {score: found[f"n{score}"] for score in SCORES}
