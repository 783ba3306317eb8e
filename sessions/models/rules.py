from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountRules(models.Model):
    """What holds at the desk for one account; one without a row has none."""

    account = models.OneToOneField(
        "messaging.Account", models.CASCADE, related_name="rules", verbose_name=_("account")
    )
    only_assignee_replies = models.BooleanField(
        _("only the assignee may reply"),
        default=False,
        help_text=_("Others may leave notes, or take the session over first."),
    )

    class Meta:
        verbose_name = _("rules of an account")
        verbose_name_plural = _("rules of accounts")

    def __str__(self) -> str:
        return str(self.account)
