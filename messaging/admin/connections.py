from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from messaging import accounts, failures, rescue
from messaging.admin import steps
from messaging.admin.forms import ConnectionForm
from messaging.admin.tools import LookOnly, NeverDelete, words_of
from messaging.backends import SendError
from messaging.models import Account, Connection, Refusal, Servicer, Statistic


@admin.register(Connection)
class ConnectionAdmin(NeverDelete):
    form = ConnectionForm
    list_display = ["name", "backend", "platform_id", "is_enabled", "fault_in_words"]
    readonly_fields = ["callback_url", "fault_in_words", "fault_at", "created_at"]
    actions = ["read_accounts"]

    def get_fieldsets(self, request: HttpRequest, obj: Connection | None = None) -> steps.Fieldsets:
        """Those of one system; a new connection's is chosen above its form."""
        return steps.of(obj.backend) + steps.STATE if obj else steps.of(_asked(request))

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs):
        context |= {"systems": Connection.Backend.choices, "system": _asked(request)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Connection | None = None) -> list[str]:
        """Its accounts and transcripts are of one platform: for another, make another connection."""
        return [*self.readonly_fields, "backend"] if obj else self.readonly_fields

    def response_add(self, request: HttpRequest, obj: Connection, *args: Any) -> HttpResponse:
        """The page stays: what the platform asks for next stands on it."""
        if "_addanother" not in request.POST:
            request.POST = request.POST.copy()
            request.POST["_continue"] = "1"
        return super().response_add(request, obj, *args)

    def save_model(self, request, obj, form, change) -> None:
        """New credentials are tried at once, after the commit: the form says if they work."""
        super().save_model(request, obj, form, change)
        if {*form.OPTIONS} & {*form.changed_data}:
            rescue.want_again(obj)
        if form.changed_data and obj.is_enabled:
            transaction.on_commit(lambda: self._read(request, obj))

    @admin.action(description=_("Read accounts and servicers from the platform"))
    def read_accounts(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        for connection in queryset:
            self._read(request, connection)

    def _read(self, request: HttpRequest, connection: Connection) -> None:
        try:
            found = accounts.refresh(connection)
        except SendError as error:
            text = f"{connection}: {words_of(error.failure)}"
            return self.message_user(request, text, messages.ERROR)
        text = ngettext("%(name)s: %(count)d account.", "%(name)s: %(count)d accounts.", len(found))
        self.message_user(request, text % {"name": connection, "count": len(found)})

    @admin.display(description=_("platform id"), ordering="identity")
    def platform_id(self, connection: Connection) -> str:
        return connection.identity

    @admin.display(description=_("callback address"))
    def callback_url(self, connection: Connection) -> str:
        if not connection.pk:
            return _("It stands here once this is saved. Then give it to the platform.")
        return f"{settings.KF_PUBLIC_URL}{connection.callback_path}"

    @admin.display(description=_("fault"))
    def fault_in_words(self, connection: Connection) -> str:
        return words_of(connection.fault)


def _asked(request: HttpRequest) -> str:
    return steps.backend_of(request.POST.get("backend"), request.GET.get("backend"))


class ServicerInline(admin.TabularInline):
    """The platform tells userids; the names are ours to give. Desk lists nobody: members are
    entered, or known as they appear, and linked to who serves as them here."""

    model = Servicer
    extra = 0
    can_delete = False

    def get_fields(self, request: HttpRequest, obj: Account | None = None) -> list[str]:
        told = ["is_receiving", "is_suspended", "seen_at"]
        return ["external_id", "name", *(["agent", "presence"] if _is_desk(obj) else told)]

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> list[str]:
        if _is_desk(obj):
            return ["presence"]
        return ["external_id", "is_receiving", "is_suspended", "seen_at"]

    def has_add_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return _is_desk(obj)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """The head of the table names it for the eye alone."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        field.widget.attrs["aria-label"] = field.label
        return field


def _is_desk(account: Account | None) -> bool:
    return account is not None and account.connection.backend == Connection.Backend.DESK


@admin.register(Account)
class AccountAdmin(NeverDelete):
    inlines = [ServicerInline]
    list_display = [
        "name",
        "external_id",
        "connection",
        "is_active",
        "manage_privilege",
        "pulled_at",
    ]
    list_filter = ["connection", "is_active"]
    list_select_related = ["connection"]
    search_fields = ["name", "external_id"]
    fields = [
        "name",
        "external_id",
        "connection",
        "is_active",
        "manage_privilege",
        "history_read_at",
        "callback_at",
        "pulled_at",
        "failed_pulls",
        "error_in_words",
    ]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("last error"))
    def error_in_words(self, account: Account) -> str:
        if account.error_code is None:
            return "–"
        return words_of(
            failures.of(account.connection.failures, account.error_code, account.error_text)
        )


@admin.register(Refusal)
class RefusalAdmin(LookOnly):
    list_display = ["slug", "reason", "count", "last_at"]
    list_filter = ["reason"]
    search_fields = ["slug"]
    ordering = ["-last_at"]


@admin.register(Statistic)
class StatisticAdmin(LookOnly):
    list_display = ["day", "account", "servicer", "figures"]
    list_filter = ["account"]
    list_select_related = ["account"]
    date_hierarchy = "day"
    ordering = ["-day", "account", "servicer"]
