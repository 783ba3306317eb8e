"""When accounts serve, and which figures still have to follow when that is changed."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions import spans
from sessions.models.fact import SessionFact
from sessions.spans import Span

# What reading a row that was written by hand may raise; an unknown zone is a KeyError.
UNREADABLE = (AttributeError, KeyError, OSError, TypeError, ValueError)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
PIECE = 25  # sessions in one transaction: other writers wait for it


class Hours(models.Model):
    """When an account serves, from a day on; without a row it always does."""

    account = models.ForeignKey(
        "messaging.Account",
        models.CASCADE,
        related_name="hours",
        verbose_name=gettext_lazy("account"),
    )
    since = models.DateField(gettext_lazy("valid from"))
    # Of the installation, if none.
    time_zone = models.CharField(gettext_lazy("time zone"), max_length=50, blank=True)
    # {"0": [["09:00", "18:00"]], …}: Monday is 0, a day that is not named is closed.
    weekly = models.JSONField(default=dict, blank=True)
    # {"2026-10-01": [], "2026-10-10": [["09:00", "18:00"]]}: holidays and make-up days (调休).
    days = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=dict, blank=True)  # {"2026-10-01": "国庆节"}
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("changed by"),
    )
    changed_at = models.DateTimeField(gettext_lazy("changed at"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("business hours")
        verbose_name_plural = gettext_lazy("business hours")
        ordering = ["account", "since"]
        constraints = [models.UniqueConstraint("account", "since", name="hours_once_per_day")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.since}"

    # What is written may have come by another way than the form: each of these may raise.

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    @cached_property
    def week(self) -> dict[int, list[Span]]:
        return {_weekday(day): _read(_name(day), kept) for day, kept in self.weekly.items()}

    @cached_property
    def special(self) -> dict[date, list[Span]]:
        found = {date.fromisoformat(day): _read(day, kept) for day, kept in self.days.items()}
        return dict(sorted(found.items()))

    @cached_property
    def is_readable(self) -> bool:
        try:
            self.clean()
        except ValidationError:
            return False
        return True

    def clean(self) -> None:
        problems = {}
        for field, reads in (("time_zone", "zone"), ("weekly", "week"), ("days", "special")):
            self.__dict__.pop(reads, None)
            try:
                getattr(self, reads)
            except spans.Unclear as problem:
                problems[field] = str(problem)
            except UNREADABLE:
                problems[field] = UNCLEAR[field]
        if not isinstance(self.notes, dict):
            problems["notes"] = UNCLEAR["notes"]
        if problems:
            raise ValidationError(problems)

    # --- in words -------------------------------------------------------------------------------

    @property
    def in_words(self) -> list[str]:
        return spans.say_week(self.week)

    @property
    def special_in_words(self) -> list[tuple[date, str, str]]:
        return [
            (day, spans.say(some), str(self.notes.get(day.isoformat(), "")))
            for day, some in self.special.items()
        ]

    @property
    def length(self) -> float:
        """Hours of a week, by the clock on the wall."""
        return sum(_hours(span) for some in self.week.values() for span in some)


UNCLEAR = {
    "time_zone": gettext_lazy("There is no time zone with this name. Example: Asia/Shanghai."),
    "weekly": gettext_lazy(
        'This cannot be read. Example: {"0": [["09:00", "18:00"]]}, where 0 is Monday.'
    ),
    "notes": gettext_lazy('This cannot be read. Example: {"2026-10-01": "National Day"}.'),
    "days": gettext_lazy('This cannot be read. Example: {"2026-10-01": []}, a day that is closed.'),
}


def _weekday(day: Any) -> int:
    if int(day) not in range(7):
        raise ValueError(day)
    return int(day)


def _name(day: Any) -> str:
    return str(WEEKDAYS[_weekday(day)])


def _read(name: str, kept: Any) -> list[Span]:
    try:
        return spans.read(kept)
    except spans.Unclear as problem:
        raise spans.Unclear(_("%(day)s: %(problem)s") % {"day": name, "problem": problem}) from None


def _hours(span: Span) -> float:
    begin, end = (each.hour + each.minute / 60 for each in span)
    return (end or 24) - begin


class Recount(models.Model):
    """The figures of an account are made anew, piece by piece, since its hours were changed.

    The sessions that are open come first, then those that ended, the last first: what is looked at
    most is right soonest. Asked again, it begins again.
    """

    account = models.OneToOneField("messaging.Account", models.CASCADE, related_name="recount")
    since = models.DateField()  # what ended before stays as it is
    # How far it is: none while open sessions are counted, else what ended later is done.
    until = models.DateTimeField(null=True)
    session = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account_id} {self.since}"

    @classmethod
    def ask(cls, account_id: int, since: date) -> None:
        asked = {"since": since, "until": None, "session": 0}
        found, made = cls.objects.get_or_create(account_id=account_id, defaults=asked)
        if not made:
            asked["since"] = min(since, found.since)
            cls.objects.filter(pk=found.pk).update(**asked)

    def next_piece(self) -> list[int]:
        """Sessions, which are taken as done; it is gone after the last. The caller holds the row."""
        found = list(self._rest().values_list("session", "closed_at")[:PIECE])
        if found:
            self.session, closed_at = found[-1]
            self.until = self.until and closed_at
        elif self.until is None:
            self.until, self.session = LATEST, 0
        else:
            self.delete()
            return []
        self.save()
        return [session for session, _closed_at in found]

    @property
    def left(self) -> int:
        count = self._rest().count()
        return count if self.until else count + self._ended().count()

    def _rest(self) -> QuerySet[SessionFact]:
        facts = SessionFact.objects.filter(account=self.account_id)
        if self.until is None:
            return facts.filter(closed_at=None, session__gt=self.session).order_by("session")
        is_later = Q(closed_at__lt=self.until) | Q(session__gt=self.session)
        found = self._ended().filter(is_later, closed_at__lte=self.until)
        return found.order_by("-closed_at", "session")

    def _ended(self) -> QuerySet[SessionFact]:
        """A day earlier: midnight is not the same everywhere."""
        begins_at = datetime.combine(self.since, time.min, UTC) - timedelta(days=1)
        return SessionFact.objects.filter(account=self.account_id, closed_at__gte=begins_at)
