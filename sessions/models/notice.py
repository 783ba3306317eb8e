"""What an agent is told of, and the browsers that are told even when no page is open."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.fields import SecretsField
from sessions.models.agent import Agent

UNREAD = Q(read_at__isnull=True)


class Event(models.TextChoices):
    QUEUE = "queue", _("A new customer is in the queue")
    MESSAGE = "message", _("A customer of mine writes")
    ASSIGNED = "assigned", _("A session is given to me")
    MENTION = "mention", _("Somebody names me in a note")
    CLOSING = "closing", _("The window of a session of mine closes soon")
    CODE = "code", _("A free message of mine expires soon")
    LAPSING = "lapsing", _("For team leads: an unanswered session is about to lapse")
    FAILED = "failed", _("A message of mine was not sent")
    BACK = "back", _("A session that was snoozed is back")
    RATING = "rating", _("A customer of mine was not satisfied")
    LOW = "low", _("For team leads: a customer gave a low mark")
    EXPORT = "export", _("For team leads: a file of mine is ready")


class How(models.TextChoices):
    NOTHING = "", _("Not at all")
    PAGE = "page", _("In the page")
    DESKTOP = "desktop", _("On the desktop")


class NoticeQuerySet(models.QuerySet):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(UNREAD)

    def permitted(self) -> "NoticeQuerySet":
        """About accounts that its agent may serve today."""
        serves = Agent.accounts.through.objects.filter(
            agent=OuterRef("agent"), account=OuterRef("session__account")
        )
        may_see = Q(agent__serves_all=True) | Q(session=None) | Exists(serves)
        return self.filter(may_see, agent__is_active=True)

    def to_draw(self) -> "NoticeQuerySet":
        return self.select_related("agent", "session__customer", "session__account", "export")


class Notice(models.Model):
    """One for each agent, session and event: news of the same kind makes it new again. Of a file
    that was asked for there is one, and no session."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False
    )
    session = models.ForeignKey(
        "kf_sessions.Session", models.CASCADE, null=True, related_name="notices"
    )
    export = models.OneToOneField(
        "kf_sessions.Export", models.CASCADE, null=True, related_name="notice"
    )
    event = models.CharField(max_length=10, choices=Event)
    by = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=140, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint("agent", "session", "event", name="notice_once")]
        indexes = [
            models.Index("agent", "at", name="notice_latest"),
            models.Index("agent", "at", name="notice_unread", condition=UNREAD),
            models.Index("at", name="notice_at"),
        ]

    def __str__(self) -> str:
        return f"{self.event} in {self.session_id or self.export_id}"

    @property
    def key(self) -> str:
        """What the pages and browsers of its agent know it by."""
        return f"{self.session_id or self.export_id}-{self.event}"

    @property
    def address(self) -> str:
        if self.session_id is None:
            return reverse("report_exports")
        return reverse("session", args=[self.session_id])


class Subscription(models.Model):
    """A browser that a push service reaches. It is its own queue: what came since `told_at`."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="browsers")
    endpoint = models.CharField(max_length=1000, unique=True)
    keys = SecretsField(default=dict, editable=False)
    signed_in = models.CharField(max_length=40)  # the sign-in that it ends with
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(default=timezone.now)
    told_session = models.BigIntegerField(default=0)  # the latest it has heard of in the queue
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("browser")
        verbose_name_plural = _("browsers")
        indexes = [models.Index("due_at", name="subscription_due")]

    def __str__(self) -> str:
        return self.name or self.endpoint[:40]


class PushKey(models.Model):
    """The one key pair by which push services know this console; the private half is encrypted."""

    public = models.CharField(max_length=100)
    secrets = SecretsField(default=dict, editable=False)

    def __str__(self) -> str:
        return self.public
