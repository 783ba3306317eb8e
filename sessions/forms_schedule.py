"""How often a saved report is sent, when, and to whom: anew, or of a schedule that there is."""

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
CHANGED = ["report", "rhythm", "weekday", "day", "at", "emails", "robot", "problem", "detail"]


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
    drop_robot = forms.BooleanField(label=_("No group robot any more"), required=False)

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
        super().__init__(*args, **kwargs, prefix="schedule")
        if self.instance.pk:
            agent = self.instance.owner  # an administrator may change it, but it stays theirs
            self.initial["emails"] = ", ".join(self.instance.emails)
        else:
            self.instance.owner, self.initial["at"] = agent, time(9)
        self._tell_robot()
        self.fields["report"].queryset = SavedReport.objects.visible_to(agent)
        self.fields["report"].empty_label = None
        self.fields["day"].help_text = _("In a shorter month, its last day.")
        self.fields["at"].help_text = str(agent.zone)
        if settings.EMAIL_BACKEND.endswith(".console.EmailBackend"):
            self.fields["emails"].help_text = _(
                "No mail server is set up (EMAIL_URL): for now, mails only go into the log."
            )

    def _tell_robot(self) -> None:
        """Its address is not shown again; an empty field keeps it."""
        if self.instance.masked_robot:
            told = {"robot": self.instance.masked_robot}
            self.fields["robot"].help_text = _("Leave it empty to keep %(robot)s.") % told
        else:
            del self.fields["drop_robot"]

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
        return Secrets(key=key) if key else self.instance.robot

    def clean(self) -> None:
        told = self.cleaned_data
        if told.get("rhythm") != ReportSchedule.Rhythm.MONTHLY:
            self.errors.pop("day", None)  # not shown then
        if told.get("drop_robot"):
            told["robot"] = Secrets()
        if told.get("emails") == [] and told.get("robot") == {}:
            self.add_error("emails", _("Tell an e-mail address or a group robot."))
        is_new = self.instance.pk is None
        if is_new and self.instance.owner.report_schedules.count() >= MOST:
            raise ValidationError(_("That is too much to keep: delete some first."))

    def save(self, commit: bool = True) -> ReportSchedule:
        """What a worker has written meanwhile is left alone; what is paused stays so."""
        schedule = self.instance
        schedule.emails = self.cleaned_data["emails"]
        schedule.robot = self.cleaned_data["robot"]
        schedule.problem = schedule.detail = ""
        schedule.save(update_fields=CHANGED if schedule.pk else None)
        if not schedule.is_paused:
            schedule.resume()
        return schedule
