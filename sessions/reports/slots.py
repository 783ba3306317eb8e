"""Moments as numbers of an hour, or of a quarter of one: what a database groups quickly in any zone."""

from datetime import UTC, datetime, timedelta, tzinfo

from django.db.models import Func, IntegerField

HOUR, QUARTER = 3600, 900


class Slot(Func):
    """How many hours (or quarters) since 1970, in UTC."""

    output_field = IntegerField()

    def __init__(self, column: str, size: int) -> None:
        super().__init__(column)
        self.size = size

    def as_sqlite(self, compiler, connection, **more):
        template = f"(CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / {self.size})"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler, connection, **more):
        template = f"(floor(extract(epoch FROM %(expressions)s) / {self.size})::bigint)"
        return self.as_sql(compiler, connection, template=template, **more)


def moment_of(slot: int, size: int) -> datetime:
    return datetime.fromtimestamp(slot * size, UTC)


def size_for(zone: tzinfo, around: datetime) -> int:
    """Hours are enough where the zone's offset is whole hours."""
    offset = zone.utcoffset(around.replace(tzinfo=None)) or timedelta()
    return QUARTER if offset % timedelta(hours=1) else HOUR
