"""What agents write in a session: answers, notes, and taking an answer back before it leaves."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging import codes
from messaging.models import Code, Message
from sessions.actions import Action, Refused
from sessions.models.event import SessionEvent

Direction, Status = Message.Direction, Message.Status


class Writing:
    """The verbs of Session that concern its messages; all under the customer's lock."""

    def reply(self, agent, kind: str, content: dict[str, Any], **fields: Any) -> Message:
        """Queue an answer; spends one of the five, or the code that alone may carry it."""
        with self.held():
            verdict = self.require(Action.REPLY, agent)
            if kind not in self.customer.capabilities.kinds:
                raise Refused(_("Messages of this kind cannot be sent to this customer."))
            if self.agent_id is None and verdict.carrier == "budget":
                self._accept(agent)
            fields |= self._reserve(verdict.carrier, kind)
            if verdict.carrier == "budget":
                fields["not_before"] = self._hold(agent)
            message = self._out(kind, content, author=agent, **fields)
            self.note_latest(message)
            self.waiting_since = None
            self.unread = 0
            self.first_reply_at = self.first_reply_at or message.created_at
            self.save()
            return message

    def note(self, agent, text: str, **fields: Any) -> Message:
        """Add words that only the team sees; possible in every state, and never sent."""
        with self.held():
            content = {"content": text, **fields.pop("content", {})}
            message = self.customer.record(
                "text",
                content,
                direction=Direction.NOTE,
                origin=Message.Origin.AGENT,
                session=self,
                author=agent,
                **fields,
            )
            SessionEvent.keep(SessionEvent.of(message, self))
            return message

    def take_back(self, agent, message: Message) -> Message:
        """Undo an answer that has not left: the row goes, its place in the budget comes back."""
        with self.held():
            waiting = self.messages.filter(
                pk=message.pk, author=agent, direction=Direction.OUT,
                status=Status.QUEUED, attempts=0, code=None,
            )  # fmt: skip
            found = waiting.select_related("media").first()
            if found is None:
                raise Refused(_("It has left already and cannot be taken back."))
            self._forget(found)
            return found

    def admit_retry(self, message: Message, by=None) -> None:
        """Let a failed answer be queued again, if it may be. The caller holds the session."""
        verdict = self.require(Action.REPLY, by)
        if message.code_kind or verdict.carrier != "budget":
            raise Refused(_("The code that carried it is used up. Write it anew."))
        self.waiting_since = None
        self.save()

    # --- pieces -------------------------------------------------------------------------------

    def _hold(self, agent) -> datetime | None:
        """Until when it can be taken back; not at all when the window closes sooner."""
        seconds = getattr(agent, "hold_seconds", 0)
        until = timezone.now() + timedelta(seconds=seconds)
        return until if seconds and self.customer.budget.is_open(until) else None

    def _forget(self, message: Message) -> None:
        if message.is_budgeted:
            self.customer.budget_used = max(0, self.customer.budget_used - 1)
        # What waits behind it need not wait any longer; a worker that has the lane knows already.
        if not self.customer.lease_owner:
            self.customer.send_at = timezone.now()
        self.customer.save(update_fields=["budget_used", "send_at"])
        if media := getattr(message, "media", None):
            media.message = None  # the worker removes it, or another message takes it
            media.save(update_fields=["message"])

        Message.objects.filter(pk=message.pk).delete()
        self._as_if_unsaid()

    def _as_if_unsaid(self) -> None:
        """The list row as it would be without the answer that was taken back."""
        said = self.messages.filter(direction__in=(Direction.IN, Direction.OUT))
        ours = said.filter(direction=Direction.OUT)
        latest = said.order_by("sent_at", "id").last()
        last_of_ours = ours.order_by("sent_at", "id").last()
        asked = said.filter(direction=Direction.IN)
        if last_of_ours:
            asked = asked.filter(sent_at__gt=last_of_ours.sent_at)
        question = asked.order_by("sent_at", "id").first()
        self.waiting_since = question.sent_at if question else None
        self.first_reply_at = ours.order_by("id").values_list("created_at", flat=True).first()
        if latest:
            self.latest_at = latest.sent_at
            self.note_latest(latest)
        self.save()

    def _reserve(self, carrier: str, kind: str) -> dict[str, Any]:
        """Take one of the five, or the code: under the customer's lock, so nobody takes a sixth."""
        if carrier == "budget" and not self.customer.budget.is_limited:
            return {}
        if carrier == "budget":
            self.customer.budget_used += 1
            self.customer.save(update_fields=["budget_used"])
            return {"is_budgeted": True}
        if kind not in codes.KINDS[carrier]:
            raise Refused(_("Only text can be sent now."))
        code = Code.objects.usable(self.customer).filter(kind=carrier).latest("pk")
        code.used_at = timezone.now()
        code.save(update_fields=["used_at"])
        self.customer.look_for_code()
        return {"code": code, "code_kind": carrier}

    def _out(self, kind: str, content: dict[str, Any], **fields: Any) -> Message:
        return self.customer.record(
            kind,
            content,
            direction=Direction.OUT,
            origin=Message.Origin.AGENT,
            session=self,
            status=Status.QUEUED,
            **fields,
        )
