"""Messages as markup: drawn once for each language, pushed to every page that shows the thread.

announce_message(message)                 beside the write; what is pushed is what was committed
announce_messages(customer_id, messages)  several of one customer
messages_for_thread(queryset)             the rows a page draws, with all that drawing needs
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone, translation

from messaging import kinds, live
from messaging.models import Message, Servicer

FRAME = "messaging/frames/messages.html"


def names_of_servicers() -> Prefetch:
    """WeCom tells userids only; who has a name was given it in the admin."""
    named = Servicer.objects.exclude(name="").only("account_id", "external_id", "name")
    return Prefetch("account__servicers", named, to_attr="names_of_servicers")


def messages_for_thread(queryset: QuerySet[Message]) -> QuerySet[Message]:
    """Only what is drawn, and with it file, author and names, so that drawing asks nothing."""
    drawn = queryset.exclude(kind__in=kinds.HIDDEN)
    return drawn.select_related("media", "author", "account").prefetch_related(names_of_servicers())


def announce_message(message: Message) -> None:
    """Show this row, as it is now, on every page that shows its thread."""
    if message.customer_id:
        announce_messages(message.customer_id, [message])


def announce_messages(customer_id: int, messages: Iterable[Message]) -> None:
    """Show these rows of one customer, as they are now, on every page that shows the thread.

    They are drawn after the commit: a write transaction is not held open for templates, and a
    template that fails does not fail the caller.
    """
    drawn = [message for message in messages if message.kind not in kinds.HIDDEN]
    if drawn:
        transaction.on_commit(lambda: _push(customer_id, drawn), robust=True)


def _push(customer_id: int, messages: list[Message]) -> None:
    live.announce(f"customer-{customer_id}", data={"html": frames(messages)})


def frames(messages: list[Message]) -> dict[str, str]:
    """{language: markup} of these rows. A few queries for all of them, none for each."""
    _load(messages)
    markup = {}
    with timezone.override(settings.TIME_ZONE):
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                markup[language] = render_to_string(FRAME, {"messages": messages})
    return markup


def _load(messages: list[Message]) -> None:
    """What drawing needs and the rows do not have yet; what they have is not asked for again."""
    wanted: list[str | Prefetch] = []
    if any(kinds.kind_of(message.kind).has_media for message in messages):
        wanted.append("media")
    if any(message.author_id for message in messages):
        wanted.append("author")
    wanted.append("account")
    if any(_names_servicers(message) for message in messages):
        wanted.append(names_of_servicers())
    prefetch_related_objects(messages, *wanted)


def _names_servicers(message: Message) -> bool:
    named = (key for key in message.content if key.endswith("servicer_userid"))
    return bool(message.servicer or next(named, ""))
