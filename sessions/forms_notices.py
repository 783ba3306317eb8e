"""How an agent wants to be told, and which browsers are reached while no page is open."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from sessions import endpoints, webpush
from sessions.models import Event, How
from sessions.wishes import SOUNDS, Wishes

SOUND_NAMES = {
    "": _("No sound"),
    "ping": _("Ping"),
    "chime": _("Chime"),
    "knock": _("Knock"),
    "low": _("Low tone"),
}
SOUND_CHOICES = [(name, SOUND_NAMES[name]) for name in ("", *SOUNDS)]
DAYS = [(number, WEEKDAYS[number]) for number in range(7)]
PLAIN = {"class": "field__input"}
CLOCK = {"class": "field__input", "type": "time"}


def _select(choices: list, titles: str) -> forms.ChoiceField:
    """Named by the heads of its row and of its column."""
    select = forms.Select({**PLAIN, "aria-labelledby": titles})
    return forms.ChoiceField(choices=choices, required=False, widget=select)


class WishesForm(forms.Form):
    volume = forms.IntegerField(
        label=_("Volume of sounds, 0 to 100"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(PLAIN),
    )
    hides = forms.BooleanField(
        label=_("Hide content"),
        required=False,
        widget=forms.CheckboxInput({"class": "choice__box"}),
    )
    days = forms.TypedMultipleChoiceField(
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "pick__box"}),
    )
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(CLOCK, "%H:%M"))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(CLOCK, "%H:%M"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for event in Event.values:
            self.fields[f"how_{event}"] = _select(How.choices, f"event-{event} where-title")
            self.fields[f"sound_{event}"] = _select(SOUND_CHOICES, f"event-{event} sound-title")

    @staticmethod
    def initial_of(wishes: Wishes) -> dict[str, Any]:
        kept = wishes.kept()
        kept |= {f"how_{event}": how for event, how in wishes.how.items()}
        return kept | {f"sound_{event}": sound for event, sound in wishes.sounds.items()}

    def rows(self) -> Iterator[tuple[Event, forms.BoundField, forms.BoundField]]:
        for event in Event:
            yield event, self[f"how_{event.value}"], self[f"sound_{event.value}"]

    def wishes(self) -> Wishes:
        said = self.cleaned_data
        return Wishes(
            {event: said[f"how_{event}"] for event in Event.values},
            {event: said[f"sound_{event}"] for event in Event.values},
            said["volume"],
            said["hides"],
            said["starts"],
            said["ends"],
            frozenset(said["days"]),
        )


class BrowserForm(forms.Form):
    """What `PushSubscription.toJSON()` says of itself."""

    endpoint = forms.CharField(max_length=endpoints.LONGEST)
    p256dh = forms.CharField(max_length=200)
    auth = forms.CharField(max_length=100)
    name = forms.CharField(max_length=80, required=False)

    def clean_endpoint(self) -> str:
        try:
            endpoints.checked(self.cleaned_data["endpoint"])
        except endpoints.Forbidden as error:
            raise forms.ValidationError(str(error)) from None
        return self.cleaned_data["endpoint"]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not self.errors and not webpush.fits(said["p256dh"], said["auth"]):
            raise forms.ValidationError("not keys of a browser")
        return said
