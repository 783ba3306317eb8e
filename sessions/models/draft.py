from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """What an agent has begun to write in a session: kept on the server, not in a tab."""

    session = models.ForeignKey("kf_sessions.Session", models.CASCADE, related_name="drafts")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    is_note = models.BooleanField(default=False)
    text = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint("session", "agent", "is_note", name="draft_once")]

    def __str__(self) -> str:
        return self.text[:40]


class Mention(models.Model):
    """Somebody was named in a note."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")
    session = models.ForeignKey("kf_sessions.Session", models.CASCADE, related_name="mentions")
    message = models.ForeignKey("messaging.Message", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint("agent", "message", name="mention_once")]
        indexes = [models.Index("agent", "seen_at", name="mention_of_agent")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.session_id}"
