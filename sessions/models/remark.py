from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from sessions import known


class Remark(models.Model):
    """A note about a customer (客户备注): it stays when sessions end."""

    MOST = 1000

    customer = models.ForeignKey("messaging.Customer", models.CASCADE, related_name="remarks")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(_("text"), max_length=MOST)
    is_pinned = models.BooleanField(_("keep on top"), default=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), null=True)

    class Meta:
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")
        ordering = ["-is_pinned", "-created_at", "-id"]

    def __str__(self) -> str:
        return self.text[:40]

    def save(self, *args, **kwargs) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            known.add_remark(self)

    # As search shows it, in one face with FieldValue.

    heading = ""

    @property
    def words(self) -> str:
        return self.text

    @property
    def writer(self):
        return self.author

    @property
    def told_at(self) -> datetime:
        return self.changed_at or self.created_at

    def may_be_changed_by(self, agent) -> bool:
        """By who wrote it; a lead tidies up after those who have left."""
        return self.author_id == agent.pk or agent.is_lead
