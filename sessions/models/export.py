"""A file that is made in the background: what was asked, how far it is, and where it lies."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging import leases, live
from sessions.models.agent import Agent

KEPT = timedelta(days=7)
FOLDER = "exports"  # of the storage
MOST_WAITING = 5  # of one person
MOST_ATTEMPTS = 3  # also of one that kills its workers
PAUSE = timedelta(minutes=1)
TITLES = {
    ("sessions", "csv"): _("Sessions as CSV"),
    ("sessions", "xlsx"): _("Sessions for Excel"),
    ("messages", "csv"): _("Messages as CSV"),
    ("messages", "xlsx"): _("Messages for Excel"),
}


def path_of(export: "Export", filename: str) -> str:
    """Under a random key of this try: what a dead worker left is nobody's file."""
    return f"{FOLDER}/{export.key}"


class ExportQuerySet(models.QuerySet):
    def visible_to(self, agent: Agent) -> "ExportQuerySet":
        """Leads see their own; administrators all, as customers' words leave the house here."""
        if not agent.is_lead:
            return self.none()
        return self.all() if agent.is_admin else self.filter(agent=agent)

    def ready(self) -> "ExportQuerySet":
        return self.filter(status=Export.Status.READY)

    def going(self) -> "ExportQuerySet":
        return self.filter(status__in=(Export.Status.WAITING, Export.Status.RUNNING))


class Export(models.Model):
    """Raw rows, asked for at a moment: days, filters, language and zone are those of then.

    `next_at` is when a worker looks at it: at once, or when a lease is over. Without it, it rests.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Not begun yet")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Problem(models.TextChoices):
        RIGHTS = "rights", _("Its owner is inactive or no longer a team lead.")
        STORED = (
            "stored",
            _("The file could not be written: the disk is full, or the storage cannot be reached."),
        )
        MADE = "made", _("The rows could not be read.")
        DIED = "died", _("It was begun three times and never finished.")

    class What(models.TextChoices):
        SESSIONS = "sessions", _("Sessions")
        MESSAGES = "messages", _("Messages")

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    what = models.CharField(max_length=10, choices=What)
    form = models.CharField(max_length=10, choices=Form)
    query = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    zone = models.CharField(max_length=50)

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    rows_all = models.PositiveBigIntegerField(default=0)  # about
    rows_done = models.PositiveBigIntegerField(default=0)
    accounts = models.JSONField(default=list)  # whose rows are in it
    key = models.CharField(max_length=32, blank=True)
    file = models.FileField(upload_to=path_of, max_length=200, blank=True)
    name = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=10, choices=Problem, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    next_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index("next_at", name="export_next", condition=Q(next_at__isnull=False)),
            models.Index("created_at", name="export_created"),
        ]

    def __str__(self) -> str:
        return f"{self.what}.{self.form} {self.pk}"

    @property
    def title(self) -> Promise:
        return TITLES[self.what, self.form]

    @property
    def rows_most(self) -> int:
        """How many they were said to be, or are by now."""
        return max(self.rows_all, self.rows_done)

    @property
    def is_going(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def until(self) -> datetime:
        return self.created_at + KEPT

    @property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def is_open_to(self, agent: Agent, served: set[int]) -> bool:
        """Rights are those of now: nobody gets rows of an account that they no longer serve."""
        is_theirs = agent.pk == self.agent_id and agent.is_lead
        return is_theirs and (agent.serves_all or served >= set(self.accounts))

    # --- verbs ----------------------------------------------------------------------------------

    @classmethod
    def ask(cls, agent: Agent, rows: int, **question: str) -> "Export | None":
        """What is asked twice is made once; None while enough of theirs wait."""
        going = cls.objects.going().filter(agent=agent)
        if same := going.filter(**question).first():
            return same
        if going.count() >= MOST_WAITING:
            return None
        made = cls.objects.create(agent=agent, rows_all=rows, next_at=timezone.now(), **question)
        live.wake("exports")
        return made

    def cancel(self) -> None:
        """A worker that has it finds its lease gone within a second."""
        ended = {"status": self.Status.CANCELLED, "ended_at": timezone.now()}
        going = Export.objects.going().filter(pk=self.pk)
        going.update(next_at=None, lease_owner="", **ended)

    def retry(self) -> bool:
        """Anew, with the same days; False while enough of theirs wait."""
        if Export.objects.going().filter(agent=self.agent_id).count() >= MOST_WAITING:
            return False
        rested = (self.Status.FAILED, self.Status.CANCELLED)
        now = timezone.now()
        fresh = {"status": self.Status.WAITING, "problem": "", "rows_done": 0, "attempts": 0}
        fresh |= {"created_at": now, "next_at": now, "ended_at": None, "lease_owner": ""}
        Export.objects.filter(pk=self.pk, status__in=rested).update(**fresh)
        live.wake("exports")
        return True

    def remove(self) -> None:
        """The row; its file goes with the files that nobody has (forget_old)."""
        self.delete()
        live.wake("tidy")

    # --- of the worker that holds it ------------------------------------------------------------

    def note(self, hold: float = 0, **values: Any) -> bool:
        """Written only while it is held, and held for another lease (and `hold` seconds); False
        when it is somebody else's by now, cancelled or deleted."""
        until = timezone.now() + leases.lease() + timedelta(seconds=hold)
        return self._put(next_at=until, **values)

    def finish(self, status: str, **values: Any) -> bool:
        rest = {"next_at": None, "lease_owner": "", "ended_at": timezone.now()}
        return self._put(status=status, **rest, **values)

    def put_off(self) -> bool:
        """Once more soon, from the beginning."""
        again = timezone.now() + PAUSE
        return self._put(status=self.Status.WAITING, next_at=again, lease_owner="")

    def _put(self, **values: Any) -> bool:
        if not self.lease_owner:
            return False
        held = Export.objects.filter(pk=self.pk, lease_owner=self.lease_owner)
        for name, value in values.items():
            setattr(self, name, value)
        return bool(held.update(**values))


def forget_old() -> None:
    """What was made a week ago, and files that no row has (any more)."""
    rested = Export.objects.exclude(pk__in=Export.objects.going().values("pk"))
    rested.filter(created_at__lt=timezone.now() - KEPT).delete()
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    # Read after the files were listed: a key is in its row before its file is in the storage.
    known = set(Export.objects.values_list("key", flat=True))
    for name in names:
        if name not in known:
            default_storage.delete(f"{FOLDER}/{name}")
