"""A transcript to take away: of a session, or of all that was said with a customer.

    for line in Transcript(session, agent, is_whole=True).lines(): …

Two queries however long it is; the rows are read as they are written out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from messaging import kinds
from messaging.models import Media, Message
from messaging.templatetags.transcript import servicer_name
from sessions.models import Agent, Session

CHUNK = 500
Direction = Message.Direction


@dataclass(frozen=True)
class Line:
    """`side` is in, out, event or note."""

    at: datetime
    side: str
    who: str
    text: str
    is_failed: bool = False
    picture: Media | None = None


@dataclass
class Transcript:
    session: Session
    by: Agent
    is_whole: bool = False
    has_notes: bool = False

    @property
    def title(self) -> str:
        customer, account = self.session.customer, self.session.account
        if self.is_whole:
            return _("%(customer)s, %(account)s: all sessions") % {
                "customer": customer,
                "account": account,
            }
        return _("%(customer)s, %(account)s: session %(number)s") % {
            "customer": customer,
            "account": account,
            "number": self.session.pk,
        }

    @property
    def facts(self) -> str:
        """Who took it out, when, and where the clock stands that its times are read from."""
        return _("Exported by %(agent)s on %(time)s. All times: %(zone)s.") % {
            "agent": self.by,
            "time": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
            "zone": timezone.get_current_timezone_name(),
        }

    def file_name(self, ending: str) -> str:
        name = "".join(c for c in str(self.session.customer) if c.isprintable())[:40]
        what = "history" if self.is_whole else f"session-{self.session.pk}"
        day = timezone.localtime().strftime("%Y%m%d")
        return get_valid_filename(f"{name or 'customer'}-{what}-{day}.{ending}").lstrip(".-_")

    def rows(self) -> QuerySet[Message]:
        rows = self.session.customer.messages.exclude(kind__in=kinds.HIDDEN)
        if not self.is_whole:
            rows = rows.filter(session=self.session)
        if not self.has_notes:
            rows = rows.exclude(direction=Direction.NOTE)
        return rows.select_related("media", "author").defer("raw").order_by("sent_at", "id")

    def lines(self, most: int = 0) -> Iterator[Line]:
        """From the first to the last; with `most`, the newest so many."""
        rows = self.rows().iterator(chunk_size=CHUNK)
        if most:
            rows = reversed(self.rows().reverse()[:most])
        return self.told(rows)

    def told(self, rows: Iterable[Message]) -> Iterator[Line]:
        account = self.session.account
        account.names_of_servicers = list(account.servicers.exclude(name=""))
        for message in rows:
            message.account = account
            yield self._line(message)

    def _line(self, message: Message) -> Line:
        stored = getattr(message, "media", None)
        is_picture = message.kind == "image" and stored and not message.recalled_at
        return Line(
            timezone.localtime(message.sent_at),
            "event" if message.is_line else str(message.direction),
            self._who(message),
            _words(message, stored),
            message.status == Message.Status.FAILED,
            stored if is_picture else None,
        )

    def _who(self, message: Message) -> str:
        if message.direction == Direction.IN:
            return str(self.session.customer)
        if message.author:
            return str(message.author)
        return servicer_name(message, message.servicer) or _("Automatic")


def _words(message: Message, stored: Media | None) -> str:
    if message.is_line:
        context = {"message": message, "content": message.content, "media": None}
        return " ".join(strip_tags(render_to_string(message.kind_template, context)).split())
    words = message.preview
    if message.recalled_at:
        return words
    if message.kind == "link" and message.content.get("url"):
        words = f"{words}\n{message.content['url']}"
    if stored:
        words = f"{words} {stored.name} ({filesizeformat(stored.size)})"
    return words
