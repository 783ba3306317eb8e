from django.db import models
from django.utils.translation import gettext_lazy as _


class Callback(models.Model):
    """ "Account X has news": written by a callback, removed by the pull that fetched the news."""

    connection = models.ForeignKey("messaging.Connection", models.CASCADE)
    open_kfid = models.CharField(max_length=64)
    token = models.CharField(max_length=128, blank=True)
    # What was said itself, where the callback carries it (staffService).
    body = models.JSONField(null=True)
    event = models.CharField(max_length=40, default="kf_msg_or_event")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")

    def __str__(self) -> str:
        return f"{self.event} {self.open_kfid}"


class Refusal(models.Model):
    """How many callbacks of a connection were refused, by reason; nothing of their content."""

    slug = models.CharField(_("callback address"), max_length=40)
    reason = models.CharField(_("reason"), max_length=40)
    count = models.PositiveBigIntegerField(_("count"), default=0)
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("refused callback")
        verbose_name_plural = _("refused callbacks")
        constraints = [models.UniqueConstraint("slug", "reason", name="refusal_once")]

    def __str__(self) -> str:
        return f"{self.reason} × {self.count}"


class RateWindow(models.Model):
    """Calls of one API that all workers together took from a connection in one minute."""

    connection = models.ForeignKey("messaging.Connection", models.CASCADE)
    api = models.CharField(max_length=40)
    minute = models.BigIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("rate window")
        verbose_name_plural = _("rate windows")
        constraints = [models.UniqueConstraint("connection", "api", "minute", name="rate_window")]

    def __str__(self) -> str:
        return f"{self.api} {self.used}"
