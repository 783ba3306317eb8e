from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def media_path(media: "Media", filename: str) -> str:
    """Files lie under random names: the customer's name for a file is never a path of ours."""
    return f"{media.account_id}/{media.key[:2]}/{media.key}"


def playable_path(media: "Media", filename: str) -> str:
    return f"{media_path(media, filename)}.playable"


class Media(models.Model):
    """One file of a message: fetched before the platform forgets it, or waiting to be uploaded."""

    class Status(models.TextChoices):
        WANTED = "wanted", _("being fetched")
        STORED = "stored", _("stored")
        LOST = "lost", _("lost")

    account = models.ForeignKey("messaging.Account", models.CASCADE, verbose_name=_("account"))
    customer = models.ForeignKey(
        "messaging.Customer",
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("customer"),
    )
    message = models.OneToOneField(
        "messaging.Message", models.CASCADE, null=True, related_name="media"
    )
    key = models.CharField(max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=10)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    file = models.FileField(_("file"), upload_to=media_path, max_length=200, blank=True)
    playable = models.FileField(upload_to=playable_path, max_length=200, blank=True)
    playable_type = models.CharField(max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=255, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(_("duration"), null=True)
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)

    media_id = models.CharField(max_length=2000, blank=True)  # or the address it lies at
    uploaded_at = models.DateTimeField(_("uploaded"), null=True)
    due_at = models.DateTimeField(_("next attempt"), null=True)
    lease_owner = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index("due_at", name="media_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return self.name or self.key
