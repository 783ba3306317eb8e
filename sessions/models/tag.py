from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word that leads choose, for sessions or for customers: the two are kept apart."""

    class Scope(models.TextChoices):
        SESSION = "session", _("sessions")
        CUSTOMER = "customer", _("customers")

    name = models.CharField(_("name"), max_length=40)
    scope = models.CharField(_("for"), max_length=10, choices=Scope, default=Scope.SESSION)
    hue = models.PositiveSmallIntegerField(_("colour"), default=0, help_text=_("0 to 7"))
    sessions = models.ManyToManyField("kf_sessions.Session", blank=True, related_name="tags")
    customers = models.ManyToManyField("messaging.Customer", blank=True, related_name="tags")

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint("name", "scope", name="tag_once_per_scope")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def of_sessions() -> models.QuerySet["Tag"]:
        return Tag.objects.filter(scope=Tag.Scope.SESSION)

    @staticmethod
    def of_customers() -> models.QuerySet["Tag"]:
        return Tag.objects.filter(scope=Tag.Scope.CUSTOMER)
