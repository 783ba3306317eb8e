"""Messages as markup: drawn once for each language, pushed to every page that shows the thread.

announce_message(message)                 beside the write; what is pushed is what was committed
announce_gone(message)                    it was taken back
announce_messages(messages)               several, of one customer or of many
messages_for_thread(queryset)             the rows a page draws, with all that drawing needs
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone, translation

from messaging import kinds, live
from messaging.models import Message, Servicer

logger = logging.getLogger(__name__)

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
    announce_messages([message])


def announce_messages(messages: Iterable[Message]) -> None:
    """Show these rows, as they are now, on every page that shows one of their threads.

    They are drawn after the commit: a write transaction is not held open for templates, and a
    template that fails does not fail the caller.
    """
    threads: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        if message.customer_id and message.kind not in kinds.HIDDEN:
            threads[message.customer_id].append(message)
    if threads:
        transaction.on_commit(lambda: _push(threads), robust=True)


def announce_gone(message: Message) -> None:
    """Take this row, which is no more, off every page that shows its thread."""
    html = draw("messaging/frames/gone.html", {"pk": message.pk})
    live.announce(f"customer-{message.customer_id}", data={"html": html})


def _push(threads: dict[int, list[Message]]) -> None:
    heard = {key: rows for key, rows in threads.items() if live.is_heard(f"customer-{key}")}
    _load([message for rows in heard.values() for message in rows])
    for customer_id, rows in heard.items():
        try:
            live.announce(f"customer-{customer_id}", data={"html": draw(FRAME, {"messages": rows})})
        except Exception:  # the threads of the others are drawn all the same
            logger.exception("Messages of customer %s could not be drawn", customer_id)


def frames(messages: list[Message]) -> dict[str, str]:
    """{language: markup} of these rows. A few queries for all of them, none for each."""
    _load(messages)
    return draw(FRAME, {"messages": messages})


def draw(template: str, context: dict[str, Any], only: str = "") -> dict[str, str]:
    """{language: markup}; times in the zone of the installation, pages show them in theirs.

    `only` this language, where all who see it have chosen it.
    """
    markup = {}
    with timezone.override(settings.TIME_ZONE):
        for language in [only] if only else dict(settings.LANGUAGES):
            with translation.override(language):
                markup[language] = render_to_string(template, context)
    return markup


def _load(messages: list[Message]) -> None:
    """What drawing needs and the rows do not have yet; what they have is not asked for again."""
    wanted: list[str | Prefetch] = []
    if any(kinds.kind_of(message.kind).has_media for message in messages):
        wanted.append("media")
    else:
        file = Message._meta.get_field("media")
        for message in messages:
            file.set_cached_value(message, None)  # the template looks for one in every row
    if any(message.author_id for message in messages):
        wanted.append("author")
    wanted.append("account")
    if any(_names_servicers(message) for message in messages):
        wanted.append(names_of_servicers())
    prefetch_related_objects(messages, *wanted)


def _names_servicers(message: Message) -> bool:
    named = (key for key in message.content if key.endswith("servicer_userid"))
    return bool(message.servicer or next(named, ""))
