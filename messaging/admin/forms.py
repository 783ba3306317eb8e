from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from messaging.admin import steps
from messaging.backends.desk import options
from messaging.backends.wecom.crypto import Cipher, CryptoError
from messaging.models import Connection

STORED = _("Stored: leave empty to keep")

IDENTITY = {
    Connection.Backend.WECOM: _("corp id"),
    Connection.Backend.STAFFSERVICE: _("appid"),
    Connection.Backend.DESK: "SDKAppID",
}
HELP = {
    Connection.Backend.WECOM: {
        "identity": _("It begins with ww."),
        "secret": _("It stands on the app's page."),
        "api_base": _("Only where it is another than the platform's own."),
    },
    Connection.Backend.STAFFSERVICE: {
        "identity": _("It stands in the address of each call."),
        "secret": _("Calls are signed with it, in both directions."),
        "api_base": _("The app's, to which /staffService/message is added."),
    },
    Connection.Backend.DESK: {
        "identity": _("A number."),
        "secret": _("The app's key."),
        "callback_token": _("Empty where callbacks are not signed."),
        "api_base": _("That of the app's region, if it is not in China."),
    },
}
NEEDED = {
    Connection.Backend.WECOM: ("secret", "token", "aes_key"),
    Connection.Backend.STAFFSERVICE: ("secret",),
    Connection.Backend.DESK: ("secret",),
}
SIGNING = (
    ("", _("Required where there is a token")),
    (options.REQUIRED, _("Required")),
    (options.IF_PRESENT, _("Checked if present")),
    (options.OFF, _("Not checked")),
)


def _secret(label: Any, help_text: Any) -> forms.CharField:
    """Never rendered back, not even after an error elsewhere in the form."""
    widget = forms.PasswordInput(
        render_value=False, attrs={"autocomplete": "new-password", "size": 50}
    )
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=200, widget=widget
    )


class ConnectionForm(forms.ModelForm):
    """Secrets go in and never come out; an empty field keeps what is stored."""

    secret = _secret(_("App secret"), "")
    callback_token = _secret(_("Callback token"), _("Token of the app's API reception."))
    aes_key = _secret(_("EncodingAESKey"), _("43 characters, next to the token."))
    api_base = forms.URLField(
        label=_("API address"),
        required=False,
        max_length=300,
        assume_scheme="https",
    )
    media_base_url = forms.URLField(
        label=_("Address of files"),
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"size": 50}),
        help_text=_("What stands before the path when the app sends only that."),
    )
    allow_private_media = forms.BooleanField(
        label=_("Files may lie in the own network"),
        required=False,
        help_text=_("Otherwise files and pictures are fetched from public addresses only."),
    )
    stale_seconds = forms.IntegerField(
        label=_("Age of a call in seconds"),
        required=False,
        min_value=0,
        max_value=7 * 24 * 3600,
        help_text=_(
            "Calls whose timestamp is further from now are refused; 0 takes all. "
            "Empty: as for the whole installation."
        ),
    )
    admin = forms.CharField(
        label=_("Administrator account"),
        required=False,
        max_length=64,
        help_text=_("An administrator of the app, in whose name the console calls."),
    )
    signing = forms.ChoiceField(
        label=_("Signature of callbacks"),
        required=False,
        choices=SIGNING,
        help_text=_("Sign and RequestTime, made with the callback token."),
    )
    sources = forms.CharField(
        label=_("Source addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 40}),
        help_text=_("One address or range per line; empty takes callbacks from everywhere."),
    )
    group = forms.IntegerField(
        label=_("Group for new customers"),
        required=False,
        min_value=1,
        help_text=_("A group's number, for when no linked agent is online."),
    )
    OPTIONS = (
        *("media_base_url", "allow_private_media", "stale_seconds"),
        *("admin", "signing", "sources", "group"),
    )
    SECRETS = {"secret": "secret", "callback_token": "token", "aes_key": "aes_key"}

    class Meta:
        model = Connection
        fields = ["backend", "name", "identity", "api_base", "is_enabled"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [] if self.instance.pk else [self.data.get("backend"), self.initial.get("backend")]
        backend = steps.backend_of(*said, self.instance.backend)
        self._keep_to(backend)
        for field, name in self.SECRETS.items():
            if field not in self.fields:
                continue
            if self.instance.secrets.get(name):
                self.fields[field].widget.attrs["placeholder"] = STORED
            else:
                self.fields[field].required = name in NEEDED.get(backend, ())
        for name in self.OPTIONS:
            self.initial.setdefault(name, self.instance.options.get(name))
        self.fields["api_base"].required = backend == Connection.Backend.STAFFSERVICE
        if "admin" in self.fields:
            self.fields["admin"].required = True
        self.initial["sources"] = "\n".join(self.instance.options.get("sources") or [])

    def _keep_to(self, backend: str) -> None:
        """What other systems need is not asked for, and stays as it is."""
        for name in {*self.fields} - steps.fields_of(backend):
            del self.fields[name]
        if "backend" in self.fields:
            self.fields["backend"].widget = forms.HiddenInput()
        self.fields["identity"].label = capfirst(IDENTITY[backend])
        for name, words in HELP[backend].items():
            self.fields[name].help_text = words

    def clean_aes_key(self) -> str:
        key = self.cleaned_data["aes_key"].strip()
        if key:
            try:
                Cipher(key)
            except CryptoError as error:
                raise ValidationError(
                    _("This is not an EncodingAESKey: one has 43 letters and digits.")
                ) from error
        return key

    def clean_identity(self) -> str:
        identity = self.cleaned_data["identity"].strip()
        is_desk = self.cleaned_data.get("backend") == Connection.Backend.DESK
        if is_desk and not (identity.isascii() and identity.isdigit()):
            raise ValidationError(_("An SDKAppID is a number."))
        return identity

    def clean_sources(self) -> list[str] | None:
        listed = self.cleaned_data["sources"].split()
        try:
            options.networks(listed)
        except ValueError as error:
            raise ValidationError(_("This is neither an address nor a range.")) from error
        return listed or None

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        token = given.get("callback_token") or self.instance.secrets.get("token")
        if given.get("signing") in (options.REQUIRED, options.IF_PRESENT) and not token:
            self.add_error("signing", _("Without a callback token nothing can be checked."))
        return given

    def save(self, commit: bool = True) -> Connection:
        """What was fetched with the old credentials is forgotten with them."""
        new = {
            name: self.cleaned_data[field].strip()
            for field, name in self.SECRETS.items()
            if self.cleaned_data.get(field, "").strip()
        }
        connection = self.instance
        connection.secrets = {**connection.secrets, **new}
        chosen = {name: self.cleaned_data[name] for name in self.OPTIONS if name in self.fields}
        connection.choose(**chosen)
        is_changed = new or {"identity", "api_base", "admin"} & set(self.changed_data)
        if is_changed:
            connection.forget_token()
        if is_changed or set(self.OPTIONS) & set(self.changed_data):
            connection.fault_code, connection.fault_text, connection.fault_at = None, "", None
        return super().save(commit)
