"""Welcomes in Django admin: written there, and on the page of their account what came of them."""

from django import forms
from django.contrib import admin
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from messaging.models import Account
from sessions import welcomes
from sessions.models import Welcome


class WelcomeAdmin(admin.ModelAdmin):
    list_display = ["account", "entrance", "text", "is_on"]
    list_display_links = ["account", "entrance"]
    list_filter = ["account", "is_on"]
    list_select_related = ["account"]
    search_fields = ["text", "scene", "scene_param"]
    fieldsets = [
        (
            None,
            {
                "fields": ["account", "is_on"],
                "description": _(
                    "Sent at once to who opens the chat by a link, free of the five messages. WeCom "
                    "allows it for 20 seconds, once in 48 hours, and not to who has written already; "
                    "not at all where a welcome is configured in WeCom itself. What came of it stands "
                    "on the page of the account."
                ),
            },
        ),
        (_("Entrance"), {"fields": ["scene", "scene_param"]}),
        (_("Wording"), {"fields": ["text", "choices"]}),
    ]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea({"rows": 4, "cols": 60})}}

    @admin.display(description=_("entrance"), ordering="scene")
    def entrance(self, welcome: Welcome) -> str:
        return str(welcome.entrance)


def report_of(account: Account) -> str:
    return render_to_string("welcomes/_of_account.html", welcomes.account_report(account))
