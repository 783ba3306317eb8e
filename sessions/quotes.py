"""A message that is answered to: WeChat's own way of quoting, since send_msg has no field for it."""

from django.utils import translation
from django.utils.translation import gettext as _

from messaging import kinds
from messaging.models import Message
from sessions.actions import Refused
from sessions.models import Session

LONGEST = 60
RULE = "- - - - - - - - - -"


def of(session: Session, pk: int | None) -> dict[str, object] | None:
    """What is quoted, as it stands in the thread: {"id", "name", "text"}."""
    if not pk:
        return None
    message = session.customer.messages.filter(pk=pk).exclude(direction="event").first()
    if message is None or message.recalled_at:
        raise Refused(_("The message you quote was recalled."))
    return {"id": message.pk, "name": _name(session, message), "text": _words(message)}


def context(session: Session, asked: str) -> dict[str, object]:
    """What the strip above the composer shows, for the id that a page asks for."""
    quote = of(session, int(asked) if asked.isascii() and asked.isdigit() else None)
    return {"quote": quote, "prefix": prefix(quote)} if quote else {}


def prefix(quote: dict[str, object]) -> str:
    """What the customer sees above the answer, as WeChat writes it."""
    return f"「{quote['name']}：{quote['text']}」\n{RULE}\n"


def _name(session: Session, message: Message) -> str:
    """Customers know the account, not the person behind it."""
    return str(session.customer if message.direction == "in" else session.account)


def _words(message: Message) -> str:
    with translation.override("zh-hans"):  # it is the customer who reads it
        words = kinds.preview_of(message.kind, message.content.get("said") or message.text)
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
