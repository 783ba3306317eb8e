import secrets
from datetime import datetime, timedelta

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.models import Message
from sessions.models.survey_plan import SurveyPlan
from sessions.scales import FIVE, SCALES, Scale

LIFE = timedelta(days=7)
SALT = "sessions.surveys"


def new_token() -> str:
    return secrets.token_hex(6)


class Carrier(models.TextChoices):
    CODE = "code", _("the closing message")
    BUDGET = "budget", _("one of the five messages")
    TEXT = "text", _("a message")
    LINK = "link", _("a link to a page")
    PLATFORM = "platform", _("the platform's own question")


class Skip(models.TextChoices):
    OFF = "off", _("surveys are off for such ends")
    AGENT = "agent", _("the agent chose not to ask")
    SHORT = "short", _("the session was too short")
    RECENT = "recent", _("the customer was asked not long ago")
    MUTED = "muted", _("the customer has muted the account")
    WINDOW = "window", _("the customer last wrote more than 48 hours ago")
    OVER = "over", _("the session is over at the platform, and gave no closing code")
    SAVED = "saved", _("the messages that are left are kept for agents")
    SPENT = "spent", _("no message was left for it")
    FAILED = "failed", _("it was not delivered")


class Survey(models.Model):
    """How satisfied a customer was with one session: asked once, the last answer counts.

    A row without a carrier says why nobody was asked.
    """

    session = models.OneToOneField(
        "kf_sessions.Session", models.CASCADE, related_name="survey", verbose_name=_("session")
    )
    token = models.CharField(max_length=12, unique=True, default=new_token)
    scale = models.CharField(_("scale"), max_length=10, default=FIVE, editable=False)
    carrier = models.CharField(_("carried by"), max_length=10, choices=Carrier, blank=True)
    skipped = models.CharField(_("not asked, because"), max_length=10, choices=Skip, blank=True)
    message = models.OneToOneField(
        "messaging.Message",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="survey",
        verbose_name=_("message"),
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    # When the platform took the question, if it has not said since that it did not arrive.
    sent_at = models.DateTimeField(pgettext_lazy("message", "accepted"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    # When a customer who gave a low mark was asked for a reason.
    why_at = models.DateTimeField(_("asked for a reason"), null=True, blank=True)

    reopened = None  # the session that a low mark has just begun

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        indexes = [
            models.Index("sent_at", name="survey_sent", condition=Q(sent_at__isnull=False)),
            models.Index("why_at", name="survey_why", condition=Q(why_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.rating or '–'}"

    @property
    def choices(self) -> Scale:
        return SCALES.get(self.scale, SCALES[FIVE])

    @cached_property
    def plan(self) -> SurveyPlan:
        return SurveyPlan.of(self.session.account_id)

    @property
    def is_low(self) -> bool:
        return self.rating is not None and self.rating <= self.plan.low_mark

    def is_answerable(self, at: datetime) -> bool:
        return at <= self.asked_at + LIFE

    @property
    def key(self) -> str:
        """What its page is opened with, and nothing else: nobody makes one up."""
        return signing.Signer(salt=SALT, sep=".").sign(self.token)

    @staticmethod
    def token_of(key: str) -> str | None:
        try:
            return signing.Signer(salt=SALT, sep=".").unsign(key)
        except signing.BadSignature:
            return None

    @staticmethod
    def is_question(message: Message) -> bool:
        """Does this row of ours ask how satisfied somebody was?"""
        return "survey" in message.content
