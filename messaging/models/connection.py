import secrets as random
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging import failures
from messaging.fields import SecretsField


def new_slug() -> str:
    return random.token_hex(8)


class Connection(models.Model):
    """Credentials and address of one backend: for WeCom, a corp and one of its apps."""

    class Backend(models.TextChoices):
        WECOM = "wecom", _("WeChat Customer Service (WeCom)")
        STAFFSERVICE = "staffservice", _("Omni-media (staffService)")
        DESK = "desk", _("Tencent Cloud Desk")

    backend = models.CharField(_("backend"), max_length=20, choices=Backend, default=Backend.WECOM)
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("callback address"), max_length=40, unique=True, default=new_slug)
    identity = models.CharField(
        _("corp id"),
        max_length=64,
        help_text=_("For WeCom, the corp id: ww…; for staffService, the appid; for Desk, SDKAppID"),
    )
    api_base = models.URLField(_("API address"), blank=True, max_length=300)
    secrets = SecretsField(_("secrets"), default=dict, blank=True, editable=False)
    options = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What the backend lets one choose"
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    # One access token for all processes; whoever holds the lease fetches the next one.
    token = SecretsField(default=dict, blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    token_leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    fault_code = models.IntegerField(_("fault"), null=True, blank=True, editable=False)
    fault_text = models.TextField(blank=True, editable=False)
    fault_at = models.DateTimeField(_("fault since"), null=True, blank=True, editable=False)
    blocked_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def callback_path(self) -> str:
        return f"/hooks/{self.backend}/{self.slug}/"

    @property
    def fault(self) -> failures.Failure | None:
        """What an admin has to mend before this connection works again."""
        if self.fault_code is None:
            return None
        return failures.of(self.failures, self.fault_code, self.fault_text)

    @property
    def failures(self) -> str:
        """Whose numbers its errors are."""
        return failures.family_of(self.backend)

    def choose(self, **options: Any) -> None:
        """Keep these; what is left empty is not kept, and is as ever. Saves nothing."""
        kept = {**self.options, **options}
        is_empty = {name for name, value in kept.items() if value in (None, "") or value is False}
        self.options = {name: kept[name] for name in kept if name not in is_empty}

    def forget_token(self) -> None:
        """It belongs to other credentials, also one that is being fetched now; saves nothing."""
        self.token, self.token_expires_at, self.token_leased_until = {}, None, None

    def report_fault(self, code: int, text: str) -> None:
        """Keep a configuration fault where admins see it; every later call is still tried."""
        self.fault_code, self.fault_text, self.fault_at = code, text, timezone.now()
        self.save(update_fields=["fault_code", "fault_text", "fault_at"])

    def clear_fault(self) -> None:
        if self.fault_code is not None:
            self.fault_code, self.fault_text, self.fault_at = None, "", None
            self.save(update_fields=["fault_code", "fault_text", "fault_at"])
