"""What customers are told when they come in by a link, and what came of it each time."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Connection, Message
from sessions.models.survey_plan import MOST_HEAD, MOST_TEXT

MOST_CHOICES, MOST_CHOICE = 10, 128  # of a menu; bytes of UTF-8 (protocol/wecom_kf.md §5.3)
LONGEST_NAME = 32  # characters, as WeChat admits
BLANK = re.compile(r"([ ,，、]*)\{([^{}\n]{1,30})\}")  # as in phrases (sessions/phrases.py)
LEADING = re.compile(r"^[\s,，、!！:：]+")
NAMES = ("customer", "account")


class Welcome(models.Model):
    """Of one account, for all its entrances or for one; the most specific is sent."""

    account = models.ForeignKey(
        "messaging.Account",
        models.CASCADE,
        related_name="welcomes",
        verbose_name=_("account"),
        limit_choices_to={"connection__backend": Connection.Backend.WECOM},
    )
    is_on = models.BooleanField(_("send it"), default=True)
    scene = models.CharField(
        _("scene"),
        max_length=32,
        blank=True,
        help_text=_("Of the link that customers open. Empty: for all entrances without their own."),
    )
    scene_param = models.CharField(
        _("scene parameter"),
        max_length=128,
        blank=True,
        help_text=_("Only where the link adds one to its scene. Empty: whatever it adds."),
    )
    text = models.TextField(
        _("text"),
        help_text=_(
            "{customer} becomes the customer's name and {account} the account's. The name of who "
            "comes for the first time is not known yet and left out."
        ),
    )
    choices = models.TextField(
        _("choices"),
        blank=True,
        help_text=_(
            "One in each line, at most 10: they stand below the text as a menu, and a click writes "
            "the line as the customer's message."
        ),
    )

    class Meta:
        verbose_name = _("welcome")
        verbose_name_plural = _("welcomes")
        ordering = ["account", "scene", "scene_param"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "scene", "scene_param"],
                name="welcome_once",
                violation_error_message=_("There is a welcome for this entrance already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.entrance}"

    @property
    def entrance(self) -> str | Promise:
        return " · ".join(filter(None, (self.scene, self.scene_param))) or _("all entrances")

    def fits(self, entrance: dict[str, Any]) -> bool:
        """Is it for who came in this way?"""
        said = [(self.scene, "scene"), (self.scene_param, "scene_param")]
        return all(not own or own == str(entrance.get(name, "")) for own, name in said)

    @property
    def rank(self) -> tuple[bool, bool]:
        """The most specific is the greatest."""
        return bool(self.scene_param), bool(self.scene)

    # --- its words ----------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]

    def words(self, customer: str) -> str:
        """With its names; what nobody knows is left out, with the comma before it."""
        names = {"customer": customer[:LONGEST_NAME], "account": str(self.account)}

        def name(found: re.Match[str]) -> str:
            known = names.get(found[2].strip(), "")
            return found[1] + known if known else ""

        return LEADING.sub("", BLANK.sub(name, self.text)).strip()

    def message(self, customer: str) -> tuple[str, dict[str, Any]]:
        """Its kind and content. A click on it is a customer's message like any other."""
        text = self.words(customer)
        if not self.lines:
            return "text", {"content": text}
        items = [
            {"type": "click", "click": {"id": f"welcome_{self.pk}_{number}", "content": line}}
            for number, line in enumerate(self.lines, start=1)
        ]
        return "msgmenu", {"head_content": text, "list": items}

    def clean(self) -> None:
        """What the platform would cut or refuse is said here, beside the words."""
        problems: dict[str, Any] = {}
        if self.scene_param and not self.scene:
            problems["scene_param"] = _(
                "A link has a parameter only with a scene: name it as well."
            )
        if problem := self._against_text():
            problems["text"] = problem
        if problem := self._against_choices():
            problems["choices"] = problem
        if problems:
            raise ValidationError(problems)

    def _against_text(self) -> str | Promise:
        unknown = [each[2] for each in BLANK.finditer(self.text) if each[2].strip() not in NAMES]
        if unknown:
            return _("{%(name)s} is not known here, only {customer} and {account}.") % {
                "name": unknown[0]
            }
        if not self.account_id:
            return ""  # that is said at the account
        if not self.words(""):
            return _("Write more than the name, which may not be known.")
        limit = MOST_HEAD if self.lines else MOST_TEXT
        size = len(self.words("好" * LONGEST_NAME).encode())
        if size > limit:
            return _(
                "With the names this may be %(size)d bytes, and the platform takes %(limit)d (1024 "
                "above choices); a Chinese character has three."
            ) % {"size": size, "limit": limit}
        return ""

    def _against_choices(self) -> str | Promise:
        if len(self.lines) > MOST_CHOICES:
            return _("A menu has at most 10 choices; these are %(count)d.") % {
                "count": len(self.lines)
            }
        for line in self.lines:
            if (size := len(line.encode())) > MOST_CHOICE:
                return _("“%(line)s” has %(size)d bytes; a choice may have %(limit)d.") % {
                    "line": line,
                    "size": size,
                    "limit": MOST_CHOICE,
                }
        return ""


class Missed(models.TextChoices):
    """Why a customer who came in was not welcomed."""

    OFF = "off", _("No welcome is set up for this entrance, or it is switched off.")
    BLOCKED = "blocked", _("The customer is blocked.")
    WROTE = "wrote", _("WeCom gave no code for it, as the customer had written already.")
    RECENT = "recent", _("The customer was welcomed in the last 48 hours.")
    NO_CODE = (
        "no_code",
        _(
            "WeCom gave no code for it: a welcome is configured in WeCom itself, one was sent in the "
            "last 48 hours, or the customer had written already."
        ),
    )
    LATE = (
        "late",
        _(
            "The console learned of it too late: a welcome can be sent for 20 seconds only. Was the "
            "worker running, and do callbacks arrive?"
        ),
    )


class Entrance(models.Model):
    """A customer came in by a link (`event`), and was welcomed by `message`, or `missed` says why not."""

    event = models.OneToOneField("messaging.Message", models.CASCADE, related_name="entrance")
    account = models.ForeignKey("messaging.Account", models.CASCADE, db_index=False)
    at = models.DateTimeField(_("time"))
    message = models.OneToOneField(
        "messaging.Message", models.SET_NULL, null=True, related_name="welcomed"
    )
    missed = models.CharField(max_length=10, choices=Missed, blank=True)

    class Meta:
        indexes = [
            models.Index("account", "at", name="entrance_latest"),
            models.Index("at", name="entrance_at"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.at}"

    @property
    def is_bad(self) -> bool:
        """Something of ours or of WeCom's went wrong."""
        lost = (Message.Status.FAILED, Message.Status.UNKNOWN)
        return self.missed == Missed.LATE or bool(self.message and self.message.status in lost)

    @property
    def result(self) -> str | Promise:
        """The sentence for admins."""
        if self.missed:
            return Missed(self.missed).label
        if self.message is None:
            return "–"
        if self.message.is_pending:
            return _("It is on its way.")
        if self.message.failure:
            failure = self.message.failure
            return " ".join(str(part) for part in (failure.sentence, failure.remedy) if part)
        return _("It was sent.")
