"""Blocking a customer (拉黑). WeCom has nothing of the kind, so it is the desk that looks away.

What a blocked customer writes is received, stored and shown in the thread, but it opens no session
and so alerts nobody. When the block is lifted, what can still be answered is handed to the intake.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging import budget, live
from messaging.models import Message
from sessions.actions import Refused

ACTIVE = Q(lifted_at__isnull=True)


class Block(models.Model):
    customer = models.ForeignKey("messaging.Customer", models.CASCADE, related_name="blocks")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [models.UniqueConstraint("customer", condition=ACTIVE, name="blocked_once")]

    def __str__(self) -> str:
        return self.reason

    @staticmethod
    def active() -> models.QuerySet["Block"]:
        return Block.objects.filter(ACTIVE)

    @staticmethod
    def on(customer: str) -> Exists:
        """Is the customer, which this column of the outer query names, blocked?"""
        return Exists(Block.active().filter(customer=OuterRef(customer)))

    def may_be_lifted_by(self, agent) -> bool:
        return agent.is_lead or self.by_id == agent.pk


class Blocking:
    """The verbs of Session that concern blocks; all under the customer's lock."""

    def block(self, by, reason: str) -> Message:
        """Look away from now on; the session that is open ends, and no survey follows."""
        with self.held():
            if Block.active().filter(customer=self.customer).exists():
                raise Refused(_("The customer is blocked already."))
            if open_one := type(self).objects.open().filter(customer=self.customer).first():
                open_one.end(by)
                self.refresh_from_db()
                self.customer.refresh_from_db()
            Block.objects.create(customer=self.customer, by=by, reason=reason)
            return self._event("block", {"is_on": True, "reason": reason}, by)

    def unblock(self, by) -> Message:
        """Look again; what came meanwhile and can still be answered opens a session."""
        with self.held():
            block = Block.active().filter(customer=self.customer).first()
            if block is None:
                raise Refused(_("The customer is not blocked."))
            if not block.may_be_lifted_by(by):
                raise Refused(_("Only a team lead lifts a block of somebody else."))
            block.lifted_at, block.lifted_by = timezone.now(), by
            block.save()
            self._hand_over(since=block.created_at)
            return self._event("block", {"is_on": False}, by)

    def _hand_over(self, since: Any) -> None:
        unheard = self.customer.messages.filter(
            direction=Message.Direction.IN,
            session=None,
            created_at__gte=since,
            sent_at__gt=timezone.now() - budget.WINDOW,
        )
        if unheard.update(is_routed=False):
            live.wake("intake")
