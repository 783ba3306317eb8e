"""What customers answer: a click, a number or a word, a comment, the page. None of it opens a session.

    survey = ratings.answer(row, is_busy)     a click, of whatever session; None if it counts for none
    survey = ratings.answer_in_words(row)     where nothing can be clicked; the next message only
    survey = ratings.comment(row, waiting)    the one message after "what went wrong?"
    ratings.rate_on_page(survey, 4, "…")

The rows belong to customers whose locks the caller holds, and know them (`row.customer`).
"""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from messaging.fragments import announce_message
from messaging.models import Customer, Message
from sessions import scales, surveys
from sessions.fragments import announce_session
from sessions.models import Event, Notice, Session, Survey

NUMBER_LIFE = timedelta(hours=24)  # a bare number is soon the answer to something else
COMMENT_LIFE = timedelta(minutes=10)
LONGEST_COMMENT = 2000
TOLD = 100  # letters of it are in a notice for sure, behind the stars


def answer(row: Message, is_busy: bool) -> Survey | None:
    """Keep a click's rating; one that comes too late is a line in the thread, and no more.

    `is_busy`: the customer has begun another session meanwhile, saved or not.
    """
    found = scales.clicked(row.content)
    if not found:
        return None
    token, score = found
    survey = _surveys().filter(token=token, session__customer=row.customer_id).first()
    if survey is None:
        return None
    survey.session.customer = row.customer
    if not survey.is_answerable(row.sent_at):
        late = survey.session.note_rating({"is_late": True}, sent_at=row.sent_at)
        announce_message(late)
        return None
    return _rated(survey, score, row, is_busy)


def answer_in_words(row: Message) -> Survey | None:
    """Keep a choice in words as the rating of the session that has just ended; None if it is none.

    The caller knows that no session is open: whatever else the customer writes opens one, and from
    then on a number is no answer. Only what could be one costs a query.
    """
    can_click = row.customer.capabilities.kinds & {"msgmenu", "rating_card"}
    if row.kind != "text" or can_click or not scales.may_be_answer(row.text):
        return None
    latest = Session.objects.filter(customer=row.customer_id).order_by("-id").first()
    survey = _surveys().filter(session=latest, rating=None, skipped="").first()
    score = survey.choices.score_of(row.text) if survey else None
    if score is None or not survey.asked_at <= row.sent_at <= survey.asked_at + NUMBER_LIFE:
        return None
    survey.session.customer = row.customer
    return _rated(survey, score, row)


def waiting(customers: Collection[int]) -> dict[int, Survey]:
    """Who of them was asked for a reason and has not given it: by customer, in one query."""
    since = timezone.now() - 2 * COMMENT_LIFE  # rows may have been read late
    asked = _surveys().filter(why_at__gt=since, comment="", session__customer__in=customers)
    return {survey.session.customer_id: survey for survey in asked.order_by("id")}


def comment(row: Message, asked: dict[int, Survey]) -> Survey | None:
    """Keep the first text after the question as the comment, whatever it says."""
    survey = asked.get(row.customer_id) if row.kind == "text" and row.text else None
    if survey is None:
        return None
    began = survey.why_at.replace(microsecond=0)  # the platform's times are whole seconds
    if not began <= row.sent_at <= survey.why_at + COMMENT_LIFE:
        return None
    del asked[row.customer_id]
    survey.session.customer = row.customer
    survey.comment = row.text[:LONGEST_COMMENT]
    survey.save(update_fields=["comment"])
    line = {"rating": survey.rating, "is_comment": True}
    announce_message(survey.session.note_rating(line, sent_at=row.sent_at))
    if survey.is_low:  # they may have chosen another mark since
        surveys.tell_low(survey)
    return survey


def forget_comment(message: Message) -> None:
    """It was recalled: what they write next may be the comment."""
    said, theirs = message.original[:LONGEST_COMMENT], {"session__customer": message.customer_id}
    if said and Survey.objects.filter(**theirs, comment=said).update(comment=""):
        told = Notice.objects.filter(**theirs, event__in=(Event.RATING, Event.LOW))
        told.filter(text__contains=said[:TOLD]).update(text="")


@transaction.atomic
def rate_on_page(survey: Survey, score: int, words: str) -> Survey:
    session, words = survey.session, words.strip()[:LONGEST_COMMENT]
    session.customer = Customer.objects.select_for_update().get(pk=session.customer_id)
    survey.refresh_from_db(fields=["rating", "comment"])
    if survey.rating == score and words in ("", survey.comment):
        return survey  # sent twice
    kept = surveys.rate(session, score, comment=words)
    announce_session(session)
    if kept.reopened:
        announce_session(kept.reopened)
    return kept


def of_key(key: str) -> Survey | None:
    """The survey whose page this is; a key that nobody gave costs no query."""
    token = Survey.token_of(key)
    return _surveys().filter(token=token, skipped="").first() if token else None


def _surveys():
    return Survey.objects.select_related("session__agent", "session__account")


def _rated(survey: Survey, score: int, row: Message, is_busy: bool = False) -> Survey:
    kept = surveys.rate(survey.session, score, at=row.sent_at, after=row, is_busy=is_busy)
    if not is_busy and not kept.reopened:
        _ask_why(kept)
    return kept


def _ask_why(survey: Survey) -> None:
    """Once, and only if the plan pays for it."""
    plan, session, left = survey.plan, survey.session, survey.session.customer.budget
    if not plan.asks_why or not survey.is_low or survey.why_at or survey.comment:
        return
    if left.is_limited and (not plan.spends or left.left() <= plan.keeps):
        return
    announce_message(session.say("text", {"content": plan.words("why")}, "budget"))
    survey.why_at = timezone.now()
    survey.save(update_fields=["why_at"])
