"""What the desk has kept of a message that was recalled: words in the list, the comment of a survey."""

from messaging.models import Customer, Message
from sessions import ratings
from sessions.models import Session


def follow(batch, row: Message, customer: Customer) -> Session | None:
    """Forget them; the session in which it was said, be that open or ended."""
    msgid = str(row.content.get("recall_msgid"))
    message = Message.objects.filter(customer=customer, msgid=msgid).first()
    if message is None:
        return None
    ratings.forget_comment(message)
    session = batch.of(message)
    if session:
        session.note_recall(message)
    return session
