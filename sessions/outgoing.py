"""All that one press of Send sends: files first, then the words, whole or not at all."""

from typing import Any

from django.utils.translation import gettext as _

from messaging import cutting, media
from messaging.models import Media
from sessions import asking, drafts, phrases, quotes
from sessions.actions import Refused
from sessions.models import Agent, Session


class TooLong(Refused):
    """It would be cut without a word; split it only when told."""

    def __init__(self, text: str, limit: int, parts: int) -> None:
        super().__init__(cutting.too_long(text, limit))
        self.parts = parts


def send(session: Session, agent: Agent, sent: dict[str, Any]) -> None:
    """`sent` is what ReplyForm has cleaned. The caller has a transaction."""
    asking.ask(session, agent, sent)
    contents = _texts(session, sent)
    msgid = {"msgid": sent["msgid"]} if sent.get("msgid") else {}
    files = _of_phrase(session, agent, sent)
    stored = [*files, *waiting(session, sent["media"])]
    stored += [media.attach(session.customer, upload)[1] for upload in sent["file"]]
    for place, one in enumerate(stored, start=1):
        is_last = place == len(stored) and not contents
        content = {"name": one.name} | _made_of([sent["phrase_media"]] if one in files else [])
        message = session.reply(agent, one.kind, content, **(msgid if is_last else {}))
        media.bind(one, message)
    for place, content in enumerate(contents, start=1):
        is_last = place == len(contents)
        # Lists and searches show what was said, not what it answers to.
        words = {"text": content["said"]} if "said" in content else {}
        content |= _made_of(sent["phrases"])
        session.reply(agent, "text", content, **words, **(msgid if is_last else {}))
    phrases.were_sent([*sent["phrases"], sent["phrase_media"]], session, agent)
    drafts.keep(session, agent, "")


def _texts(session: Session, sent: dict[str, Any]) -> list[dict[str, Any]]:
    """The words as one message, or as several if that was asked for."""
    if not sent["text"]:
        return []
    quote = quotes.of(session, sent.get("quote"))
    text = (quotes.prefix(quote) if quote else "") + sent["text"]
    limit = session.customer.capabilities.text_bytes
    parts = cutting.parts(text, limit)
    if len(parts) > (sent.get("split") or 1):
        raise TooLong(text, limit, len(parts))
    contents: list[dict[str, Any]] = [{"content": part.strip("\n") or part} for part in parts]
    if quote:
        said = contents[0]["content"].removeprefix(quotes.prefix(quote))
        contents[0] |= {"quote": quote, "said": said}
    return contents


def _made_of(phrases: list[int]) -> dict[str, int]:
    """The phrase that was put in last, for reports to know; it is not sent."""
    return {"phrase": phrases[-1]} if phrases else {}


def waiting(session: Session, keys: list[str]) -> list[Media]:
    """Files that were uploaded before, in the order in which they were chosen."""
    unsent = Media.objects.filter(customer=session.customer_id, message=None, key__in=keys)
    found = {one.key: one for one in unsent}
    if len(found) != len(set(keys)):
        raise Refused(_("A file is gone or was sent already. Attach it again."))
    return [found[key] for key in keys]


def _of_phrase(session: Session, agent: Agent, sent: dict[str, Any]) -> list[Media]:
    pk = sent["phrase_media"]
    return [phrases.file_of(pk, session, agent)] if pk else []


def hints(session: Session, error: Exception) -> dict[str, int | str | None]:
    """What the composer needs beside the reason: what is seen by now, who answers, how many parts."""
    if isinstance(error, asking.Unread):
        return {"seen": asking.newest(session)}
    if isinstance(error, asking.ColleagueWrites):
        return {"holder": error.holder}
    return {"reply_parts": error.parts} if isinstance(error, TooLong) else {}
