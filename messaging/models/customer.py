from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging import budget, codes, kinds, live, search
from messaging.backends import Capabilities, capabilities_of
from messaging.models.code import Code
from messaging.models.message import Message

CLOSE = timedelta(seconds=1)
CLOCKS = timedelta(minutes=1)  # by how much the platform's clock and ours may differ
# When a customer last wrote; of one who never has, since when they are known.
ACTIVE = Coalesce("last_in_at", "created_at")


class State(models.IntegerChoices):
    """The platform's state of a session: WeCom's five, for all backends."""

    NEW = 0, pgettext_lazy("state", "new")
    ASSISTANT = 1, pgettext_lazy("state", "assistant")
    POOL = 2, pgettext_lazy("state", "pool")
    SERVICER = 3, pgettext_lazy("state", "servicer")
    ENDED = 4, pgettext_lazy("state", "ended")


class Customer(models.Model):
    """One person on one account (客户), with the lane through which all sends to them leave."""

    account = models.ForeignKey(
        "messaging.Account", models.CASCADE, related_name="customers", verbose_name=_("account")
    )
    external_id = models.CharField(_("platform id"), max_length=64)
    # The account's, kept here: what can be done is asked for every row of a list.
    backend = models.CharField(max_length=20, default="wecom", editable=False)
    nickname = models.CharField(_("name"), max_length=120, blank=True)
    avatar = models.URLField(max_length=1000, blank=True)
    picture = models.CharField(max_length=32, blank=True, editable=False)  # pictures.py
    picture_due_at = models.DateTimeField(null=True, editable=False)
    gender = models.PositiveSmallIntegerField(null=True, blank=True)
    unionid = models.CharField(_("unionid"), max_length=64, blank=True)
    profile_at = models.DateTimeField(_("profile as of"), null=True, editable=False)
    profile_due_at = models.DateTimeField(null=True, editable=False)
    entrance = models.JSONField(_("entrance"), default=dict, blank=True)
    entered_at = models.DateTimeField(_("entered"), null=True, editable=False)
    # The customer takes no messages of this account, as one that failed has told: until they write.
    rejects = models.BooleanField(_("has muted the account"), default=False)
    # A servicer takes none of the customer's, which then do not reach us: until WeCom says otherwise.
    is_refused = models.BooleanField(_("is refused in WeCom"), default=False)

    state = models.PositiveSmallIntegerField(_("state"), choices=State, default=State.ENDED)
    servicer = models.CharField(_("servicer"), max_length=64, blank=True)
    state_at = models.DateTimeField(null=True, editable=False)
    state_is_doubtful = models.BooleanField(default=False, editable=False)
    last_in_at = models.DateTimeField(_("last message"), null=True, editable=False)
    budget_used = models.PositiveSmallIntegerField(_("messages used"), default=0, editable=False)
    # The lasting code that a text would take: kept beside the codes, so that no list has to ask them.
    code_kind = models.CharField(max_length=10, choices=Code.Kind, blank=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, editable=False)
    latest_at = models.DateTimeField(null=True, editable=False)  # of any row of the thread
    heard_at = models.DateTimeField(null=True, editable=False)  # of any that the platform told

    # When the outbox has to look at this customer: null is never; a claim moves it by a lease.
    send_at = models.DateTimeField(null=True, editable=False)
    lease_owner = models.CharField(max_length=40, blank=True, editable=False)
    # The wire learned something that the desk shows; the desk looks and clears it.
    is_changed = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint("account", "external_id", name="customer_once_per_account")
        ]
        indexes = [
            models.Index("id", name="customer_changed", condition=Q(is_changed=True)),
            models.Index(ACTIVE, "id", name="customer_active"),
            models.Index("account", ACTIVE, "id", name="customer_account_active"),
            models.Index("id", name="customer_rejects", condition=Q(rejects=True)),
            models.Index("id", name="customer_refused", condition=Q(is_refused=True)),
            # The same person on other accounts, where the platform tells it.
            models.Index("unionid", name="customer_unionid", condition=~Q(unionid="")),
            models.Index(
                "code_expires_at",
                name="customer_code",
                condition=Q(code_expires_at__isnull=False),
            ),
            models.Index("send_at", name="customer_lane", condition=Q(send_at__isnull=False)),
            models.Index(
                "picture_due_at",
                name="customer_picture_due",
                condition=Q(picture_due_at__isnull=False),
            ),
            models.Index(
                "profile_due_at",
                name="customer_profile_due",
                condition=Q(profile_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.nickname or self.external_id

    @property
    def capabilities(self) -> Capabilities:
        return capabilities_of(self.backend)

    @property
    def via(self) -> dict[str, str]:
        """What a row's content says of whose word it is, where that is not WeCom."""
        return {"via": "Desk"} if self.capabilities.writes_beside else {}

    @property
    def budget(self) -> budget.Budget:
        """What may still be sent to this customer."""
        return budget.Budget(self.last_in_at, self.budget_used, self.capabilities.has_budget)

    @property
    def code_until(self) -> datetime | None:
        """Until when one text may be sent outside of that; a code works in its own state only."""
        works = self.code_kind and codes.STATES[self.code_kind] == self.state
        return self.code_expires_at if works else None

    def note_code(self, code: Code | None) -> None:
        """Beside the write of a code; saves nothing."""
        self.code_kind, self.code_expires_at = (code.kind, code.expires_at) if code else ("", None)

    def look_for_code(self) -> None:
        """One is spent, or over: there may be another."""
        self.note_code(self.codes.alive().filter(kind__in=codes.LASTING).order_by("pk").last())
        self.save(update_fields=["code_kind", "code_expires_at"])

    def enter_state(self, state: int, servicer: str = "") -> None:
        """Take over a state that the platform has just told us in answer to a call."""
        now = timezone.now()
        self.state, self.servicer = state, servicer
        self.state_at = max(now, self.state_at or now)

    def hear_of_state(
        self, state: int, servicer: str, at: datetime, is_exact: bool = False
    ) -> None:
        """Take over a state from a row of `at`, unless what we know is newer.

        Rows carry whole seconds of another clock: what comes close to our own last word is doubtful,
        and the lane asks the platform before it sends. Exact times leave no doubt about their order.
        """
        known_at = self.state_at or at
        if is_exact:
            is_later, is_close = at >= known_at, False
        else:
            is_later = at.replace(microsecond=0) >= known_at.replace(microsecond=0)
            is_close = abs(at - known_at) < (CLOSE if is_later else CLOCKS)
        is_new = (self.state, self.servicer) != (state, servicer)
        if is_new and self.state_at and is_close:
            self.doubt_state()
        if is_later:
            self.state, self.servicer, self.state_at = state, servicer, at

    def doubt_state(self) -> None:
        """The lane asks the platform; saves nothing."""
        self.state_is_doubtful = True
        self.send_at = self.send_at or timezone.now()

    def next_moment(self, now: datetime | None = None) -> datetime:
        """When a row added now stands in the thread: never before what is already shown.

        The platform's clock may be ahead of ours, and an answer must not sort above its question.
        """
        now = now or timezone.now()
        if self.latest_at and self.latest_at >= now:
            now = self.latest_at + timedelta(milliseconds=1)
        return now

    def moment_of(self, sent_at: datetime, is_exact: bool = False) -> datetime:
        """Where a row from the platform stands: its times are whole seconds, ours are not.

        What arrives after a row of the same second stands after it, as it was seen to happen; also
        when we have answered since, and only the platform's own row is of that second. Exact times
        say it themselves.
        """
        known = () if is_exact else (self.latest_at, self.heard_at)
        same = [at for at in known if at and sent_at < at < sent_at + timedelta(seconds=1)]
        if same:
            last = sent_at + timedelta(milliseconds=999)  # of its second, and then by id
            sent_at = min(max(same) + timedelta(milliseconds=1), last)
        self.heard_at = max(sent_at, self.heard_at or sent_at)
        self.latest_at = max(sent_at, self.latest_at or sent_at)
        return sent_at

    def record(self, kind: str, content: dict[str, Any], **fields: Any) -> Message:
        """Add a row to the transcript: the one way for everything that does not come by sync.

        The caller holds this customer's row lock. Rows with status "queued" wake the lane.
        """
        now = timezone.now()
        fields.setdefault("sent_at", self.next_moment(now))
        message = Message.objects.create(
            account_id=self.account_id,
            customer=self,
            kind=kind,
            content=content,
            text=fields.pop("text", None) or kinds.text_of(kind, content),
            created_at=now,
            **fields,
        )
        search.add([message])
        self.latest_at = max(message.sent_at, self.latest_at or message.sent_at)
        if message.status == Message.Status.QUEUED and self.send_at is None:
            self.send_at = now
        self.save(update_fields=["latest_at", "send_at"])
        if message.is_pending:
            live.wake("outbox")
        return message
