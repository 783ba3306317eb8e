"""Business hours as they are typed: a text for each weekday, and rows for the days that differ."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from messaging.models import Account
from sessions import holidays, spans
from sessions.models import Hours

SPARE, MOST = 3, 300  # empty rows that are offered; rows there may be
LONGEST = 200
PLAIN = {"class": "field__input", "autocomplete": "off"}
DATE = {"class": "field__input", "type": "date"}
NOT_A_DAY = gettext_lazy("Write a day as 2026-11-01.")
ROW = ("day", "hours", "note")


class SpansField(forms.CharField):
    """ "09:00-12:00, 13:30-18:00" """

    def __init__(self, **more: Any) -> None:
        super().__init__(
            required=False,
            max_length=LONGEST,
            widget=forms.TextInput(PLAIN | {"placeholder": pgettext_lazy("hours", "closed")}),
            **more,
        )

    def clean(self, value: Any) -> list[spans.Span]:
        try:
            return spans.parse(super().clean(value))
        except spans.Unclear as problem:
            raise forms.ValidationError(str(problem)) from None


def _day(**more: Any) -> forms.DateField:
    errors = {"invalid": NOT_A_DAY, "required": NOT_A_DAY}
    return forms.DateField(
        widget=forms.DateInput(DATE.copy(), "%Y-%m-%d"), error_messages=errors, **more
    )


class DayForm(forms.Form):
    day = _day(required=False)
    hours = SpansField()
    note = forms.CharField(
        required=False,
        max_length=40,
        widget=forms.TextInput(PLAIN | {"placeholder": gettext_lazy("Note")}),
    )

    def clean(self) -> None:
        told = self.cleaned_data
        if not self.errors and not told["day"] and (told["hours"] or told["note"]):
            self.add_error("day", _("Tell the day."))


class DayRows(forms.BaseFormSet):
    def add_fields(self, form: DayForm, index: int | None) -> None:
        """Named by the heads of their columns and their own number."""
        super().add_fields(form, index)
        for name in ROW:
            form.fields[name].widget.attrs["aria-labelledby"] = f"days-{name} day-{index}"

    def told(self) -> Iterator[DayForm]:
        """Those in which a day was written, and no nonsense."""
        return (form for form in self.forms if form.is_valid() and form.cleaned_data.get("day"))

    def hold_from(self, since: date | None) -> None:
        """Each once, and none of before the hours themselves."""
        known = set()
        for form in self.told():
            day = form.cleaned_data["day"]
            if day in known:
                form.add_error("day", _("This day is there twice."))
            elif since and day < since:
                words = _("These hours hold from %(since)s on: an earlier day counts with others.")
                form.add_error("day", words % {"since": since})
            known.add(day)


DAYS = forms.formset_factory(
    DayForm, DayRows, extra=SPARE, max_num=MOST, absolute_max=MOST, validate_max=True
)


class HoursForm(forms.Form):
    since = _day(label=gettext_lazy("Valid from"))
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        required=False,
        max_length=50,
        widget=forms.TextInput(PLAIN.copy()),
    )

    def __init__(self, data: QueryDict | None = None, *, initial: dict | None = None) -> None:
        super().__init__(data, initial=initial)
        for day in range(7):
            self.fields[f"day_{day}"] = SpansField(label=WEEKDAYS[day])
        self.fields["time_zone"].widget.attrs["placeholder"] = settings.TIME_ZONE
        self.rows = DAYS(data, initial=(initial or {}).get("rows"), prefix="days")

    @classmethod
    def of(cls, hours: Hours) -> "HoursForm":
        return cls(initial=told_by(hours, hours.since))

    @property
    def weekdays(self) -> list[forms.BoundField]:
        return [self[f"day_{day}"] for day in range(7)]

    def clean_time_zone(self) -> str:
        """As it is written in the world, however it was typed."""
        name = self.cleaned_data["time_zone"].strip()
        known = {zone.lower(): zone for zone in available_timezones()} if name else {"": ""}
        if name.lower() not in known:
            raise forms.ValidationError(
                _("There is no time zone with this name. Example: Asia/Shanghai.")
            )
        return known[name.lower()]

    def clean(self) -> None:
        told = self.cleaned_data
        is_written = all(f"day_{day}" in told for day in range(7))
        if is_written and not any(told[f"day_{day}"] for day in range(7)):
            self.add_error("day_0", _("No day of the week is open: then no time would ever count."))

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            self.rows.hold_from(self.cleaned_data.get("since"))

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows.is_valid()

    def problems(self) -> list[str]:
        """With the name of the field before it, as they are said far from it."""
        found = [
            _("%(day)s: %(problem)s") % {"day": field.label, "problem": problem}
            for field in self
            for problem in field.errors
        ]
        for row in self.rows:
            found += [problem for field in row for problem in field.errors]
        return found

    def hours(self, account: Account) -> Hours:
        """What could be understood."""
        told = self.cleaned_data
        rows = [row.cleaned_data for row in self.rows.told()]
        week = {str(day): told.get(f"day_{day}") for day in range(7)}
        return Hours(
            account=account,
            since=told.get("since"),
            time_zone=told.get("time_zone", ""),
            weekly={day: spans.keep(some) for day, some in week.items() if some},
            days={row["day"].isoformat(): spans.keep(row["hours"]) for row in rows},
            notes={row["day"].isoformat(): row["note"] for row in rows if row["note"]},
        )


def told_by(hours: Hours, since: date) -> dict[str, Any]:
    """What stands in the form: these hours, as they are to hold from that day on."""
    told = {"since": since, "time_zone": hours.time_zone}
    told |= {f"day_{day}": spans.write(hours.week.get(day, ())) for day in range(7)}
    told["rows"] = [
        {"day": day, "hours": spans.write(some), "note": hours.notes.get(day.isoformat(), "")}
        for day, some in hours.special.items()
        if day >= since
    ]
    return told


# --- what buttons do to a form that is being written -----------------------------------------------


def like_monday(told: QueryDict) -> None:
    for day in range(1, 5):
        told[f"day_{day}"] = told.get("day_0", "")


def more_rows(told: QueryDict) -> None:
    _put(told, _rows(told), spare=SPARE + 5)


def copy(told: QueryDict, hours: Hours) -> None:
    """The hours of another account; the day from which they hold stays as it is written."""
    copied = told_by(hours, since_of(told) or date.min)
    rows = copied.pop("rows")
    for name, value in copied.items():
        if name != "since":
            told[name] = value
    _put(told, rows)


def add_holidays(told: QueryDict, year: int) -> bool:
    """Those that are not written yet; a make-up day is worked like Monday. False if none are known."""
    known = holidays.of_china(year)
    if known is None:
        return False
    rows = _rows(told)
    written, since = {str(row["day"]) for row in rows}, since_of(told) or date.min
    for day, (name, is_worked) in known.items():
        if day >= since and day.isoformat() not in written:
            hours = told.get("day_0", "") if is_worked else ""
            rows.append({"day": day, "hours": hours, "note": name})
    _put(told, rows)
    return True


def since_of(told: QueryDict) -> date | None:
    try:
        return date.fromisoformat(told.get("since", ""))
    except ValueError:
        return None


def _rows(told: QueryDict) -> list[Mapping[str, Any]]:
    """Those in which something is written."""
    count = told.get(f"days-{TOTAL_FORM_COUNT}", "")
    is_sound = count.isdecimal() and len(count) < 5
    numbers = range(min(int(count), MOST) if is_sound else 0)
    rows = [{name: told.get(f"days-{n}-{name}", "") for name in ROW} for n in numbers]
    return [row for row in rows if any(value.strip() for value in row.values())]


def _put(told: QueryDict, rows: list[Mapping[str, Any]], spare: int = SPARE) -> None:
    told[f"days-{TOTAL_FORM_COUNT}"] = str(min(len(rows) + spare, MOST))
    told[f"days-{INITIAL_FORM_COUNT}"] = "0"
    rows = [*rows, *[dict.fromkeys(ROW, "")] * spare]
    for number, row in enumerate(sorted(rows, key=_place)):
        for name in ROW:
            told[f"days-{number}-{name}"] = str(row[name])


def _place(row: Mapping[str, Any]) -> str:
    """By day; what has none stands at the end."""
    return str(row["day"]) or "~"
