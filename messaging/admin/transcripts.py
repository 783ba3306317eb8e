from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from messaging import kinds, outbox
from messaging.admin.tools import LookOnly, words_of
from messaging.models import Code, Customer, Media, Message


@admin.register(Customer)
class CustomerAdmin(LookOnly):
    list_display = [
        "__str__",
        "account",
        "state",
        "servicer",
        "last_in_at",
        "rejects",
        "is_refused",
    ]
    list_filter = ["account", "state", "rejects", "is_refused"]
    list_select_related = ["account"]
    search_fields = ["nickname", "=external_id", "=unionid"]
    ordering = ["-id"]
    fields = [
        "nickname",
        "external_id",
        "unionid",
        "account",
        "state",
        "servicer",
        "last_in_at",
        "budget_used",
        "entrance",
        "entered_at",
        "rejects",
        "is_refused",
        "profile_at",
    ]


class KindFilter(admin.SimpleListFilter):
    """From the list of kinds: to ask a million rows which they have would cost a scan."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(name, gettext(kind.noun)) for name, kind in kinds.KINDS.items()]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(LookOnly):
    list_display = [
        "sent_at",
        "customer",
        "account",
        "direction",
        "kind",
        "words",
        "status",
        "why",
    ]
    list_filter = ["status", "direction", "account", KindFilter]
    list_select_related = ["customer", "account"]
    search_fields = ["=msgid", "=customer__external_id"]
    search_help_text = _("A msgid, or a customer's platform id.")
    ordering = ["-id"]
    actions = ["retry"]
    fields = [
        "account",
        "customer",
        "direction",
        "origin",
        "kind",
        "text",
        "content",
        "raw",
        "author",
        "servicer",
        "sent_at",
        "created_at",
        "recalled_at",
        "msgid",
        "status",
        "attempts",
        "accepted_at",
        "is_budgeted",
        "code_kind",
        "failed",
    ]

    def get_fields(self, request: HttpRequest, obj: Message | None = None) -> list[str]:
        """What was recalled is read in its thread, which tells who has."""
        hidden = {"text", "content", "raw"} if obj and obj.recalled_at else set()
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    @admin.display(description=_("text"))
    def words(self, message: Message) -> str:
        return Truncator(message.preview if message.recalled_at else message.text).chars(60)

    @admin.display(description=_("failure"))
    def why(self, message: Message) -> str:
        return str(message.failure.sentence) if message.failure else ""

    @admin.display(description=_("failure"))
    def failed(self, message: Message) -> str:
        return words_of(message.failure)

    @admin.action(description=_("Send failed messages again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """A transition is not repeated from here, nor what only a code could carry."""
        ours = queryset.filter(direction=Message.Direction.OUT, code_kind="").order_by("id")
        asked = queryset.count()
        queued = sum(outbox.retry(message) for message in ours)
        text = ngettext(
            "%(count)d message is queued again.", "%(count)d messages are queued again.", queued
        )
        self.message_user(request, text % {"count": queued})
        if queued < asked:
            left = _("Left alone: what did not fail, transitions, and where no messages are left.")
            self.message_user(request, left, messages.WARNING)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser


@admin.register(Media)
class MediaAdmin(LookOnly):
    list_display = [
        "__str__",
        "kind",
        "status",
        "size",
        "account",
        "attempts",
        "error",
        "created_at",
    ]
    list_filter = ["status", "account"]
    list_select_related = ["account"]
    search_fields = ["=key", "=sha256"]
    ordering = ["-id"]
    fields = [
        "name",
        "kind",
        "status",
        "account",
        "customer",
        "content_type",
        "size",
        "sha256",
        "seconds",
        "width",
        "height",
        "uploaded_at",
        "due_at",
        "attempts",
        "error",
        "created_at",
    ]

    def view_on_site(self, media: Media) -> str | None:
        return reverse("media", args=[media.key]) if media.file else None


@admin.register(Code)
class CodeAdmin(LookOnly):
    """When codes came and whether they were used; the codes themselves are nobody's to see."""

    list_display = ["kind", "customer", "state", "received_at", "expires_at", "used_at"]
    list_filter = ["kind"]
    list_select_related = ["customer"]
    search_fields = ["=customer__external_id"]
    ordering = ["-id"]
    fields = ["kind", "customer", "state", "received_at", "expires_at", "used_at"]
