"""What metrics count of a day that is over, so that a year is read from 365 rows and not from all facts.

Made from facts (reports/keeping.py) and thrown away as lightly: a day that is stale, or has no row, is
counted from its facts.
"""

from django.db import models
from django.db.models import F
from django.utils import timezone


class RollupDay(models.Model):
    """A day of the installation's zone."""

    day = models.DateField(primary_key=True)
    made_as = models.CharField(max_length=32, blank=True)  # what metrics meant when it was made
    is_stale = models.BooleanField(default=True)
    # Counts the changes of its facts: who makes it sees whether one came meanwhile.
    revision = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.day)

    @classmethod
    def touch(cls, *days) -> None:
        """In the transaction in which facts of these days change; without days, of all."""
        found = cls.objects.filter(day__in=days) if days else cls.objects.all()
        found.update(is_stale=True, revision=F("revision") + 1, touched_at=timezone.now())


class Rollup(models.Model):
    """One metric of one day, for each account and agent, as reports/packing.py writes it."""

    day = models.ForeignKey(RollupDay, models.CASCADE, db_index=False, related_name="rollups")
    name = models.CharField(max_length=80)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("name", "day", name="rollup_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.day_id}"
