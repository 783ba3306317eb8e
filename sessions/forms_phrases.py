"""Forms of the phrase page. `place` is "mine", "team-3" or "account-5": those one may write to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging import cutting, library, media
from messaging.models import Account, Media
from sessions import phrase_csv
from sessions.models import Agent, Phrase, Team

FIELD = {"class": "field__input"}
Place = Agent | Team | Account


def places_of(agent: Agent) -> dict[str, Place]:
    """To whom this agent may give a phrase."""
    places: dict[str, Place] = {"mine": agent}
    if agent.is_lead:
        places |= {f"team-{team.pk}": team for team in Team.objects.managed_by(agent)}
        places |= {f"account-{one.pk}": one for one in agent.visible_accounts()}
    return places


def name_of(place: Place) -> str:
    if isinstance(place, Agent):
        return "mine"
    return f"{place._meta.model_name}-{place.pk}"


def choices_of(places: dict[str, Place]) -> list:
    def group(scope: str) -> list[tuple[str, str]]:
        return [(name, str(place)) for name, place in places.items() if name.startswith(scope)]

    groups = [(_("A team"), group("team-")), (_("An account"), group("account-"))]
    return [("mine", _("Only me")), *(one for one in groups if one[1])]


class PlaceForm(forms.Form):
    place = forms.ChoiceField(label=_("For"), widget=forms.Select(FIELD))

    def __init__(self, agent: Agent, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.places = places_of(agent)
        self.fields["place"].choices = choices_of(self.places)

    def clean_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]


class PhraseForm(PlaceForm, forms.ModelForm):
    file = forms.FileField(label=_("File"), required=False)
    remove_file = forms.BooleanField(label=_("Remove the file"), required=False)

    class Meta:
        model = Phrase
        fields = ("title", "body")
        widgets = {
            "title": forms.TextInput(FIELD),
            "body": forms.Textarea({**FIELD, "rows": 8}),
        }

    def __init__(self, agent: Agent, *args, **kwargs) -> None:
        super().__init__(agent, *args, **kwargs)
        self.initial.setdefault("place", name_of(self.instance.place))

    def clean_body(self) -> str:
        body = self.cleaned_data["body"].replace("\r\n", "\n")
        if cutting.size_of(body) > cutting.LIMIT:
            raise forms.ValidationError(cutting.too_long(body))
        return body

    def clean(self) -> None:
        found = super().clean()
        keeps_file = self.instance.media_id and not found.get("remove_file")
        if not self.errors and not (found["body"] or found["file"] or keeps_file):
            raise forms.ValidationError(_("Write a text, or attach a file."))
        if not self.errors and found["file"]:
            self._store(found["file"], found["place"])

    def _store(self, upload, place: Place) -> None:
        """Last of all: nothing is kept of a form that has errors."""
        account = _account_of(place, self.agent)
        if account is None:
            return self.add_error("file", _("There is no account yet that could send a file."))
        try:
            self.stored = media.store(upload, account_id=account.pk)
        except media.FileRefused as refusal:
            self.add_error("file", str(refusal.reason))

    def save(self, commit: bool = True) -> Phrase:
        phrase = self.instance
        phrase.give_to(self.cleaned_data["place"])
        stored: Media | None = getattr(self, "stored", None)
        old = phrase.media if stored or self.cleaned_data["remove_file"] else None
        if stored or old:
            phrase.media = stored
        phrase = super().save(commit)
        if old:
            library.forget(old)
        return phrase


def _account_of(place: Place, agent: Agent) -> Account | None:
    """Under which a file is kept, and through whose connection it is first uploaded."""
    if isinstance(place, Account):
        return place
    theirs = place.accounts.first() if isinstance(place, Team) else None
    return theirs or agent.visible_accounts().first()


class ImportForm(PlaceForm):
    """A file, or its lines in a field: there they can be mended when some are refused."""

    file = forms.FileField(label=_("CSV file"), required=False)
    lines = forms.CharField(
        label=_("or its lines"),
        required=False,
        strip=False,
        widget=forms.Textarea({**FIELD, "rows": 10, "spellcheck": "false"}),
    )
    partly = forms.BooleanField(
        label=_("Import the good lines even if others fail"), required=False
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload and upload.size > phrase_csv.MAX_BYTES:
            raise forms.ValidationError(_("The file is too large: 2 MB at most."))
        return upload

    def clean(self) -> None:
        found = super().clean()
        if self.errors:
            return
        try:
            upload = found["file"]
            found["text"] = phrase_csv.decode(upload.read()) if upload else found["lines"]
        except phrase_csv.Unreadable as problem:
            raise forms.ValidationError(str(problem)) from None
        if not found["text"].strip():
            raise forms.ValidationError(_("Choose a file, or paste its lines."))
