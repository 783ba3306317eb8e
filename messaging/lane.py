"""One customer's queue while a worker holds it: what leaves, in which order, and what carries it."""

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from messaging import codes, failures, leases, media, outcomes, rates
from messaging.backends import Backend, SendError, Sent, backend_for
from messaging.models import Code, Connection, Customer, Message, State

logger = logging.getLogger(__name__)

Status = Message.Status
TOO_OFTEN = 45009
PAUSE_SECONDS = 60  # of a minute rule (§1.4)
DOUBT_SECONDS = 10  # until the state is asked for again
MEDIA_GONE = (40007, 40145)
OUR_SIDE = (State.NEW, State.ASSISTANT)


class NotNow(Exception):
    """The lane has to wait until `at`, through no fault of the message."""

    def __init__(self, at: datetime, is_doubtful: bool = False) -> None:
        super().__init__(at)
        self.at = at
        self.is_doubtful = is_doubtful


class Lane:
    """One customer's queue while this worker holds it."""

    def __init__(self, pk: int, owner: str) -> None:
        self.pk = pk
        self.owner = owner
        self.customer = Customer.objects.select_related("account__connection").get(pk=pk)
        self.backend: Backend = backend_for(self.customer.account.connection)
        self.has_asked = False
        self.was_sending = False

    def drain(self) -> None:
        while message := self._next():
            try:
                self._attempt(message)
            except NotNow as pause:
                can = self.backend.capabilities
                if not (can.is_repeatable or self.was_sending or pause.is_doubtful):
                    # It has not left: whoever comes next need not wonder.
                    sending = Message.objects.filter(pk=message.pk, status=Status.SENDING)
                    sending.update(status=Status.QUEUED)
                return self._give_back(pause.at)

    def _next(self) -> Message | None:
        """The head of the queue, marked as being sent; None when the lane is empty or lost."""
        with transaction.atomic():
            held = Customer.objects.select_for_update().filter(pk=self.pk, lease_owner=self.owner)
            customer = held.first()
            if customer is None:
                return None
            is_certain = self.has_asked or not customer.state_is_doubtful
            if is_certain:
                return self._take(customer, held)
        self._ask_state()
        return self._next()

    def _take(self, customer: Customer, held: QuerySet[Customer]) -> Message | None:
        pending = Message.objects.filter(customer=customer, status__in=Message.PENDING)
        message = pending.order_by("id").first()
        if message is None:
            again = timezone.now() + timedelta(seconds=DOUBT_SECONDS)
            held.update(send_at=again if customer.state_is_doubtful else None, lease_owner="")
            return None
        if message.hold_left:
            # Those behind it wait too: they leave in the order of the rows.
            held.update(send_at=message.not_before, lease_owner="")
            return None
        self.was_sending = message.status == Status.SENDING
        message.status = Status.SENDING
        message.attempts += 1
        message.save(update_fields=["status", "attempts"])
        held.update(send_at=timezone.now() + leases.lease())
        message.account = self.customer.account
        message.customer = customer
        return message

    def _attempt(self, message: Message) -> None:
        if self.was_sending and not self._is_repeatable(message):
            return outcomes.unknown(message, "a worker stopped")
        try:
            sent = self._perform(message)
        except SendError as error:
            self._refused(message, error)
        except NotNow:
            raise
        except Exception as error:
            # Not to be told from a broken answer; left alone, it would block the lane for good.
            logger.exception("customer %s: message %s could not be sent", self.pk, message.pk)
            name = type(error).__name__
            self._refused(message, SendError(failures.GARBAGE, name, may_have_arrived=True))
        else:
            outcomes.accepted(message, sent)

    def _is_repeatable(self, message: Message) -> bool:
        """May it be sent once more, although it may have arrived?

        Where the platform knows a message again for some time only, that is counted from when it was
        queued: no try was earlier. A transition names its target, and is seen to have been made.
        """
        can = self.backend.capabilities
        if can.is_repeatable or (can.has_states and message.direction == Message.Direction.EVENT):
            return True
        return timezone.now() < message.created_at + timedelta(seconds=can.repeat_seconds)

    def _may_be_there(self, message: Message, error: SendError) -> bool:
        """It, or an earlier try of it, may have arrived where the platform would not say so."""
        can = self.backend.capabilities
        is_said = can.is_repeatable or message.direction == Message.Direction.EVENT
        return not is_said and (error.may_have_arrived or self.was_sending)

    def _perform(self, message: Message) -> Sent:
        if message.direction == Message.Direction.EVENT:
            if outcomes.is_overtaken(message):
                return Sent()
            self._permit("trans")
            return self.backend.change_state(message)
        code = self._code_for(message)
        media_id = self._media_id(message)
        self._permit("send")
        value = code.value if code else ""
        return self.backend.send(message, value, media_id)

    def _permit(self, api: str) -> None:
        if not rates.take(self.customer.account.connection_id, api):
            next_minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
            raise NotNow(next_minute)

    def _media_id(self, message: Message) -> str:
        attached = getattr(message, "media", None)
        return media.ensure_uploaded(attached, self.backend) if attached else ""

    # --- codes --------------------------------------------------------------------------------

    def _code_for(self, message: Message) -> Code | None:
        """The code that carries this row: reserved with it, or given by the end just before it."""
        if not message.code_kind:
            return None
        code = message.code
        if code is None:
            code = Code.objects.usable(self.pk).filter(kind=message.code_kind).last()
        if code and not self._refusal(code, message):
            self._bind(code, message)
            return code
        if message.code_kind == codes.END and self._falls_back(message):
            return None
        raise SendError(failures.CODE_GONE)

    @staticmethod
    def _refusal(code: Code, message: Message) -> str | None:
        return codes.refusal(
            code.kind,
            message.kind,
            expires=code.expires_at,
            used=False,
            state=message.customer.state,
            now=timezone.now(),
        )

    @staticmethod
    def _bind(code: Code, message: Message) -> None:
        """Used up before the call: a code works once, and a lost answer must not free it."""
        with transaction.atomic():
            Code.objects.filter(pk=code.pk).update(used_at=timezone.now())
            Message.objects.filter(pk=message.pk).update(code=code)
            message.code = code

    def _falls_back(self, message: Message) -> bool:
        """The platform did not end the session, so there is no code; one of the five may do, unless
        so many are to be kept for others."""
        with transaction.atomic():
            customer = Customer.objects.select_for_update().get(pk=self.pk)
            kept = message.content.get("reserve", 0)
            if customer.state not in OUR_SIDE or customer.budget.left() <= kept:
                return False
            customer.budget_used += 1
            customer.save(update_fields=["budget_used"])
            Message.objects.filter(pk=message.pk).update(is_budgeted=True, code_kind="")
            message.is_budgeted, message.code_kind = True, ""
        return True

    # --- what came of it ----------------------------------------------------------------------

    def _refused(self, message: Message, error: SendError) -> None:
        if error.code in MEDIA_GONE:
            media.forget_upload(message)
            if message.attempts == 1:
                return self._again(message, error)
        text = f"{error.code} {error.text}"
        if error.may_have_arrived and not self._is_repeatable(message):
            return outcomes.unknown(message, text)
        cure = error.failure.cure
        if cure is failures.Cure.DONE:
            state = State.ASSISTANT if message.is_budgeted else None
            return outcomes.accepted(message, Sent(state=state))
        if cure is failures.Cure.STATE:
            self._ask_state()
            if self._is_there(message):
                return outcomes.accepted(message, Sent(state=int(message.content["state"])))
        if not error.permanent:
            return self._again(message, error)
        return self._lost(message, error, text)

    def _lost(self, message: Message, error: SendError, text: str) -> None:
        """It is not tried again."""
        if self._may_be_there(message, error):
            return outcomes.unknown(message, text)
        return outcomes.failed(message, error)

    def _is_there(self, message: Message) -> bool:
        """A transition whose first try had arrived, though its answer did not."""
        target = message.content.get("state")
        if message.direction != Message.Direction.EVENT or target != self.customer.state:
            return False
        return self.customer.servicer == message.content.get("servicer_userid", "")

    def _again(self, message: Message, error: SendError) -> None:
        if error.code == TOO_OFTEN:
            until = timezone.now() + timedelta(seconds=PAUSE_SECONDS)
            Connection.objects.filter(pk=self.customer.account.connection_id).update(
                blocked_until=until
            )
        if message.code and message.code.expires_at <= timezone.now():
            return outcomes.failed(message, SendError(failures.CODE_GONE))
        is_doubtful = self._may_be_there(message, error)
        if message.attempts >= settings.KF_SEND_ATTEMPTS:
            text, may_have = str(error.failure.sentence), error.may_have_arrived
            gave_up = SendError(failures.GAVE_UP, text, may_have_arrived=may_have)
            return self._lost(message, gave_up, text)
        if not is_doubtful:  # else the row stays "sending": the next try asks if it may be one
            sending = Message.objects.filter(pk=message.pk, status=Status.SENDING)
            sending.update(status=Status.QUEUED)
        pause = timedelta(seconds=pause_after(message.attempts))
        raise NotNow(timezone.now() + pause, is_doubtful)

    def _ask_state(self) -> None:
        """Read the state once, in doubt or after the platform contradicted what we believed."""
        self.has_asked = True
        try:
            state, servicer = self.backend.read_state(
                self.customer.account, self.customer.external_id
            )
        except SendError as error:
            logger.warning("customer %s: the state could not be read: %s", self.pk, error)
            if error.permanent:
                Customer.objects.filter(pk=self.pk).update(state_is_doubtful=False)
            return
        customer = outcomes.state_was_read(self.pk, state, servicer)
        self.customer.state, self.customer.servicer = customer.state, customer.servicer

    def _give_back(self, at: datetime) -> None:
        Customer.objects.filter(pk=self.pk, lease_owner=self.owner).update(
            send_at=at, lease_owner=""
        )


def pause_after(attempts: int) -> float:
    """Seconds: 1, 2, 4 … 60, with jitter."""
    return min(60.0, 2.0 ** (attempts - 1)) * random.uniform(0.8, 1.2)
