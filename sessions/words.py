"""Several rows as one column of another row: what a list row needs of its tags costs no query."""

from typing import Any

from django.db.models import F, Func, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

BETWEEN_ROWS, BETWEEN_COLUMNS = "\x1e", "\x1f"


class _Joined(Func):
    """An aggregate that Django need not know for one: it stands alone in its subquery."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **extra) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


def joined(rows: QuerySet, *columns: str) -> Subquery:
    parts: list[Any] = []
    for column in columns:
        parts += [Cast(F(column), TextField()), Value(BETWEEN_COLUMNS)]
    row = Concat(*parts, output_field=TextField()) if len(parts) > 2 else parts[0]
    words = _Joined(row, Value(BETWEEN_ROWS))
    return Subquery(rows.order_by().annotate(words=words).values("words"))


def parted(words: str | None) -> list[list[str]]:
    """What `joined` has put into one text, row by row."""
    if not words:
        return []
    return [row.rstrip(BETWEEN_COLUMNS).split(BETWEEN_COLUMNS) for row in words.split(BETWEEN_ROWS)]
