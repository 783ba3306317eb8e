import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models import Message

HEAD = "请问您对本次服务满意吗？\nHow satisfied are you with this service?"
PREFIX = "kfs_"  # of what a menu's choices are known by


def new_token() -> str:
    return secrets.token_hex(6)


class Survey(models.Model):
    """How satisfied a customer was with one session: asked once, the last answer counts."""

    session = models.OneToOneField(
        "kf_sessions.Session", models.CASCADE, related_name="survey", verbose_name=_("session")
    )
    token = models.CharField(max_length=12, unique=True, default=new_token)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.rating or '–'}"

    @staticmethod
    def is_question(message: Message) -> bool:
        """Does this row of ours ask how satisfied somebody was?"""
        if message.kind == "text":
            return message.author_id is None and message.text.startswith(HEAD)
        listed = message.content.get("list") if message.kind == "msgmenu" else None
        items = [item for item in listed or () if isinstance(item, dict)]
        return any(_id_of(item).startswith(PREFIX) for item in items)


def _id_of(item: dict) -> str:
    body = item.get("click")
    return str(body.get("id", "")) if isinstance(body, dict) else ""
