from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Phrase(models.Model):
    """A reply that is written once and sent often (快捷回复), with an optional file."""

    class Scope(models.TextChoices):
        PERSONAL = "personal", _("mine")
        TEAM = "team", _("team")
        ACCOUNT = "account", _("account")

    scope = models.CharField(_("for"), max_length=10, choices=Scope, default=Scope.PERSONAL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="phrases",
        verbose_name=_("owner"),
    )  # fmt: skip
    team = models.ForeignKey(
        "kf_sessions.Team", models.CASCADE, null=True, blank=True, related_name="phrases",
        verbose_name=_("team"),
    )  # fmt: skip
    account = models.ForeignKey(
        "messaging.Account", models.CASCADE, null=True, blank=True, related_name="phrases",
        verbose_name=_("account"),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=60)
    body = models.TextField(_("text"))
    # What is searched: title, body, and the initials of their pinyin, in lower case.
    search = models.TextField(editable=False, blank=True)
    media = models.ForeignKey(
        "messaging.Media", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uses = models.PositiveIntegerField(_("uses"), default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        ordering = ["-uses", "title"]

    def __str__(self) -> str:
        return self.title
