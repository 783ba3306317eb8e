import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging import failures, kinds


def new_msgid() -> str:
    """Exactly the 32 characters that send_msg admits (protocol/wecom_kf.md §5.1)."""
    return uuid.uuid4().hex


class Message(models.Model):
    """One row of a customer's transcript; those that go out are the outbox as well."""

    class Direction(models.TextChoices):
        IN = "in", _("in")
        OUT = "out", _("out")
        EVENT = "event", _("event")
        NOTE = "note", _("note")

    class Origin(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        SERVICER = "servicer", _("servicer")
        SYSTEM = "system", _("system")
        AGENT = "agent", _("agent")

    class Status(models.TextChoices):
        NONE = "", "–"
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        ACCEPTED = "accepted", _("accepted")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("unknown")

    PENDING = (Status.QUEUED, Status.SENDING)

    account = models.ForeignKey("messaging.Account", models.CASCADE, verbose_name=_("account"))
    customer = models.ForeignKey(
        "messaging.Customer",
        models.CASCADE,
        null=True,
        related_name="messages",
        verbose_name=_("customer"),
        db_index=False,
    )
    # Set by the desk, which lies above: a column, not an import.
    session = models.ForeignKey(
        "kf_sessions.Session", models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    msgid = models.CharField(max_length=64, default=new_msgid, editable=False)
    direction = models.CharField(_("direction"), max_length=6, choices=Direction)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    kind = models.CharField(_("kind"), max_length=40)
    content = models.JSONField(_("content"), default=dict)
    raw = models.JSONField(_("as the platform sent it"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
        db_index=False,
    )
    servicer = models.CharField(_("servicer"), max_length=64, blank=True)
    sent_at = models.DateTimeField(_("time"))
    created_at = models.DateTimeField(_("arrived"))
    is_history = models.BooleanField(default=False)
    is_routed = models.BooleanField(default=True)
    recalled_at = models.DateTimeField(_("recalled"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=10, choices=Status, blank=True)
    is_budgeted = models.BooleanField(_("one of the five"), default=False)
    code_kind = models.CharField(_("sent by code"), max_length=10, blank=True)
    code = models.OneToOneField("messaging.Code", models.SET_NULL, null=True, blank=True)
    # It can be taken back until then.
    not_before = models.DateTimeField(_("held until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    accepted_at = models.DateTimeField(pgettext_lazy("message", "accepted"), null=True, blank=True)
    failure_type = models.CharField(max_length=10, blank=True)  # whose number: failures.py
    failure_code = models.IntegerField(_("failure"), null=True, blank=True)
    failure_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "id"]
        constraints = [models.UniqueConstraint("account", "msgid", name="msgid_once_per_account")]
        indexes = [
            models.Index("customer", "sent_at", "id", name="message_thread"),
            models.Index("id", name="message_unrouted", condition=Q(is_routed=False)),
            models.Index(
                "customer",
                "id",
                name="message_pending",
                condition=Q(status__in=["queued", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.msgid}"

    @property
    def key(self) -> str:
        """Where the row stands in its thread: sorts as (sent_at, id), for hx-upsert's data-key."""
        return f"{int(self.sent_at.timestamp() * 1000)}.{self.pk}"

    @property
    def kind_template(self) -> str:
        return kinds.template_of(self.kind)

    @property
    def is_line(self) -> bool:
        """Something that happened, whoever told it: a line between what was said."""
        return self.direction == self.Direction.EVENT or kinds.kind_of(self.kind).is_event

    @property
    def listed_kind(self) -> str:
        """Of what was recalled, lists say no more than that (recalls.py)."""
        if not self.recalled_at:
            return self.kind
        return kinds.RECALLS[self.origin == self.Origin.SERVICER]

    @property
    def original(self) -> str:
        """Its words, also when it was recalled."""
        return self.content.get("said") or kinds.text_of(self.kind, self.content)

    @property
    def preview(self) -> str:
        return kinds.preview_of(self.listed_kind, self.text)

    @property
    def failure(self) -> failures.Failure | None:
        if self.failure_code is None:
            return None
        return failures.of(self.failure_type, self.failure_code, self.failure_text)

    @property
    def hold_left(self) -> float:
        """Seconds in which it can still be taken back."""
        if self.status != self.Status.QUEUED or self.not_before is None:
            return 0
        return max(0.0, (self.not_before - timezone.now()).total_seconds())

    @property
    def is_pending(self) -> bool:
        return self.status in self.PENDING
