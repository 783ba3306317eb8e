"""How the customers of an account are asked how satisfied they were."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from sessions.scales import FIVE, STARS, THREE

MOST_HEAD, MOST_TEXT = 1024, 2048  # bytes of UTF-8 (protocol/wecom_kf.md §5.1, §5.3)
STANDARD = {
    "question_zh": "请问您对本次服务满意吗？",
    "question_en": "How satisfied are you with this service?",
    "thanks_zh": "感谢您的反馈",
    "thanks_en": "Thank you",
    "why_zh": "很抱歉没能让您满意。方便告诉我们原因吗？请在 10 分钟内回复一条消息。",
    "why_en": "We are sorry. What went wrong? Please answer in one message within 10 minutes.",
}
BLANK = _("Leave it empty for the usual words.")


def _words(name: str) -> models.TextField:
    return models.TextField(name, blank=True, help_text=BLANK)


class SurveyPlan(models.Model):
    """Of one account; the one without an account holds for all that have none of their own."""

    class ScaleName(models.TextChoices):
        FIVE = FIVE, _("five words, from very satisfied to very dissatisfied")
        STARS = STARS, _("one to five stars")
        THREE = THREE, _("good, fair, bad (they count 5, 3 and 1)")

    class Language(models.TextChoices):
        BOTH = "", _("Chinese and English")
        CHINESE = "zh", _("Chinese")
        ENGLISH = "en", _("English")

    class Link(models.TextChoices):
        NEVER = "", _("never")
        NO_MENU = "no_menu", _("where nothing can be clicked in the chat")
        ALWAYS = "always", _("always")

    class Reopen(models.TextChoices):
        NO = "", _("no")
        QUEUE = "queue", _("into the queue")
        AGENT = "agent", _("for the agent who had it")

    account = models.OneToOneField(
        "messaging.Account",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="survey_plan",
        verbose_name=_("account"),
        help_text=_("Empty: for all accounts that have no plan of their own."),
    )
    asks_on_end = models.BooleanField(
        _("ask when an agent ends the session"),
        default=True,
        help_text=_("The agent can still choose not to ask."),
    )
    asks_on_native_end = models.BooleanField(
        _("ask when it is ended in WeCom"),
        default=True,
        help_text=_(
            "WeCom then gives a closing code that lives for 20 seconds: it is used at once. After 48 "
            "hours of silence nobody can be asked, as there is neither a window nor a code."
        ),
    )
    least_messages = models.PositiveSmallIntegerField(
        _("only after so many messages"),
        default=0,
        help_text=_("Of both sides together. 0: also after the shortest session."),
    )
    days_apart = models.PositiveSmallIntegerField(
        _("days between two questions"),
        default=0,
        validators=[MaxValueValidator(365)],
        help_text=_("The same customer is not asked again sooner. 0: after each session."),
    )
    spends = models.BooleanField(
        _("may cost one of the five messages"),
        default=True,
        help_text=_("Only where there is no closing code, which costs nothing."),
    )
    keeps = models.PositiveSmallIntegerField(
        _("messages kept for agents"),
        default=0,
        validators=[MaxValueValidator(4)],
        help_text=_("The question is not asked if fewer than these would be left after it."),
    )
    link = models.CharField(
        _("ask by a link to a page"),
        max_length=10,
        choices=Link,
        blank=True,
        help_text=_(
            "The page needs no sign-in and takes a comment as well. Customers must be able to reach "
            "the address of this console (KF_PUBLIC_URL)."
        ),
    )
    scale = models.CharField(_("scale"), max_length=10, choices=ScaleName, default=FIVE)
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    question_zh = _words(_("question, Chinese"))
    question_en = _words(_("question, English"))
    thanks_zh = _words(_("thanks, Chinese"))
    thanks_en = _words(_("thanks, English"))
    low_mark = models.PositiveSmallIntegerField(
        _("a low mark is"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("This and less, of 5. Whoever had the session is told of it."),
    )
    alerts_leads = models.BooleanField(
        _("tell team leads of low marks"),
        default=False,
        help_text=_("Those who serve this account, in the way they chose for their notices."),
    )
    asks_why = models.BooleanField(
        _("ask for the reason of a low mark"),
        default=False,
        help_text=_(
            "It costs a message, and is not asked where none may be spent. The first text within 10 "
            "minutes is the comment and opens no session; what comes after it does."
        ),
    )
    why_zh = _words(_("question for the reason, Chinese"))
    why_en = _words(_("question for the reason, English"))
    reopens = models.CharField(
        _("open a session again after a low mark"),
        max_length=10,
        choices=Reopen,
        blank=True,
        help_text=_(
            "A new session begins, if the customer can be answered and has none; the old one stays "
            "as it was. The reason is then not asked for."
        ),
    )

    class Meta:
        verbose_name = _("survey plan")
        verbose_name_plural = _("survey plans")
        constraints = [
            models.UniqueConstraint(
                Coalesce("account", 0),
                name="survey_plan_once",
                violation_error_message=_("There is a plan for this already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.account) if self.account_id else str(_("all other accounts"))

    @classmethod
    def of(cls, account_id: int) -> "SurveyPlan":
        """The account's own, or that of all; one that is not saved where nobody has made any."""
        found = cls.objects.filter(Q(account=account_id) | Q(account=None))
        return found.order_by(F("account").asc(nulls_last=True)).first() or cls()

    def asks_after(self, ended_by: str) -> bool:
        """After a silence nobody can be asked: that is the reason then, whatever is switched on."""
        if ended_by == "agent":
            return self.asks_on_end
        return self.asks_on_native_end or ended_by == "silence"

    # --- its words ----------------------------------------------------------------------------

    def words(self, name: str, between: str = "\n", language: str | None = None) -> str:
        """The "question", "thanks" or "why", in the plan's languages or in that one."""
        language = self.language if language is None else language
        wanted = [language] if language else ["zh", "en"]
        return between.join(self._said(f"{name}_{each}") for each in wanted)

    def _said(self, field: str) -> str:
        return getattr(self, field).strip() or STANDARD[field]

    def clean(self) -> None:
        """What the platform would cut or refuse is said here, beside the words."""
        most = {"question": MOST_HEAD, "thanks": MOST_HEAD, "why": MOST_TEXT}
        problems = {}
        for name, limit in most.items():
            size = len(self.words(name, language=self.language).encode())
            if size > limit:
                field = f"{name}_{self.language or 'zh'}"
                problems[field] = _(
                    "Together this is %(size)d bytes, and the platform takes %(limit)d; a Chinese "
                    "character has three."
                ) % {"size": size, "limit": limit}
        if problems:
            raise ValidationError(problems)
