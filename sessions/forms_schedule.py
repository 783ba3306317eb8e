"""How often a saved report is sent, when, and to whom."""

import re
from datetime import time

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from messaging.fields import Secrets
from sessions.models import Agent, ReportSchedule, SavedReport
from sessions.reports import robot
from sessions.reports.asking import CUSTOM, Asked

MOST = 20  # of one owner
MOST_EMAILS = 20
PLAIN = {"class": "field__input"}


class ScheduleForm(forms.ModelForm):
    emails = forms.CharField(
        label=_("E-mail addresses"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(PLAIN),
        help_text=_("Separated by commas. The tables are attached for Excel."),
    )
    robot = forms.CharField(
        label=_("Address of a WeCom group robot"),
        max_length=300,
        required=False,
        widget=forms.TextInput(PLAIN | {"autocomplete": "off"}),
        help_text=_("It gets the main figures. Whoever knows its address can write to the group."),
    )

    class Meta:
        model = ReportSchedule
        fields = ("report", "rhythm", "weekday", "day", "at")
        labels = {"report": _("Report")}
        widgets = {
            "report": forms.Select(PLAIN),
            "rhythm": forms.Select(PLAIN),
            "weekday": forms.Select(PLAIN),
            "day": forms.NumberInput(PLAIN),
            "at": forms.TimeInput(PLAIN | {"type": "time"}, "%H:%M"),
        }

    def __init__(self, agent: Agent, *args, **kwargs) -> None:
        kwargs.setdefault("initial", {"at": time(9)})
        super().__init__(*args, **kwargs, prefix="schedule")
        self.instance.owner = agent
        self.fields["report"].queryset = SavedReport.objects.visible_to(agent)
        self.fields["report"].empty_label = None
        self.fields["day"].help_text = _("In a shorter month, its last day.")
        self.fields["at"].help_text = str(agent.zone)
        if settings.EMAIL_BACKEND.endswith(".console.EmailBackend"):
            self.fields["emails"].help_text = _(
                "No mail server is set up (EMAIL_URL): for now, mails only go into the log."
            )

    def clean_report(self) -> SavedReport:
        report = self.cleaned_data["report"]
        if Asked.parse(QueryDict(report.query)).period == CUSTOM:
            raise ValidationError(
                _("It is about fixed days. Save it with a period that moves on, like last week.")
            )
        return report

    def clean_emails(self) -> list[str]:
        given = list(dict.fromkeys(re.split(r"[\s,;，；]+", self.cleaned_data["emails"].strip())))
        found = [one for one in given if one]
        for one in found:
            try:
                validate_email(one)
            except ValidationError:
                raise ValidationError(_("Not an e-mail address: %(one)s") % {"one": one}) from None
        if len(found) > MOST_EMAILS:
            raise ValidationError(_("Not more than %(most)d addresses.") % {"most": MOST_EMAILS})
        return found

    def clean_robot(self) -> Secrets:
        address = self.cleaned_data["robot"]
        key = robot.key_in(address)
        if address and not key:
            raise ValidationError(_("It begins with %(start)s.") % {"start": robot.ADDRESS})
        return Secrets(key=key) if key else Secrets()

    def clean(self) -> None:
        told = self.cleaned_data
        if told.get("rhythm") != ReportSchedule.Rhythm.MONTHLY:
            self.errors.pop("day", None)  # not shown then
        if told.get("emails") == [] and told.get("robot") == {}:
            self.add_error("emails", _("Tell an e-mail address or a group robot."))
        if self.instance.owner.report_schedules.count() >= MOST:
            raise ValidationError(_("That is too much to keep: delete some first."))

    def save(self, commit: bool = True) -> ReportSchedule:
        self.instance.emails = self.cleaned_data["emails"]
        self.instance.robot = self.cleaned_data["robot"]
        schedule = super().save(commit)
        schedule.resume()
        return schedule
