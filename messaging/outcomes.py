"""Write down what came of a send: status, state, code and budget in one transaction."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from messaging import budget, codes, failures, fragments, live, search
from messaging.backends import SendError, Sent
from messaging.models import Code, Customer, Message, State

Status = Message.Status
SPENT = 95001


@transaction.atomic
def accepted(message: Message, sent: Sent) -> None:
    """The platform took it; our own transitions raise no event, so this answer is all we hear."""
    customer = _locked(message)
    is_transition = message.direction == Message.Direction.EVENT
    if sent.code:
        _keep_code(customer, sent)
    changes = {"status": Status.ACCEPTED, "accepted_at": timezone.now()}
    # The desk looks again at what its buttons depend on; it counts the others when it next looks.
    won = _close(message, changes, is_urgent=is_transition)
    if won and sent.state is not None and (is_transition or customer.state == State.NEW):
        customer.enter_state(sent.state, sent.servicer)
        # The end may have come before or after what was written: the lane asks.
        customer.state_is_doubtful |= is_overtaken(message)
        customer.save(update_fields=["state", "servicer", "state_at", "state_is_doubtful"])


@transaction.atomic
def failed(message: Message, error: SendError) -> None:
    """It will not be sent. What was refused on the spot was not spent; 95001 says that all was."""
    customer = _locked(message)
    changes = {
        "status": Status.FAILED,
        "failure_type": "errcode",
        "failure_code": error.code,
        "failure_text": error.text,
    }
    won = _close(message, changes)
    if message.is_budgeted:
        if error.code == SPENT:
            customer.budget_used = budget.LIMIT
        elif won and not error.may_have_arrived and error.code != failures.GAVE_UP:
            customer.budget_used = max(0, customer.budget_used - 1)
        customer.save(update_fields=["budget_used"])


@transaction.atomic
def unknown(message: Message, text: str) -> None:
    """Nobody knows whether it arrived, and sent again it could arrive twice: an agent decides."""
    _locked(message)
    changes = {"status": Status.UNKNOWN, "failure_type": "errcode", "failure_text": text}
    _close(message, changes)


def is_overtaken(message: Message) -> bool:
    """An end after which the customer has written: for the desk that began a new session."""
    if message.content.get("state") != State.ENDED:
        return False
    since = Message.objects.filter(customer=message.customer_id, pk__gt=message.pk)
    return since.filter(direction=Message.Direction.IN).exists()


@transaction.atomic
def state_was_read(customer_id: int, state: int, servicer: str) -> Customer:
    """Take over what the platform says. A drift is a line in the thread, and the desk's news."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    is_news = (state, servicer) != (customer.state, customer.servicer)
    customer.enter_state(state, servicer)
    customer.state_is_doubtful = False
    customer.save(update_fields=["state", "servicer", "state_at", "state_is_doubtful"])
    if is_news:
        message = customer.record(
            "state_read",
            {"state": state, "servicer_userid": servicer},
            direction=Message.Direction.EVENT,
            origin=Message.Origin.SYSTEM,
            is_routed=False,
        )
        fragments.announce_message(message)
        live.wake("intake")
    return customer


def _locked(message: Message) -> Customer:
    return Customer.objects.select_for_update().get(pk=message.customer_id)


def _keep_code(customer: Customer, sent: Sent) -> None:
    kind, value = sent.code
    now = timezone.now()
    Code.objects.create(
        customer=customer,
        kind=kind,
        value=value,
        state=sent.state,
        received_at=now,
        expires_at=codes.expires_at(kind, now),
    )


def _close(message: Message, changes: dict[str, Any], *, is_urgent: bool = True) -> bool:
    """False if something was quicker: a msg_send_fail, or a worker that took the lane over."""
    changes["is_routed"] = False
    won = Message.objects.filter(pk=message.pk, status=Status.SENDING).update(**changes)
    if not won:
        return False
    for name, value in changes.items():
        setattr(message, name, value)
    if message.status == Status.FAILED:
        search.add([message])
    fragments.announce_message(message)
    if is_urgent:
        live.wake("intake")
    return True
