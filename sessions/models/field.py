"""What a team wants to know of its customers: typed fields that an administrator defines."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from messaging.models import Customer
from sessions import known


class Overtaken(Exception):
    """Somebody else has changed it since it was read."""

    def __init__(self, held: "FieldValue") -> None:
        super().__init__(str(held.field))
        self.held = held


class CustomField(models.Model):
    """A question about a customer; nobody has to answer it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        LONG = "long", _("Long text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        ONE = "one", _("One of a list")
        SEVERAL = "several", _("Several of a list")
        LINK = "link", _("Link")

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("type"), max_length=8, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("For lists: one choice on each line.")
    )
    hint = models.CharField(_("hint"), max_length=120, blank=True)
    accounts = models.ManyToManyField(
        "messaging.Account",
        blank=True,
        related_name="+",
        verbose_name=_("accounts"),
        help_text=_("None chosen: for all accounts."),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("customer field")
        verbose_name_plural = _("customer fields")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def of_account(account_id: int) -> models.QuerySet["CustomField"]:
        chosen = CustomField.accounts.through.objects.all()
        here = chosen.filter(account=account_id).values("customfield")
        everywhere = ~Q(pk__in=chosen.values("customfield"))
        return CustomField.objects.filter(everywhere | Q(pk__in=here))

    def clean(self) -> None:
        if self.is_list and not self.options:
            raise ValidationError({"choices": _("A list needs at least one choice.")})

    @property
    def is_list(self) -> bool:
        return self.kind in (self.Kind.ONE, self.Kind.SEVERAL)

    @property
    def options(self) -> list[str]:
        lines = (line.strip() for line in self.choices.splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def keep(self, customer: Customer, value: Any, by, seen: int) -> "FieldValue":
        """Write it down, unless somebody has changed it since it was `seen` as that version."""
        with transaction.atomic():
            FieldValue.objects.get_or_create(customer=customer, field=self)
            held = FieldValue.objects.select_for_update().get(customer=customer, field=self)
            held.field, held.customer = self, customer
            if held.value == value:
                return held
            if held.version != seen:
                raise Overtaken(held)
            held.value, held.by, held.version = value, by, held.version + 1
            held.save()
            known.add_value(held)
            return held


class FieldValue(models.Model):
    """One answer: text, a number or a day as text, true or false, or a list of choices."""

    customer = models.ForeignKey("messaging.Customer", models.CASCADE, related_name="values")
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="values")
    value = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("field of a customer")
        verbose_name_plural = _("fields of customers")
        constraints = [models.UniqueConstraint("customer", "field", name="value_once")]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        return shown(self.field.kind, self.value)

    # As search shows it, in one face with Remark.

    @property
    def heading(self) -> str:
        return self.field.name

    @property
    def words(self) -> str:
        return self.shown

    @property
    def writer(self):
        return self.by

    @property
    def told_at(self) -> datetime:
        return self.changed_at


def shown(kind: str, value: Any) -> str:
    """As people read it, in the language of the moment."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _t("Yes") if value else _t("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if kind == CustomField.Kind.DATE:
        try:
            return date_format(date.fromisoformat(str(value)), _t("M j, Y"))
        except ValueError:
            return str(value)  # the field was of another type when it was written
    return str(value)
