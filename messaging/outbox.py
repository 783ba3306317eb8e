"""Send what is queued: per customer in the order of the rows, each exactly once.

A lane is a customer. It is claimed for one lease, drained, and given back; a worker that dies leaves
the row "sending", and whoever takes the lane over sends it again under the same msgid: 95033 then
means that the first try had arrived (protocol/wecom_kf.md §5.1).
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from messaging import failures, fragments, leases, live
from messaging.lane import Lane
from messaging.models import Customer, Message

Status = Message.Status


def send(owner: str) -> int:
    """Claim the lane that has waited longest and drain it. Returns how many lanes that were."""
    now = timezone.now()
    connection = "account__connection"
    due = Customer.objects.filter(
        Q(**{f"{connection}__blocked_until__isnull": True})
        | Q(**{f"{connection}__blocked_until__lte": now}),
        **{f"{connection}__is_enabled": True},
        send_at__lte=now,
    ).order_by("send_at")
    taken = leases.claim(due, owner, field="send_at")
    for pk in taken:
        Lane(pk, owner).drain()
    return len(taken)


@transaction.atomic
def retry(message: Message) -> bool:
    """Queue a failed message again; False when it did not fail or there is no budget for it."""
    customer = Customer.objects.select_for_update().get(pk=message.customer_id)
    message.refresh_from_db()
    if message.status not in (Status.FAILED, Status.UNKNOWN):
        return False
    # What was given up may have arrived: its reservation was kept.
    if message.is_budgeted and message.failure_code != failures.GAVE_UP:
        if not customer.budget.left():
            return False
        customer.budget_used += 1
    if message.failure_type == "fail_type":
        # It was accepted once under its id: with the same one it would be taken for arrived.
        message.msgid = Message._meta.get_field("msgid").get_default()
    message.status, message.attempts = Status.QUEUED, 0
    message.failure_type, message.failure_code, message.failure_text = "", None, ""
    message.save()
    customer.send_at = customer.send_at or timezone.now()
    customer.save(update_fields=["send_at", "budget_used"])
    fragments.announce_message(message)
    live.wake("outbox")
    return True
