from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Team(models.Model):
    """Agents who share accounts and a queue."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    agents = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="teams", verbose_name=_("agents")
    )
    accounts = models.ManyToManyField(
        "messaging.Account", blank=True, related_name="teams", verbose_name=_("accounts")
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
