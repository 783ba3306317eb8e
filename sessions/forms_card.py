"""Forms of the side panel: the value of a custom field, a note about a customer, a block."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.models import CustomField, Remark, Tag
from sessions.models.field import shown

HUES = 8  # of chip.css
LONGEST, LONGEST_TEXT = 200, 2000
KIND = CustomField.Kind


class ValueForm(forms.Form):
    """One field of one customer. Bound to what was sent, or showing what is written down."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, field: CustomField, data: Any = None) -> None:
        kept = getattr(field, "value", None)
        initial = {"value": kept, "seen": getattr(field, "version", None) or 0}
        super().__init__(data, auto_id=f"field-{field.pk}-%s", initial=initial)
        self.field, self.shown = field, shown(field.kind, kept)
        self.address = kept if field.kind == KIND.LINK and self.shown else ""
        self.told = ""
        made = self.fields["value"] = _made(field)
        made.label, made.help_text = field.name, field.hint
        is_picks = field.kind == KIND.SEVERAL
        made.widget.attrs |= {} if is_picks else {"class": "field__input", "aria-label": field.name}
        if self.is_bound and "value" in self.errors:
            made.widget.attrs["aria-invalid"] = "true"

    @property
    def problem(self) -> str:
        return next((str(words[0]) for words in self.errors.values()), "") or self.told

    def stored(self) -> Any:
        """As JSON keeps it; nothing where nothing was said."""
        value = self.cleaned_data["value"]
        if value in ("", None, []):
            return None
        if self.field.kind == KIND.NUMBER:
            return f"{value.normalize():f}"
        return value.isoformat() if self.field.kind == KIND.DATE else value


def _made(field: CustomField) -> forms.Field:
    return _MADE[field.kind](field)


def _one(field: CustomField) -> forms.Field:
    return forms.ChoiceField(choices=[("", "–"), *_options(field)], required=False)


def _several(field: CustomField) -> forms.Field:
    boxes = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(choices=_options(field), required=False, widget=boxes)


def _options(field: CustomField) -> list[tuple[str, str]]:
    """Its choices, and with them what was chosen before the list was changed."""
    kept = getattr(field, "value", None)
    kept = kept if isinstance(kept, list) else [kept]
    old = [str(one) for one in kept if one and str(one) not in field.options]
    return [(one, one) for one in [*field.options, *old]]


def _yes_no(field: CustomField) -> forms.Field:
    choices = [("", "–"), ("True", _("Yes")), ("False", _("No"))]
    return forms.TypedChoiceField(
        choices=choices, coerce=lambda said: said == "True", empty_value=None, required=False
    )


_MADE = {
    KIND.TEXT: lambda field: forms.CharField(max_length=LONGEST, required=False),
    KIND.LONG: lambda field: forms.CharField(
        max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    ),
    KIND.NUMBER: lambda field: forms.DecimalField(
        max_digits=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Write a number, such as 12 or 12.5.")},
    ),
    KIND.DATE: lambda field: forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"],
        error_messages={"invalid": _("Write a day as 2026-11-01.")},
    ),
    KIND.YES_NO: _yes_no,
    KIND.ONE: _one,
    KIND.SEVERAL: _several,
    KIND.LINK: lambda field: forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Write an address, such as https://example.com/1.")},
    ),
}


class RemarkForm(forms.ModelForm):
    class Meta:
        model = Remark
        fields = ["text", "is_pinned"]
        error_messages = {"text": {"required": _("Write the note first.")}}
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "class": "field__input"})}

    @property
    def problem(self) -> str:
        return next((str(words[0]) for words in self.errors.values()), "")


class BlockForm(forms.Form):
    reason = forms.CharField(max_length=200, error_messages={"required": _("Say why.")})

    @property
    def problem(self) -> str:
        return next((str(words[0]) for words in self.errors.values()), "")


class CustomerTagForm(forms.Form):
    """One tag on or off; leads may also write a word that is no tag yet."""

    add = forms.ModelChoiceField(Tag.of_customers(), required=False)
    remove = forms.ModelChoiceField(Tag.of_customers(), required=False)
    new = forms.CharField(max_length=40, required=False)

    def __init__(self, agent, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not agent.is_lead:
            del self.fields["new"]

    def change(self, customer) -> None:
        add = self.cleaned_data["add"]
        if name := self.cleaned_data.get("new"):
            hue = Tag.of_customers().count() % HUES
            add, _is_new = Tag.of_customers().get_or_create(
                name=name, defaults={"hue": hue, "scope": Tag.Scope.CUSTOMER}
            )
        if add:
            customer.tags.add(add)
        if gone := self.cleaned_data["remove"]:
            customer.tags.remove(gone)


class ExportForm(forms.Form):
    what = forms.ChoiceField(choices=[("session", ""), ("all", "")])
    format = forms.ChoiceField(choices=[("html", ""), ("txt", ""), ("pdf", ""), ("print", "")])
    notes = forms.BooleanField(required=False)
