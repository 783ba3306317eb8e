from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from messaging import live
from messaging.fields import SecretsField
from sessions.models.saved_report import SavedReport
from sessions.reports import recurring

# Between the tries for one moment: some hours in all, and never so soon that a limit still holds.
PAUSES = [timedelta(minutes=minutes) for minutes in (2, 15, 60, 180)]
FRESH = {"attempts": 0, "is_mailed": False, "is_posted": False, "lease_owner": ""}


class ReportScheduleQuerySet(models.QuerySet):
    def editable_by(self, agent) -> "ReportScheduleQuerySet":
        """Leads have their own; administrators see all, as numbers leave the house here."""
        if not agent.is_lead:
            return self.none()
        return self.all() if agent.is_admin else self.filter(owner=agent)


class ReportSchedule(models.Model):
    """A saved report that is sent regularly, with what its owner may see at that moment.

    `due_at` is the moment it is sent for, `next_at` when a worker looks at it: then, at the next
    try, or when a lease is over. Without the latter it rests.
    """

    class Rhythm(models.TextChoices):
        DAILY = recurring.DAILY, _("Every day")
        WEEKLY = recurring.WEEKLY, _("Every week")
        MONTHLY = recurring.MONTHLY, _("Every month")

    class Problem(models.TextChoices):
        OWNER = "owner", _("Nothing is sent: its owner is inactive or no longer a team lead.")
        REPORT = "report", _("Nothing is sent: its owner may no longer see the report.")
        NOWHERE = (
            "nowhere",
            _("The address of its group robot can no longer be read: make it anew."),
        )
        MADE = "made", _("The report could not be computed.")
        MAIL = "mail", _("The mail server did not take it.")
        AWAY = "away", _("The group robot could not be reached.")
        BUSY = "busy", _("The group robot had too much to send.")
        REFUSED = "refused", _("The group robot refused it: is its address still right?")

    report = models.ForeignKey(SavedReport, models.CASCADE, related_name="schedules")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_schedules"
    )
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm, default=Rhythm.DAILY)
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=list(WEEKDAYS.items()), default=0
    )
    day = models.PositiveSmallIntegerField(
        _("day of the month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    at = models.TimeField(_("time"))
    emails = models.JSONField(default=list, blank=True)
    robot = SecretsField(default=dict, editable=False)  # {"key": …}

    is_paused = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_mailed = models.BooleanField(default=False)  # for due_at, and so is the next
    is_posted = models.BooleanField(default=False)
    lease_owner = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=10, choices=Problem, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["report__name", "id"]
        indexes = [
            models.Index("next_at", name="schedule_next", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.report)

    @property
    def masked_robot(self) -> str:
        key = self.robot.get("key", "")
        return f"…{key[-4:]}" if key else ""

    @property
    def is_sending(self) -> bool:
        return bool(self.lease_owner or self.next_at and self.next_at <= timezone.now())

    @property
    def is_trying(self) -> bool:
        return self.attempts > 0

    def moment_after(self, after: datetime) -> datetime:
        return recurring.next_moment(
            self.rhythm, self.at, self.owner.zone, after, weekday=self.weekday, day=self.day
        )

    # --- verbs ----------------------------------------------------------------------------------

    def resume(self) -> None:
        """From the next moment on: what was missed meanwhile is not sent late."""
        moment = self.moment_after(timezone.now())
        self._put(is_paused=False, due_at=moment, next_at=moment, **FRESH)

    def pause(self) -> None:
        """A worker that has it finds its lease gone before it sends."""
        self._put(is_paused=True, due_at=None, next_at=None, **FRESH)

    def send_now(self) -> None:
        """Also if it is paused; not again while a worker has it."""
        now = timezone.now()
        free = ReportSchedule.objects.filter(Q(lease_owner="") | Q(next_at__lte=now), pk=self.pk)
        free.update(due_at=now, next_at=now, **FRESH)
        live.wake("schedules")

    def _put(self, **values) -> None:
        ReportSchedule.objects.filter(pk=self.pk).update(**values)

    # --- of the worker that holds it ------------------------------------------------------------

    def note(self, **values) -> bool:
        """Written only while it is held; False when it is somebody else's by now."""
        held = ReportSchedule.objects.filter(pk=self.pk, lease_owner=self.lease_owner)
        for name, value in values.items():
            setattr(self, name, value)
        return bool(self.lease_owner and held.update(**values))

    def put_off(self, problem: str, detail: str = "") -> None:
        """Tried again soon; after the last try it waits for its next moment."""
        if self.attempts > len(PAUSES):
            return self.finish(problem, detail)
        at = timezone.now() + PAUSES[self.attempts - 1]
        self._release(next_at=at, problem=problem, detail=detail[:200])

    def finish(self, problem: str = "", detail: str = "") -> None:
        moment = None if self.is_paused else self.moment_after(timezone.now())
        values = FRESH | {"due_at": moment, "next_at": moment}
        self._release(**values | {"problem": problem, "detail": detail[:200]})

    def _release(self, **values) -> None:
        held = ReportSchedule.objects.filter(pk=self.pk, lease_owner=self.lease_owner)
        held.update(**values | {"lease_owner": ""})
