"""What is said to customers without an agent, and what follows from how satisfied they were."""

from typing import Any

from messaging import codes
from messaging.models import Message
from sessions.models.event import SessionEvent


class Polling:
    """The verbs of Session that concern surveys; the caller holds the customer's row."""

    def say(self, kind: str, content: dict[str, Any], pays: str = "") -> Message:
        """Queue a message of nobody in particular, paid for by "budget", by the end's code or not."""
        fields = {"code_kind": codes.END} if pays == codes.END else {}
        if pays == "budget":
            fields = self._reserve(pays, kind)
        return self._out(kind, content, author=None, **fields)

    def note_rating(self, content: dict[str, Any], **fields: Any) -> Message:
        """A line in the thread."""
        return self._event("rating", content, None, **fields)

    def begin_again(self, agent, rating: int) -> "Polling":
        """A new session of this customer, in the queue or with an agent; this one stays ended."""
        at = self.customer.next_moment()
        session = type(self)(
            account_id=self.account_id,
            customer=self.customer,
            agent=agent,
            opened_at=at,
            accepted_at=at if agent else None,
            latest_at=at,
            latest_kind="rating",
            latest_text="★" * rating + "☆" * (5 - rating),
            waiting_since=at,
        )
        session.save()
        SessionEvent.keep([SessionEvent.opening(session)])
        content = {"after": self.pk, "rating": rating} | ({"pk": agent.pk} if agent else {})
        session._event("reopen", content, None, sent_at=at)
        return session
