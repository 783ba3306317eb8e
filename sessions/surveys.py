"""How satisfied were you? Five clickable choices, carried by the closing code.

The native survey is switched off under API management (protocol/wecom_kf.md §5.3), and a click comes
back as a text with a `menu_id`: that id is bound to one session, so the answer is recognised and does
not open a new session.
"""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from messaging.models import Message
from sessions.models import Session, Survey

LIFE = timedelta(days=7)
_ID = re.compile(r"^kfs_([0-9a-f]{12})_([1-5])$")
HEAD = "请问您对本次服务满意吗？\nHow satisfied are you with this service?"
CHOICES = (
    (5, "非常满意 Very satisfied"),
    (4, "满意 Satisfied"),
    (3, "一般 Neutral"),
    (2, "不满意 Dissatisfied"),
    (1, "非常不满意 Very dissatisfied"),
)
TAIL = "感谢您的反馈 Thank you"


def menu(session: Session) -> dict[str, Any]:
    """The menu's content for this session; makes the survey that its answer belongs to."""
    survey, _ = Survey.objects.get_or_create(session=session)
    items = [
        {"type": "click", "click": {"id": f"kfs_{survey.token}_{rating}", "content": words}}
        for rating, words in CHOICES
    ]
    return {"head_content": HEAD, "list": items, "tail_content": TAIL}


def is_answer(message: Message) -> bool:
    """Whether this row is a click on a survey, of whatever session and however late."""
    return bool(_ID.match(str(message.content.get("menu_id", ""))))


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
    survey.rating = int(rating)
    survey.answered_at = timezone.now()
    survey.save(update_fields=["rating", "answered_at"])
    return survey
