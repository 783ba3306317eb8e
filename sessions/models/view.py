from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging import pinyin


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, agent) -> "SavedViewQuerySet":
        return self.filter(Q(owner=agent) | Q(is_shared=True))

    def editable_by(self, agent) -> "SavedViewQuerySet":
        """Their own; for leads those that are shared as well."""
        if agent.is_lead:
            return self.visible_to(agent)
        return self.filter(owner=agent, is_shared=False)


class SavedView(models.Model):
    """A list somebody comes back to: its filters and order as they stand in the URL."""

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_views",
        verbose_name=_("owner"),
    )
    is_shared = models.BooleanField(_("shared with all"), default=False)
    query = models.CharField(_("filters"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # What the command bar finds it by: its name, in pinyin too. Made with it, as that takes a dictionary.
    search = models.TextField(default="", editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["is_shared", "position", "name", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.search = pinyin.keys_of(self.name)
        super().save(*args, **kwargs)


class Pin(models.Model):
    """A session that one agent keeps on top of their lists."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pins")
    session = models.ForeignKey("kf_sessions.Session", models.CASCADE, related_name="pins")

    class Meta:
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        constraints = [models.UniqueConstraint("agent", "session", name="pin_once")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.session_id}"
