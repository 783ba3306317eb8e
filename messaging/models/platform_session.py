from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PlatformSession(models.Model):
    """A session as a platform counts them that gives each an id (Desk); not one of the desk's."""

    account = models.ForeignKey("messaging.Account", models.CASCADE, db_index=False)
    customer = models.ForeignKey(
        "messaging.Customer", models.CASCADE, related_name="platform_sessions"
    )
    external_id = models.CharField(_("platform id"), max_length=128)
    # Of the first and the last that was heard of it, in the platform's time.
    begun_at = models.DateTimeField(_("begun"))
    heard_at = models.DateTimeField(_("last heard of"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    # When its transcript is to be read, as something may have been missed; and when it was.
    fill_at = models.DateTimeField(null=True, editable=False)
    filled_at = models.DateTimeField(null=True, editable=False)
    lease_owner = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("session at the platform")
        verbose_name_plural = _("sessions at the platform")
        constraints = [
            models.UniqueConstraint("account", "external_id", name="platform_session_once")
        ]
        indexes = [
            models.Index("external_id", name="platform_session_id"),
            models.Index(
                "fill_at", name="platform_session_fill", condition=Q(fill_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
