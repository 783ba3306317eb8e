"""Messages with a form of their own, within the platform's limits (protocol/wecom_kf.md §5.1, §5.3)."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.cutting import size_of
from sessions.forms import Asked

BESIDE = ("thumb", "kept", "seen", "take", "again")  # goes along with the content, or is for us


class Words(forms.CharField):
    """A text counted in bytes, as the platform does: it would cut the rest without a word."""

    def __init__(self, most: int, *, rows: int = 0, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(widget=widget, **options)
        self.most = most

    def clean(self, value: Any) -> str:
        text = super().clean(value).replace("\r\n", "\n")
        if size_of(text) > self.most:
            sentence = _("At most %(most)s bytes; this has %(size)s.")
            raise forms.ValidationError(sentence % {"most": self.most, "size": size_of(text)})
        return text


class Builder(Asked):
    """`content` is what the message carries; a `thumb` goes along as a file, or the one that is
    `kept` of a message that was taken back, by its key."""

    kind = ""
    title = ""
    hint = ""
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, with_files: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not with_files:
            self.fields.pop("thumb", None)
        if "thumb" in self.fields and self["kept"].value():
            self.fields["thumb"].required = False
            self.fields["thumb"].help_text = _(
                "The one it had goes along, unless you choose another."
            )
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "field__input"
            if self.is_bound and name in self.errors:
                field.widget.attrs["aria-invalid"] = "true"

    def was_read(self, newest: int | None) -> None:
        """What was asked about is seen from now on."""
        self.data = self.data.copy()
        self.data["seen"] = newest

    def content(self) -> dict[str, Any]:
        """Field names are the platform's; `title_` is one that this class has taken."""
        given = {name: self.cleaned_data[name] for name in self.fields if name not in BESIDE}
        return {name.rstrip("_"): value for name, value in given.items() if value != ""}

    @classmethod
    def filled_in(cls, content: dict[str, Any]) -> dict[str, Any]:
        """What was typed, of a message as it was to be sent."""
        return {
            name: content.get(name.rstrip("_"), "")
            for name in cls.base_fields
            if name not in BESIDE
        }


class LinkForm(Builder):
    kind, title = "link", _("Send a link")
    url = forms.CharField(
        label=_("Address"), max_length=2048, validators=[URLValidator(("http", "https"))]
    )
    title_ = Words(128, label=_("Title"))
    desc = Words(512, label=_("Description"), required=False, rows=2)
    thumb = forms.FileField(label=_("Picture (JPG or PNG, at most 2 MB)"))


class MiniProgramForm(Builder):
    kind, title = "miniprogram", _("Send a mini program")
    appid = Words(32, label=_("App id of the mini program"))
    title_ = Words(64, label=_("Title"))
    pagepath = Words(1024, label=_("Page"), help_text=_("Ends in .html; parameters may follow."))
    thumb = forms.FileField(label=_("Picture (JPG or PNG, best 520 × 416)"))

    def clean_pagepath(self) -> str:
        path = self.cleaned_data["pagepath"]
        if not path.partition("?")[0].endswith(".html"):
            raise forms.ValidationError(_("The page must end in .html."))
        return path


class LocationForm(Builder):
    kind, title = "location", _("Send a location")
    hint = _("Coordinates as AMap and WeChat count them (GCJ-02).")
    name = Words(256, label=_("Name of the place"))
    address = Words(512, label=_("Address of the place"), required=False)
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)


class MenuForm(Builder):
    """A click of the customer's is a message of theirs: it opens a new allowance (F3)."""

    kind, title = "msgmenu", _("Ask with buttons")
    hint = _("When the customer presses one, that is a message: you get 5 new ones.")
    head = Words(1024, label=_("Question"), rows=3)
    first = Words(128, label=_("First button"))
    second = Words(128, label=_("Second button"), required=False)
    third = Words(128, label=_("Third button"), required=False)

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        clicks = [given[name] for name in ("first", "second", "third") if given[name]]
        items = [
            {"type": "click", "click": {"id": f"kfm_{place}", "content": words}}
            for place, words in enumerate(clicks, start=1)
        ]
        return {"head_content": given["head"], "list": items}

    @classmethod
    def filled_in(cls, content: dict[str, Any]) -> dict[str, Any]:
        clicks = [item.get("click", {}).get("content", "") for item in content.get("list", [])]
        named = zip(("first", "second", "third"), clicks, strict=False)
        return {"head": content.get("head_content", ""), **dict(named)}

    @classmethod
    def offered(cls, text: str) -> dict[str, Any]:
        """What has been written so far, and answers that invite one."""
        return {
            "head": text or pgettext_lazy("menu", "Has that answered your question?"),
            "first": pgettext_lazy("menu", "Yes, thank you"),
            "second": pgettext_lazy("menu", "I have another question"),
            "third": pgettext_lazy("menu", "Write to me later"),
        }


BUILDERS: dict[str, type[Builder]] = {
    form.kind: form for form in (LinkForm, MiniProgramForm, LocationForm, MenuForm)
}
