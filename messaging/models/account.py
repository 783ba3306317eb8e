from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """A face that customers talk to (客服账号): for WeCom, an open_kfid."""

    connection = models.ForeignKey(
        "messaging.Connection",
        models.CASCADE,
        related_name="accounts",
        verbose_name=_("connection"),
    )
    external_id = models.CharField(_("platform id"), max_length=64)
    name = models.CharField(_("name"), max_length=120, blank=True)
    avatar = models.URLField(max_length=1000, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    manage_privilege = models.BooleanField(
        _("managed by API"),
        default=True,
        help_text=_("Without it the app sees the account but can neither read nor send."),
    )

    cursor = models.CharField(_("cursor"), max_length=128, blank=True, editable=False)
    history_read_at = models.DateTimeField(_("history read"), null=True, editable=False)
    callback_at = models.DateTimeField(_("last callback"), null=True, editable=False)
    pulled_at = models.DateTimeField(_("last pull"), null=True, editable=False)
    lag_seconds = models.FloatField(_("lag"), null=True, editable=False)
    poll_at = models.DateTimeField(_("next pull"), null=True, editable=False, db_index=True)
    not_before = models.DateTimeField(_("backing off until"), null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    lease_owner = models.CharField(max_length=40, blank=True, editable=False)
    statistics_at = models.DateTimeField(null=True, editable=False)
    failed_pulls = models.PositiveIntegerField(_("failed pulls"), default=0, editable=False)
    error_code = models.IntegerField(null=True, editable=False)
    error_text = models.TextField(_("last error"), blank=True, editable=False)
    error_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                F("connection"), F("external_id"), name="account_once_per_connection"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.external_id

    @property
    def colour(self) -> int:
        """Which of the eight account colours marks this account's rows."""
        return self.pk % 8


class Servicer(models.Model):
    """Who serves in the platform's own client (接待人员): a WeCom member, or a member of Desk.

    Not one of our agents; but where the platform takes what the console writes for a member's, one
    may be linked: what the platform gives to the member is theirs then.
    """

    class Presence(models.TextChoices):
        FREE = "free", _("Online")
        AWAY = "away", _("Away")
        OFFLINE = "offline", _("Offline")

    account = models.ForeignKey(Account, models.CASCADE, related_name="servicers")
    external_id = models.CharField(_("userid"), max_length=64)
    name = models.CharField(_("name"), max_length=80, blank=True)
    department_id = models.BigIntegerField(_("department"), null=True, blank=True)
    is_receiving = models.BooleanField(_("receiving"), default=True)
    is_suspended = models.BooleanField(_("suspended"), default=False)
    seen_at = models.DateTimeField(_("last read"), auto_now=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="servicers",
        verbose_name=_("agent"),
        help_text=_("Who serves in the console as this member (Desk)."),
    )
    # Of the linked agent, as the desk last saw it; what the platform was told of it; what they hold.
    presence = models.CharField(max_length=10, choices=Presence, blank=True, editable=False)
    presence_told = models.CharField(max_length=10, blank=True, editable=False)
    load = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("servicer")
        verbose_name_plural = _("servicers")
        ordering = ["external_id"]
        constraints = [
            models.UniqueConstraint(
                "account",
                "external_id",
                name="servicer_once_per_account",
                condition=~Q(external_id=""),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.external_id
