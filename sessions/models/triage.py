"""What sorts sessions in the lists: tags, priority, snooze, read marks, and the moments of order."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.models import Message
from sessions.actions import Action, Refused
from sessions.words import parted

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # after all that comes: pages by keyset need no nulls
NOT_ASKED = object()
ORDER = ("closes_at", "waiting_order", "deadline_at")


class Priority(models.IntegerChoices):
    NORMAL = 0, pgettext_lazy("priority", "Normal")
    HIGH = 1, pgettext_lazy("priority", "High")
    URGENT = 2, pgettext_lazy("priority", "Urgent")


class ShownTag(NamedTuple):
    pk: int
    hue: int
    name: str


class Triage(models.Model):
    """The columns and verbs of Session that lists are made of; all under the customer's lock."""

    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    # By these pages are ordered. `save` keeps them; whoever writes otherwise calls `note_order`.
    closes_at = models.DateTimeField(_("window closes"), default=NEVER, editable=False)
    waiting_order = models.DateTimeField(default=NEVER, editable=False)
    deadline_at = models.DateTimeField(_("deadline"), default=NEVER, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, update_fields: Collection[str] | None = None, **kwargs) -> None:
        self.note_order()
        if update_fields is not None:
            update_fields = {*update_fields, *ORDER}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def shown_tags(self) -> list["ShownTag"]:
        """Its tags by name; without a query where inbox.with_names has brought them."""
        words = getattr(self, "tag_words", NOT_ASKED)
        if words is NOT_ASKED:
            return [ShownTag(tag.pk, tag.hue, tag.name) for tag in self.tags.all()]
        found = [ShownTag(int(pk), int(hue), name) for pk, hue, name in parted(words)]
        return sorted(found, key=lambda tag: tag.name)

    @property
    def mentioned(self) -> list[int]:
        """Who was named in its notes and has not looked yet; asked for as the tags are."""
        words = getattr(self, "mentioned_agents", NOT_ASKED)
        if words is NOT_ASKED:
            unseen = self.mentions.filter(seen_at=None)
            return list(unseen.values_list("agent_id", flat=True))
        return sorted({int(pk) for (pk,) in parted(words)})

    def note_order(self) -> None:
        """When the window closes, since when they wait, and what is due first; saves nothing."""
        closes = None if self.is_ended else self.customer.budget.closes_at
        self.closes_at, self.waiting_order = closes or NEVER, self.waiting_since or NEVER
        self.deadline_at = min(self._dues())

    def _dues(self) -> Iterator[datetime]:
        """All that ends in time. What else an agent may be late for belongs here."""
        yield self.closes_at
        if self.waiting_since:
            yield self.waiting_since + timedelta(minutes=settings.KF_REPLY_MINUTES)
        if self.code_until:
            yield self.code_until

    @property
    def code_until(self) -> datetime | None:
        """Until when one text may be sent outside the five."""
        return None if self.is_ended else self.customer.code_until

    def tag(self, by, add: Collection = (), remove: Collection = ()) -> Message | None:
        """Put these tags on and take those off; nothing happens if that changes nothing."""
        with self.held():
            self.require(Action.TAG)
            has = set(self.tags.all())
            added, removed = set(add) - has, set(remove) & has
            if not added and not removed:
                return None
            self.tags.add(*added)
            self.tags.remove(*removed)
            content = {"added": _names(added), "removed": _names(removed)}
            return self._event("tag", content, by)

    def set_priority(self, priority: int, by) -> Message | None:
        with self.held():
            self.require(Action.PRIORITY)
            if self.priority == priority:
                return None
            self.priority = priority
            self.save()
            return self._event("priority", {"priority": int(priority)}, by)

    def snooze(self, until: datetime, by) -> Message:
        """Out of the lists until then, or until the customer writes."""
        with self.held():
            self.require(Action.SNOOZE)
            if until <= timezone.now():
                raise Refused(_("That moment is past."))
            self.snoozed_until = until
            self.save()
            return self._event("snooze", {"until": until.isoformat(timespec="seconds")}, by)

    def wake(self, by=None) -> Message | None:
        """Back into the lists: an agent wants it, or the time has come."""
        with self.held():
            if self.snoozed_until is None:
                return None
            self.snoozed_until = None
            self.save()
            return self._event("wake", {"by": "agent" if by else "time"}, by)

    def mark(self, unread: bool) -> None:
        """Read or unread; unread by hand counts as one."""
        with self.held():
            if bool(self.unread) != unread:
                self.require(Action.MARK)
                self.unread = int(unread)
                self.save()

    def unassign(self, by) -> Message:
        """Back into the queue."""
        with self.held():
            self.require(Action.TRANSFER_AGENT)
            self.agent = None
            self.save()
            return self._event("transfer", {"to": "queue"}, by)


def _names(tags: Collection) -> list[str]:
    return sorted(tag.name for tag in tags)
