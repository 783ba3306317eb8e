import zoneinfo

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from messaging.admin.tools import LookOnly
from messaging.models import Account
from sessions.admin_hours import AccountOfDeskAdmin, HoursAdmin
from sessions.admin_welcome import WelcomeAdmin
from sessions.models import (
    AccountRules,
    Agent,
    CustomField,
    Hours,
    Phrase,
    SavedView,
    Session,
    Survey,
    SurveyPlan,
    Tag,
    Team,
    Welcome,
)
from sessions.models.survey_plan import STANDARD

admin.site.unregister(Group)  # rights follow the role
admin.site.unregister(Account)  # the wire's page of it, with what the desk adds
admin.site.register(Account, AccountOfDeskAdmin)
admin.site.register(Hours, HoursAdmin)
admin.site.register(Welcome, WelcomeAdmin)


class AgentForm(UserChangeForm):
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            self.fields["language"].choices = [("", _("As the browser")), *settings.LANGUAGES]

    def clean_time_zone(self) -> str:
        name = self.cleaned_data["time_zone"].strip()
        if name and name not in zoneinfo.available_timezones():
            raise ValidationError(
                _("There is no time zone with this name. Example: Asia/Shanghai.")
            )
        return name


class NewAgentForm(AdminUserCreationForm):
    class Meta:
        model = Agent
        fields = ["username", "display_name", "role"]


@admin.register(Agent)
class AgentAdmin(UserAdmin):
    form = AgentForm
    add_form = NewAgentForm
    list_display = ["username", "display_name", "role", "serves_all", "is_active", "last_login"]
    list_filter = ["role", "is_active", "serves_all"]
    search_fields = ["username", "display_name", "email"]
    ordering = ["username"]
    filter_horizontal = ["accounts"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["display_name", "email", "language", "time_zone", "theme"]}),
        (_("Rights"), {"fields": ["role", "is_active", "serves_all", "accounts"]}),
        (_("Times"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": [
                    "username",
                    "display_name",
                    "role",
                    "usable_password",
                    "password1",
                    "password2",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> list[str]:
        """Nobody locks the door behind themselves."""
        own = ["role", "is_active"] if obj == request.user else []
        return [*self.readonly_fields, *own]

    def save_model(self, request, obj: Agent, form, change: bool) -> None:
        obj.is_superuser = obj.role == Agent.Role.ADMIN
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Agent | None = None) -> bool:
        """Their name stands in transcripts and reports: switch them off instead."""
        return False


@admin.register(Session)
class SessionAdmin(LookOnly):
    list_display = [
        "id",
        "customer",
        "account",
        "agent",
        "servicer",
        "opened_at",
        "ended_at",
        "ended_by",
    ]
    list_filter = ["account", "ended_by", "is_history"]
    list_select_related = ["customer", "account", "agent"]
    search_fields = ["=id", "=customer__external_id"]
    ordering = ["-id"]
    fields = [
        "customer",
        "account",
        "agent",
        "servicer",
        "opened_at",
        "accepted_at",
        "first_reply_at",
        "waiting_since",
        "ended_at",
        "ended_by",
        "is_history",
        "unread",
    ]


@admin.register(Survey)
class SurveyAdmin(LookOnly):
    list_display = ["session", "rating", "carrier", "sent_at", "skipped", "answered_at"]
    list_filter = ["rating", "carrier", "skipped", "session__account"]
    list_select_related = ["session__customer"]
    search_fields = ["=session__customer__external_id"]
    ordering = ["-id"]
    fields = [
        "session",
        "carrier",
        "skipped",
        "message",
        "asked_at",
        "sent_at",
        "rating",
        "answered_at",
        "why_at",
        "comment",
    ]


class SurveyPlanForm(forms.ModelForm):
    """The usual words stand where others may be written."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, usual in STANDARD.items():
            self.fields[name].widget.attrs["placeholder"] = usual


@admin.register(SurveyPlan)
class SurveyPlanAdmin(admin.ModelAdmin):
    form = SurveyPlanForm
    list_display = ["__str__", "scale", "asks_on_end", "asks_on_native_end", "link", "reopens"]
    list_select_related = ["account"]
    search_fields = ["account__name"]
    fieldsets = [
        (None, {"fields": ["account"]}),
        (
            _("When to ask"),
            {"fields": ["asks_on_end", "asks_on_native_end", "least_messages", "days_apart"]},
        ),
        (
            _("How to ask"),
            {
                "fields": ["spends", "keeps", "link"],
                "description": _(
                    "The closing code carries the question at once and costs nothing. Without one it "
                    "may cost one of the five messages. What could not be asked is kept with the "
                    "reason, under Surveys."
                ),
            },
        ),
        (
            _("Wording"),
            {
                "fields": [
                    "scale",
                    "language",
                    "question_zh",
                    "question_en",
                    "thanks_zh",
                    "thanks_en",
                ]
            },
        ),
        (
            _("Low marks"),
            {"fields": ["low_mark", "alerts_leads", "asks_why", "why_zh", "why_en", "reopens"]},
        ),
    ]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea({"rows": 2, "cols": 60})}}


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    filter_horizontal = ["agents", "accounts"]


@admin.register(AccountRules)
class AccountRulesAdmin(admin.ModelAdmin):
    list_display = ["account", "only_assignee_replies"]
    list_select_related = ["account"]
    search_fields = ["account__name"]
    fields = ["account", "only_assignee_replies"]


@admin.register(Phrase)
class PhraseAdmin(admin.ModelAdmin):
    list_display = ["title", "scope", "owner", "team", "account", "uses", "changed_at"]
    list_filter = ["scope", "team", "account"]
    list_select_related = ["owner", "team", "account"]
    search_fields = ["search"]
    readonly_fields = ["media", "uses", "changed_at"]
    fields = ["title", "body", "scope", "owner", "team", "account", *readonly_fields]

    def delete_queryset(self, request: HttpRequest, queryset) -> None:
        """One by one: each takes its file along."""
        for phrase in queryset:
            phrase.delete()


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "scope", "hue"]
    list_filter = ["scope"]
    search_fields = ["name"]
    fields = ["name", "scope", "hue"]


@admin.register(SavedView)
class SavedViewAdmin(admin.ModelAdmin):
    list_display = ["name", "owner", "is_shared", "query"]
    list_filter = ["is_shared"]
    list_select_related = ["owner"]
    fields = ["name", "owner", "is_shared", "query", "position"]


@admin.register(CustomField)
class CustomFieldAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "position"]
    list_editable = ["position"]
    search_fields = ["name"]
    filter_horizontal = ["accounts"]
    fields = ["name", "kind", "choices", "hint", "accounts", "position"]

    def get_changelist_form(self, request: HttpRequest, **kwargs):
        """The head of the table names it for the eye alone."""
        widget = AdminIntegerFieldWidget(attrs={"aria-label": _("position")})
        return super().get_changelist_form(request, widgets={"position": widget}, **kwargs)

    def get_readonly_fields(
        self, request: HttpRequest, obj: CustomField | None = None
    ) -> list[str]:
        """What was written as a number stays one: for another type, make another field."""
        return ["kind"] if obj else []
