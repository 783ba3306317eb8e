from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TeamQuerySet(models.QuerySet):
    def managed_by(self, agent) -> "TeamQuerySet":
        """What a lead looks after: the teams they are in, and those of accounts they serve."""
        if not agent.is_lead:
            return self.none()
        if agent.is_admin or agent.serves_all:
            return self.all()
        theirs = Q(agents=agent) | Q(accounts__in=agent.visible_accounts().values("pk"))
        return self.filter(pk__in=self.model.objects.filter(theirs).values("pk"))


class Team(models.Model):
    """Agents who share accounts, hours and a queue."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    agents = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="teams", verbose_name=_("agents")
    )
    accounts = models.ManyToManyField(
        "messaging.Account", blank=True, related_name="teams", verbose_name=_("accounts")
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
