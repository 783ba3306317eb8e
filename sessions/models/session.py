from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging import codes
from messaging.models import Code, Customer, Message, Servicer, State
from sessions.actions import Action, Refused, Situation, Verdict, allowed
from sessions.models.beside import Beside, with_servicers
from sessions.models.block import Blocking
from sessions.models.event import SessionEvent
from sessions.models.exporting import Exporting
from sessions.models.latest import Latest
from sessions.models.polling import Polling
from sessions.models.querysets import OPEN, SNOOZED, SessionQuerySet
from sessions.models.triage import Triage
from sessions.models.writing import Writing


class Session(Writing, Beside, Polling, Blocking, Exporting, Latest, Triage, models.Model):
    """One stretch of service (会话), from the first message after none or ended until it ends."""

    class EndedBy(models.TextChoices):
        AGENT = "agent", _("agent")
        PLATFORM = "platform", _("WeCom")
        CUSTOMER = "customer", _("customer")
        SERVICER = "servicer", _("servicer")
        TIMEOUT = "timeout", _("timeout")
        DESK = "desk", _("Desk")
        SILENCE = "silence", _("48 hours of silence")

    account = models.ForeignKey(
        "messaging.Account",
        models.CASCADE,
        related_name="sessions",
        verbose_name=_("account"),
        db_index=False,
    )
    customer = models.ForeignKey(
        "messaging.Customer", models.CASCADE, related_name="sessions", verbose_name=_("customer")
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="held",
        verbose_name=_("agent"),
        db_index=False,
    )
    # WeCom's side has it: in the pool, or with this servicer.
    is_native = models.BooleanField(_("held in WeCom"), default=False)
    servicer = models.CharField(_("servicer"), max_length=64, blank=True)
    heading_to = models.PositiveSmallIntegerField(null=True, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    accepted_at = models.DateTimeField(pgettext_lazy("session", "accepted"), null=True, blank=True)
    first_reply_at = models.DateTimeField(_("first reply"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("session", "ended"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=10, choices=EndedBy, blank=True)
    is_history = models.BooleanField(_("from history"), default=False)
    latest_at = models.DateTimeField(_("latest message"))
    latest_kind = models.CharField(max_length=40, blank=True)
    latest_text = models.CharField(max_length=140, blank=True)
    latest_is_ours = models.BooleanField(default=False)
    unread = models.PositiveIntegerField(_("unread"), default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [models.UniqueConstraint("customer", name="one_open_session", condition=OPEN)]
        indexes = [
            models.Index("latest_at", "id", name="session_open", condition=OPEN),
            models.Index("account", "latest_at", "id", name="session_account"),
            models.Index("agent", "latest_at", "id", name="session_agent", condition=OPEN),
            models.Index(
                "latest_at",
                "id",
                name="session_queue",
                condition=OPEN & Q(agent__isnull=True, is_native=False),
            ),
            models.Index("latest_at", "id", name="session_ended", condition=~OPEN),
            models.Index("agent", "latest_at", "id", name="session_ended_agent", condition=~OPEN),
            models.Index("closes_at", "id", name="session_closing", condition=OPEN),
            models.Index("waiting_order", "id", name="session_waiting", condition=OPEN),
            models.Index("deadline_at", "id", name="session_deadline", condition=OPEN),
            models.Index("snoozed_until", name="session_snoozed", condition=SNOOZED),
            # All that counts.py asks: it reads this, and neither the rows nor what has ended.
            models.Index(
                "account",
                "agent",
                "is_native",
                "snoozed_until",
                "closes_at",
                name="session_counts",
                condition=OPEN,
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.customer}"

    # --- what it is ---------------------------------------------------------------------------

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None

    @cached_property
    def newer(self) -> int | None:
        """Where an ended one goes on: the customer's open session."""
        following = Session.objects.open().filter(customer=self.customer_id)
        return following.values_list("pk", flat=True).first() if self.is_ended else None

    @property
    def is_reserved(self) -> bool:
        """May only its agent reply? So the rules of its account say, if it has any."""
        rules = getattr(self.account, "rules", None)
        return bool(rules and rules.only_assignee_replies)

    def situation(self, now: datetime | None = None, asks=None) -> Situation:
        """As it is for this agent; for nobody in particular, as it is for its own."""
        live = set()
        if self.customer.state in (State.POOL, State.SERVICER):
            live = set(Code.objects.usable(self.customer, now).values_list("kind", flat=True))
        can = self.customer.capabilities
        key = (self.account_id, can.writes_beside)
        has_servicers = can.has_servicers and key in with_servicers([self.account_id])
        return self.situation_with(live, has_servicers, now, asks)

    def situation_with(
        self, live: Collection[str], has_servicers: bool, now: datetime | None = None, asks=None
    ) -> Situation:
        """With the kinds of living codes, and whether a servicer receives, known already."""
        now = now or timezone.now()
        customer = self.customer
        return Situation(
            state=customer.state,
            is_ended=self.is_ended,
            heading_to=self.heading_to,
            is_assigned=self.agent_id is not None,
            window_is_open=customer.budget.is_open(now),
            budget_left=customer.budget.left(now),
            has_pool_code=codes.POOL in live,
            has_pickup_code=codes.PICKUP in live,
            has_pool=customer.capabilities.has_pool,
            has_servicers=has_servicers,
            servicer=customer.servicer,
            is_managed=self.account.manage_privilege,
            is_reserved=self.is_reserved,
            writes_beside=customer.capabilities.writes_beside,
            is_mine=asks is None or asks.pk == self.agent_id,
            assignee=str(self.agent or "") if self.is_reserved else "",
        )

    def actions(self, asks=None) -> Mapping[Action, Verdict]:
        return allowed(self.situation(asks=asks))

    # --- verbs --------------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[None]:
        """A transaction in which this session and its customer are ours alone and fresh."""
        with transaction.atomic():
            customer = Customer.objects.select_for_update().get(pk=self.customer_id)
            ruled = Session.objects.select_related("account__rules")
            self.refresh_from_db(from_queryset=ruled)
            self.customer = customer
            yield

    def require(self, action: Action, asks=None) -> Verdict:
        verdict = self.actions(asks)[action]
        if not verdict:
            raise Refused(verdict.reason)
        return verdict

    def accept(self, agent) -> Message:
        """Take it from the queue."""
        with self.held():
            self.require(Action.ACCEPT)
            return self._accept(agent)

    def transfer_to_agent(self, to, by) -> Message:
        """Hand it to a colleague; the platform is not concerned."""
        with self.held():
            self.require(Action.TRANSFER_AGENT)
            if not to.visible_accounts().filter(pk=self.account_id).exists():
                raise Refused(_("%(agent)s does not serve this account.") % {"agent": to})
            return self._assign(to, by, "transfer", {"to": "agent", "name": str(to)})

    def transfer_to_team(self, team, to, by) -> Message:
        """To the member who is to take it; where there is none, it waits in the queue."""
        with self.held():
            self.require(Action.TRANSFER_AGENT)
            content = {"to": "team", "team": team.name} | ({"name": str(to)} if to else {})
            return self._assign(to, by, "transfer", content)

    def transfer_to_pool(self, by) -> Message:
        """Into WeCom's own pool (接待池): from there only a servicer can take it."""
        with self.held():
            self.require(Action.TRANSFER_POOL)
            return self._head_to(State.POOL, {"to": "pool"}, by)

    def transfer_to_servicer(self, servicer: Servicer, by) -> Message:
        with self.held():
            self.require(Action.TRANSFER_SERVICER)
            if not servicer.is_receiving:
                raise Refused(_("%(name)s has stopped receiving.") % {"name": servicer})
            content = {
                "to": "servicer",
                "name": str(servicer),
                "servicer_userid": servicer.external_id,
                **self.customer.via,
            }
            return self._head_to(State.SERVICER, content, by)

    def end(self, by, survey=None) -> Message:
        """End it here at once, and at the platform; then ask how satisfied the customer was.

        `survey` asks it: survey(session, is_ending). Where there are closing codes, the end yields
        the one that carries it; where there are none, nothing could be said after it.
        """
        with self.held():
            self.require(Action.END)
            content: dict[str, Any] = {"by": "agent"}
            queued = {}
            can = self.customer.capabilities
            if can.has_states and self.customer.state != State.ENDED:
                content["state"] = int(State.ENDED)
                queued = {"status": Message.Status.QUEUED}
            asks_first = queued and not can.has_codes
            if survey and asks_first:
                survey(self, is_ending=True)
            message = self._event("end", content, by, **queued)
            self.close(self.EndedBy.AGENT, row=message)
            if survey and not asks_first:
                survey(self, is_ending=bool(queued))
            return message

    def close(self, by: str, at: datetime | None = None, row: Message | None = None) -> None:
        """Put an end to it on our side only. The caller holds the customer's row."""
        self.ended_at, self.ended_by = at or timezone.now(), by
        self.waiting_since, self.heading_to, self.unread = None, None, 0
        self.is_native, self.servicer = False, ""
        self.snoozed_until = None
        self.save()
        SessionEvent.keep([SessionEvent.closing(self, row)])

    # --- pieces -------------------------------------------------------------------------------

    def _accept(self, agent) -> Message:
        return self._assign(agent, agent, "accept", {"agent": str(agent)})

    def _assign(self, agent, by, kind: str, content: dict[str, Any]) -> Message:
        self.agent = agent
        if agent:
            self.accepted_at = self.accepted_at or timezone.now()
            self.is_native = False  # beside a bot, say; elsewhere it could not have been taken
            content |= {"pk": agent.pk}  # for who counts: names change
        self.save()
        told = self._told(agent)
        return self._event(kind, content | told.pop("content", {}), by, **told)

    def _head_to(self, state: State, content: dict[str, Any], by) -> Message:
        self.heading_to = state
        self.save()
        content["state"] = int(state)
        return self._event("transfer", content, by, status=Message.Status.QUEUED)

    def _event(self, kind: str, content: dict[str, Any], by, **fields: Any) -> Message:
        message = self.customer.record(
            kind,
            content,
            direction=Message.Direction.EVENT,
            origin=Message.Origin.AGENT,
            session=self,
            author=by,
            **fields,
        )
        SessionEvent.keep(SessionEvent.of(message, self))
        return message
