from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

CHINA = ZoneInfo("Asia/Shanghai")  # days of the platform begin there (§8.1)
ACCOUNT, SERVICERS = "", "*"  # in the place of a userid


class Statistic(models.Model):
    """What the platform itself counted on one day, in its own words (protocol/wecom_kf.md §8).

    `servicer` says of whom: the account as a whole, all its servicers together, or one of them. A
    figure that the platform could not compute is absent. Days are those of China.
    """

    account = models.ForeignKey(
        "messaging.Account",
        models.CASCADE,
        related_name="statistics",
        verbose_name=_("account"),
        db_index=False,
    )
    servicer = models.CharField(_("servicer"), max_length=64, blank=True, default=ACCOUNT)
    day = models.DateField(_("day"))
    figures = models.JSONField(_("figures"))
    read_at = models.DateTimeField(_("last read"))

    class Meta:
        verbose_name = _("statistic of the platform")
        verbose_name_plural = _("statistics of the platform")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "servicer", "day"], name="statistic_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.servicer or '-'} {self.day}"
