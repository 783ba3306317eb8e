from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.models import Account, Customer, Message
from sessions.models.session import Session


class Agent(AbstractUser):
    """A console user who serves; leads and admins may do more."""

    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Team lead")
        ADMIN = "admin", _("Administrator")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Status(models.TextChoices):
        ONLINE = "online", _("Online")
        AWAY = "away", _("Away")

    class Hold(models.IntegerChoices):
        NONE = 0, _("At once")
        SHORT = 3, _("3 s")
        MIDDLE = 5, _("5 s")
        LONG = 10, _("10 s")

    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.AGENT)
    display_name = models.CharField(_("name shown"), max_length=60, blank=True)
    serves_all = models.BooleanField(_("serves all accounts"), default=True)
    accounts = models.ManyToManyField(
        "messaging.Account", blank=True, related_name="agents", verbose_name=_("accounts")
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    # Their own word; whether they have a page open is known to the processes (together.py).
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.ONLINE, editable=False
    )
    # An answer waits so long before it leaves, and can be taken back (wecom_kf.md: no recall).
    hold_seconds = models.PositiveSmallIntegerField(
        _("time to take a message back"), choices=Hold, default=Hold.NONE
    )

    # How they last ordered each list: {"mine": "waiting", "view-7": "deadline"}.
    sorts = models.JSONField(default=dict, editable=False)
    # What they changed about the keys (keyboard.py).
    keyboard = models.JSONField(default=dict, editable=False)
    # What they are told of, and how (wishes.py).
    wishes = models.JSONField(default=dict, editable=False)

    objects = UserManager()

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.username

    def save(self, *args, **kwargs) -> None:
        """Admins use Django admin; nobody else may."""
        self.is_staff = self.is_superuser or self.role == self.Role.ADMIN
        super().save(*args, **kwargs)

    def be(self, status: Status) -> None:
        """Online or away. Not by save(): nobody's rights change, so no page has to look again."""
        self.status = status
        Agent.objects.filter(pk=self.pk).update(status=status)

    @property
    def is_lead(self) -> bool:
        return self.role in (self.Role.LEAD, self.Role.ADMIN) or self.is_superuser

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN or self.is_superuser

    @property
    def zone(self) -> ZoneInfo:
        """Their own, or the installation's; also when its name is no more."""
        try:
            return ZoneInfo(self.time_zone or settings.TIME_ZONE)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(settings.TIME_ZONE)

    # Authorise by fetching through the user: there is no other way to hold an object.

    def visible_accounts(self) -> QuerySet[Account]:
        if self.serves_all:
            return Account.objects.all()
        return Account.objects.filter(agents=self)

    def led_accounts(self) -> QuerySet[Account]:
        """Those whose settings they may change: admins all, leads the ones they serve."""
        if self.is_admin:
            return Account.objects.all()
        return self.visible_accounts() if self.is_lead else Account.objects.none()

    def visible(self, queryset: QuerySet, account: str = "account_id") -> QuerySet:
        """Narrow any queryset to the accounts this agent may serve."""
        if self.serves_all:
            return queryset
        return queryset.filter(**{f"{account}__in": self.visible_accounts().values("pk")})

    def customers(self) -> QuerySet[Customer]:
        return self.visible(Customer.objects.all())

    def messages(self) -> QuerySet[Message]:
        return self.visible(Message.objects.all())

    def recalled(self) -> QuerySet[Message]:
        """Of what was recalled, the originals that they may read: leads may, and admins."""
        found = self.messages().exclude(recalled_at=None)
        return found if self.is_lead else found.none()

    def sessions(self) -> QuerySet[Session]:
        return self.visible(Session.objects.all())
