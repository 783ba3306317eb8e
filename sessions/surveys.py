"""How satisfied were you? Five choices: clickable ones carried by the closing code, or a number.

Where menus can be sent: the native survey is switched off under API management (protocol/wecom_kf.md §5.3), and a click comes
back as a text with a `menu_id`: that id is bound to one session, so the answer is recognised and does
not open a new session. Elsewhere the question is a text, and a number from 1 to 5 that is the
customer's next message is its answer.
"""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from messaging import codes, live
from messaging.fragments import announce_message
from messaging.models import Code, Customer, Message
from sessions.models import Session, Survey
from sessions.models.survey import HEAD, PREFIX

LIFE = timedelta(days=7)
NUMBER_LIFE = timedelta(hours=24)  # a bare number is soon the answer to something else
_NUMBER = re.compile(r"^\s*([1-5１-５])\s*(?:分|星|[.。!！])?\s*$")
_ID = re.compile(rf"^{PREFIX}([0-9a-f]{{12}})_([1-5])$")
CHOICES = (
    (5, "非常满意 Very satisfied"),
    (4, "满意 Satisfied"),
    (3, "一般 Neutral"),
    (2, "不满意 Dissatisfied"),
    (1, "非常不满意 Very dissatisfied"),
)
TAIL = "感谢您的反馈 Thank you"


HOW_TO_ANSWER = "请回复数字 Please answer with a number:"


def question(session: Session) -> dict[str, Any]:
    """The question's content, as this customer can be asked it: a menu's, or a text's."""
    if "msgmenu" in session.customer.capabilities.kinds:
        return menu(session)
    Survey.objects.get_or_create(session=session)
    choices = [f"{rating} {words}" for rating, words in CHOICES]
    return {"content": "\n".join([HEAD, HOW_TO_ANSWER, *choices])}


def menu(session: Session) -> dict[str, Any]:
    """The menu's content for this session; makes the survey that its answer belongs to."""
    survey, _ = Survey.objects.get_or_create(session=session)
    return menu_of(survey)


def menu_of(survey: Survey) -> dict[str, Any]:
    items = [
        {"type": "click", "click": {"id": f"{PREFIX}{survey.token}_{rating}", "content": words}}
        for rating, words in CHOICES
    ]
    return {"head_content": HEAD, "list": items, "tail_content": TAIL}


def ask_by_code(session: Session, customer: Customer) -> None:
    """The native end gives a closing code too (§5.2): use it while it lives."""
    if Code.objects.usable(customer).filter(kind=codes.END).exists():
        message = customer.record(
            "msgmenu",
            menu(session),
            direction=Message.Direction.OUT,
            session=session,
            origin=Message.Origin.AGENT,
            status=Message.Status.QUEUED,
            code_kind=codes.END,
        )
        announce_message(message)
        live.wake("outbox")


def is_answer(message: Message) -> bool:
    """Whether this row is a click on a survey, of whatever session and however late."""
    return bool(_ID.match(str(message.content.get("menu_id", ""))))


def is_number(message: Message) -> bool:
    """Could it be an answer in words?"""
    return message.kind == "text" and bool(_NUMBER.match(message.text))


def answer(message: Message) -> Survey | None:
    """Keep a click's rating, the last one within the life; None if it is nobody's or too late."""
    found = _ID.match(str(message.content.get("menu_id", "")))
    if not found:
        return None
    token, rating = found.groups()
    survey = (
        Survey.objects.select_related("session")
        .filter(token=token, session__customer=message.customer_id)
        .first()
    )
    if survey is None or message.sent_at > survey.asked_at + LIFE:
        return None
    return _rated(survey, int(rating))


def answer_in_words(message: Message) -> Survey | None:
    """Keep a number as the rating of the session that has just ended; None if it is none.

    The caller knows that no session is open: whatever else the customer writes opens one, and from
    then on a number is no answer. Only a number costs a query.
    """
    found = _NUMBER.match(message.text) if message.kind == "text" else None
    if not found or "msgmenu" in message.customer.capabilities.kinds:
        return None
    latest = Session.objects.filter(customer=message.customer_id).order_by("-id").first()
    survey = Survey.objects.filter(session=latest, rating=None).select_related("session").first()
    if survey is None or not survey.asked_at <= message.sent_at <= survey.asked_at + NUMBER_LIFE:
        return None
    return _rated(survey, int(found[1]))


def _rated(survey: Survey, rating: int) -> Survey:
    survey.rating = rating
    survey.answered_at = timezone.now()
    survey.save(update_fields=["rating", "answered_at"])
    return survey
