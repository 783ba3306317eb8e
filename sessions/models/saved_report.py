from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedReportQuerySet(models.QuerySet):
    def visible_to(self, agent) -> "SavedReportQuerySet":
        return self.filter(Q(owner=agent) | Q(is_shared=True))

    def editable_by(self, agent) -> "SavedReportQuerySet":
        """Their own; for leads those that are shared as well."""
        return self.visible_to(agent) if agent.is_lead else self.filter(owner=agent)


class SavedReport(models.Model):
    """A report somebody comes back to: what is asked as it stands in the URL.

    Shared is the question, not the answer: everybody sees the figures they may see.
    """

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_reports",
        verbose_name=_("owner"),
    )
    is_shared = models.BooleanField(_("shared with all"), default=False)
    report = models.SlugField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)

    objects = SavedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")
        ordering = ["is_shared", "name", "id"]

    def __str__(self) -> str:
        return self.name
