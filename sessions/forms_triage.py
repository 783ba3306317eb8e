"""What is asked when sessions are sorted: tags, priority, and until when they are snoozed."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions import snoozing
from sessions.models import Agent, Priority, Session, Tag
from sessions.models.triage import NEVER

HUES = 8  # of chip.css


class TagsForm(forms.Form):
    """Leads may also write a word that is no tag yet."""

    tags = forms.ModelMultipleChoiceField(Tag.of_sessions(), required=False)
    new = forms.CharField(max_length=40, required=False)

    def __init__(self, agent, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not agent.is_lead:
            del self.fields["new"]

    def chosen(self) -> set[Tag]:
        """What is checked, and what was written, made if need be."""
        chosen = set(self.cleaned_data["tags"])
        if name := self.cleaned_data.get("new"):
            hue = Tag.of_sessions().count() % HUES
            tag, _is_new = Tag.of_sessions().get_or_create(
                name=name, defaults={"hue": hue, "scope": Tag.Scope.SESSION}
            )
            chosen.add(tag)
        return chosen

    def before(self, session: Session) -> set[Tag]:
        """What stood there when it was asked: what a colleague did meanwhile stays."""
        asked = self.data.get("had")
        if asked is None:
            return set(session.tags.all())
        keys = [key for key in asked.split(",") if key.isascii() and key.isdigit()]
        return set(Tag.of_sessions().filter(pk__in=keys))

    @property
    def problem(self) -> str:
        return _problem(self)


class PriorityForm(forms.Form):
    level = forms.TypedChoiceField(choices=Priority.choices, coerce=int)


class SnoozeForm(forms.Form):
    """One of the choices, or a moment. Past the window's close it has to be said twice."""

    wake = forms.CharField(error_messages={"required": _("Choose until when.")})
    at = forms.DateTimeField(required=False)
    anyway = forms.BooleanField(required=False)

    def __init__(self, *args, closes_at: datetime = NEVER, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.choices = snoozing.choices(closes_at)
        self.closes_at = closes_at
        self.is_past_close = False

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        until = self._until()
        self.is_past_close = until >= self.closes_at
        if until <= timezone.now():
            raise forms.ValidationError(_("That moment is past."))
        is_own = cleaned["wake"] == "at"
        if self.is_past_close and is_own and not cleaned["anyway"]:
            raise forms.ValidationError(
                _("The window is closed by then: nothing can be sent any more.")
            )
        return cleaned | {"until": until}

    def _until(self) -> datetime:
        if self.cleaned_data["wake"] == "at":
            if not self.cleaned_data.get("at"):
                raise forms.ValidationError(_("Say until when."))
            return self.cleaned_data["at"]
        chosen = {choice.name: choice.until for choice in self.choices}
        if self.cleaned_data["wake"] not in chosen:
            raise forms.ValidationError(_("Choose until when."))
        return chosen[self.cleaned_data["wake"]]

    @property
    def problem(self) -> str:
        return _problem(self)


def _problem(form: forms.Form) -> str:
    return next((str(problem) for found in form.errors.values() for problem in found), "")


# --- of several sessions at once ------------------------------------------------------------------


class BulkForm(forms.Form):
    """Knows the sessions it is about; `value` is what the act takes."""

    def __init__(self, sessions: list[Session], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sessions = sessions

    def act(self, asked: str) -> str:
        return asked

    @property
    def problem(self) -> str:
        return _problem(self)


class BulkAssignForm(BulkForm):
    agent_to = forms.ModelChoiceField(
        Agent.objects.filter(is_active=True),
        error_messages={"required": _("Choose who takes over.")},
    )

    def value(self) -> Agent:
        return self.cleaned_data["agent_to"]


class BulkTagForm(BulkForm):
    tags = forms.ModelMultipleChoiceField(
        Tag.of_sessions(), error_messages={"required": _("Choose at least one tag.")}
    )
    sure = forms.ChoiceField(choices=[("add", ""), ("remove", "")])

    def act(self, asked: str) -> str:
        return "untag" if self.cleaned_data["sure"] == "remove" else "tag"

    def value(self) -> list[Tag]:
        return list(self.cleaned_data["tags"])


class BulkPriorityForm(BulkForm):
    sure = forms.TypedChoiceField(choices=Priority.choices, coerce=int)

    def value(self) -> int:
        return self.cleaned_data["sure"]


class BulkSnoozeForm(SnoozeForm):
    """Warns by the window that closes first."""

    def __init__(self, sessions: list[Session], *args, **kwargs) -> None:
        closes_at = min((session.closes_at for session in sessions), default=NEVER)
        super().__init__(*args, closes_at=closes_at, **kwargs)

    def act(self, asked: str) -> str:
        return asked

    def value(self) -> datetime:
        return self.cleaned_data["until"]


class BulkEndForm(BulkForm):
    survey = forms.BooleanField(required=False)

    def value(self) -> bool:
        return self.cleaned_data["survey"]


BULK_FORMS = {
    "assign": BulkAssignForm,
    "tag": BulkTagForm,
    "priority": BulkPriorityForm,
    "snooze": BulkSnoozeForm,
    "end": BulkEndForm,
}
