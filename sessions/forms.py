from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions import handing
from sessions.models import Agent, Session

SENT = ("text", "file", "media", "phrase_media")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = FilesInput

    def clean(self, data, initial=None) -> list:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class Asked(forms.Form):
    """What every form of an answer carries for `asking`."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    take = forms.BooleanField(required=False, widget=forms.HiddenInput)  # the turn of a colleague

    @property
    def given(self) -> dict[str, Any]:
        """What can be read of it."""
        self.full_clean()
        return self.cleaned_data


class ReplyForm(Asked):
    """A text, files, or both; how long a text may be depends on what goes before it (outgoing)."""

    text = forms.CharField(required=False)
    file = FilesField(required=False)
    msgid = forms.RegexField(r"^[0-9a-f]{32}$", required=False)
    split = forms.IntegerField(required=False, min_value=2, max_value=5)
    quote = forms.IntegerField(required=False)
    phrases = forms.CharField(required=False)  # the ids of those that were put in
    phrase_media = forms.IntegerField(required=False)

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def clean_phrases(self) -> list[int]:
        ids = self.cleaned_data["phrases"].split(",")
        return [int(pk) for pk in ids if pk.isascii() and pk.isdigit()]

    def clean(self) -> None:
        """`media` are the keys of files that were uploaded when they were chosen."""
        sent = self.cleaned_data
        sent["media"] = self.data.getlist("media")
        if not self.errors and not any(sent.get(name) for name in SENT):
            raise forms.ValidationError(_("Write something, or attach a file."))

    @property
    def problem(self) -> str:
        """The first thing that is wrong, in one sentence."""
        return next((str(problem) for found in self.errors.values() for problem in found), "")


class NoteForm(forms.Form):
    note = forms.CharField(
        max_length=5000, error_messages={"required": _("Write something first.")}
    )
    msgid = forms.RegexField(r"^[0-9a-f]{32}$", required=False)
    quote = forms.IntegerField(required=False)

    @property
    def problem(self) -> str:
        return next((str(problem) for found in self.errors.values() for problem in found), "")


class TransferForm(forms.Form):
    """`to` is "agent-7", "team-3", "servicer-5", "queue", "pool" or "me": where it can go to."""

    to = forms.CharField(error_messages={"required": _("Choose who takes over.")})
    note = forms.CharField(max_length=5000, required=False)

    def __init__(self, session: Session, agent: Agent, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.agent = session, agent

    def clean_to(self) -> handing.Receiver:
        kind, _dash, pk = self.cleaned_data["to"].partition("-")
        if kind == "me" and self.session.agent_id != self.agent.pk:
            return self.agent
        found = handing.receiver(self.session, kind, int(pk) if pk.isdecimal() else None)
        if found is None:
            raise forms.ValidationError(_("They can no longer take over. Choose again."))
        return found

    @property
    def problem(self) -> str:
        return next((str(problem) for found in self.errors.values() for problem in found), "")


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = Agent
        fields = ("language", "theme", "hold_seconds")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hold_seconds"].required = False
