"""Business hours in Django admin: listed there, and shown on the page of their account, as welcomes are."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from messaging.admin.connections import AccountAdmin
from messaging.backends import capabilities_of
from messaging.models import Account
from sessions.admin_welcome import report_of
from sessions.models import Hours
from sessions.timetable import Timetable


class AccountOfDeskAdmin(AccountAdmin):
    fields = [*AccountAdmin.fields, "business_hours", "welcomes"]
    readonly_fields = fields

    def get_fields(self, request: HttpRequest, obj: Account | None = None) -> list[str]:
        """Welcomes only where there are codes to send them by."""
        has_codes = obj and capabilities_of(obj.connection.backend).has_codes
        return [name for name in self.fields if has_codes or name != "welcomes"]

    @admin.display(description=_("business hours"))
    def business_hours(self, account: Account) -> str:
        table = Timetable(account, account.hours.all())
        return render_to_string("hours/_of_account.html", {"table": table})

    @admin.display(description=_("welcomes"))
    def welcomes(self, account: Account) -> str:
        return report_of(account)


class HoursAdmin(admin.ModelAdmin):
    """Listed here, and written in the console's own form, where leads write them too."""

    list_display = ["account", "since", "week", "changed_by", "changed_at"]
    list_filter = ["account"]
    list_select_related = ["account", "changed_by"]
    search_fields = ["account__name"]

    @admin.display(description=_("week"))
    def week(self, hours: Hours) -> str:
        return " · ".join(hours.in_words) if hours.is_readable else "–"

    def add_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return redirect("hours_of_accounts")

    def change_view(self, request: HttpRequest, object_id: str, *args, **kwargs) -> HttpResponse:
        hours = get_object_or_404(Hours, pk=object_id)
        return redirect(f"{resolve_url('hours', hours.account_id)}?since={hours.since}")

    def has_delete_permission(self, request: HttpRequest, obj: Hours | None = None) -> bool:
        """In the console as well, as figures follow."""
        return False
