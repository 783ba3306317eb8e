"""What was recalled: a tombstone in its thread, and its words nowhere else.

The original stays in `content`, in `raw` and in its file, for who may read it. Lists, searches and
exports read `text`, which is emptied; so are the words with which an answer quotes it.
"""

from messaging import kinds, search
from messaging.models import Account, Message


def follow(account: Account, messages: list[Message]) -> list[Message]:
    """Turn what was recalled into tombstones, whichever of the two came first."""
    recalls = {str(m.content.get("recall_msgid")): m for m in messages if m.kind in kinds.RECALLS}
    earlier = Message.objects.filter(
        account=account,
        customer__in={m.customer_id for m in messages if m.customer_id},
        sent_at__gte=min(m.sent_at for m in messages),
        kind__in=kinds.RECALLS,
    )
    recalls |= {str(m.content.get("recall_msgid")): m for m in earlier}
    if not recalls:
        return []
    found = Message.objects.filter(account=account, msgid__in=recalls, recalled_at__isnull=True)
    new = {message.pk: message for message in messages}  # these are drawn: they have to know it
    gone = [new.get(message.pk, message) for message in found]
    for message in gone:
        message.recalled_at, message.text = recalls[message.msgid].sent_at, ""
    Message.objects.bulk_update(gone, ["recalled_at", "text"])
    search.forget([message.pk for message in gone])
    return gone + unquote(Message, gone)


def unquote(model: type[Message], gone: list[Message]) -> list[Message]:
    """Those that answer to it, now without its words. A migration passes its own model."""
    if not gone:
        return []
    customers, keys = {m.customer_id for m in gone}, [m.pk for m in gone]
    quoting = model.objects.filter(customer__in=customers, content__quote__id__in=keys)
    rows = list(quoting.defer("raw"))
    for row in rows:
        row.content["quote"] |= {"text": "", "is_recalled": True}
    model.objects.bulk_update(rows, ["content"])
    return rows
