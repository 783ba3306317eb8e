import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


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
