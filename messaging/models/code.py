from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging import codes


class CodeQuerySet(models.QuerySet):
    def usable(self, customer: models.Model, now: datetime | None = None) -> "CodeQuerySet":
        return self.alive(now).filter(customer=customer)

    def alive(self, now: datetime | None = None) -> "CodeQuerySet":
        """Codes that are not used up and will still be alive on arrival."""
        deadline = (now or timezone.now()) + codes.MARGIN
        return self.filter(used_at__isnull=True, expires_at__gt=deadline)


class Code(models.Model):
    """A one-use right to send outside the budget; when it may be used is said by codes.py."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("welcome")
        POOL = "pool", _("queue notice")
        PICKUP = "pickup", _("hand-over notice")
        END = "end", _("closing message")

    customer = models.ForeignKey(
        "messaging.Customer", models.CASCADE, related_name="codes", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    value = models.CharField(max_length=200, editable=False)
    state = models.PositiveSmallIntegerField(_("state"), null=True)
    received_at = models.DateTimeField(_("received"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        indexes = [models.Index("customer", "expires_at", name="code_of_customer")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
