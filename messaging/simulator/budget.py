"""What may still be sent: 5 messages in 48 h after a customer's message (protocol §5.1)."""

from .errors import Refused
from .model import Conversation
from .states import SPEAKING

WINDOW = 48 * 3600
ALLOWANCE = 5


def check_sending(conversation: Conversation, now: float) -> None:
    """Raise what send_msg answers when the conversation may not be written to.

    A customer who never wrote gives 95001 and not 95018: seen on real accounts (protocol §9.7).
    """
    if conversation.last_customer_time is None:
        raise Refused(95001)
    if now - conversation.last_customer_time > WINDOW:
        raise Refused(95002)
    if conversation.state not in SPEAKING:
        raise Refused(95018)
    if conversation.sent >= ALLOWANCE:
        raise Refused(95001)


def expired(conversation: Conversation, now: float) -> bool:
    """Whether 48 h of the customer's silence have ended the session (protocol §4.1)."""
    last = conversation.last_customer_time
    return last is not None and now - last > WINDOW
