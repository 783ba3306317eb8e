"""How satisfied were you? Asked when a session ends, once; what decides is carriers.py.

The native survey is switched off under API management (protocol/wecom_kf.md §5.3). The question waits
in the customer's lane right behind the end, whose code carries it at once; what customers answer is
in ratings.py.

    session.end(agent, survey=surveys.ask)    or surveys.decline: why nobody was asked is kept as well
    surveys.follow(rows)                      what came of the questions among these rows
    surveys.rate(session, 4, at=…)            a rating, whoever tells it
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from messaging import budget, codes
from messaging.fragments import announce_message
from messaging.models import Code, Message, State
from sessions import carriers, notes, notices
from sessions.carriers import Decision, Facts
from sessions.models import Agent, Block, Carrier, Event, Session, Skip, Survey, SurveyPlan
from sessions.scales import SCALES, click_id

HOW_TO_ANSWER = {"zh": "请回复数字", "en": "Please answer with a number:"}
OPEN_PAGE = {"zh": "请点击评价：", "en": "Tell us here:"}
Direction, Status = Message.Direction, Message.Status
SAID = Q(direction__in=(Direction.IN, Direction.OUT))
LEADS = Q(role__in=(Agent.Role.LEAD, Agent.Role.ADMIN)) | Q(is_superuser=True)


# --- asking -----------------------------------------------------------------------------------


def ask(session: Session, is_ending: bool = False) -> Survey:
    """Ask, or keep why not. The caller holds the session; `is_ending`: its end is on its way."""
    plan = SurveyPlan.of(session.account_id)
    decision = carriers.choose(plan, facts_of(session, plan, is_ending))
    survey, is_new = _survey(session, plan, decision.carrier, decision.skipped)
    if is_new and not decision.skipped:
        kind, content = question(survey, plan, decision)
        survey.message = session.say(kind, content, decision.pays)
        survey.save(update_fields=["message"])
    return survey


def decline(session: Session, is_ending: bool = False) -> Survey:
    """Nobody is asked: because it could not be, or because the agent did not want it."""
    plan = SurveyPlan.of(session.account_id)
    decision = carriers.choose(plan, facts_of(session, plan, is_ending))
    return _survey(session, plan, "", decision.skipped or Skip.AGENT)[0]


def prospect(session: Session) -> Decision:
    """What would come of ending it now, for the dialog."""
    plan = SurveyPlan.of(session.account_id)
    is_ending = session.customer.state != State.ENDED
    return carriers.choose(plan, facts_of(session, plan, is_ending))


def facts_of(session: Session, plan: SurveyPlan, is_ending: bool) -> Facts:
    """Only what the plan wants to know is asked for."""
    customer = session.customer
    can, left = customer.capabilities, customer.budget
    return Facts(
        ended_by=session.ended_by or Session.EndedBy.AGENT,
        can_menu="msgmenu" in can.kinds,
        can_card="rating_card" in can.kinds,
        has_code=can.has_codes and (is_ending or _has_end_code(customer)),
        is_limited=left.is_limited,
        window_is_open=left.is_open(),
        is_over=can.has_states and customer.state == State.ENDED,
        left=left.left(),
        messages=session.messages.filter(SAID).count() if plan.least_messages else 0,
        was_asked=_was_asked(session, plan.days_apart),
        is_muted=customer.rejects,
    )


def _has_end_code(customer: Any) -> bool:
    return Code.objects.usable(customer).filter(kind=codes.END).exists()


def _was_asked(session: Session, days: int) -> bool:
    since = timezone.now() - timedelta(days=days)
    others = Survey.objects.filter(session__customer=session.customer_id, asked_at__gt=since)
    return bool(days) and others.filter(skipped="").exclude(session=session).exists()


def _survey(session: Session, plan: SurveyPlan, carrier: str, skipped: str) -> tuple[Survey, bool]:
    defaults = {"scale": plan.scale, "carrier": carrier, "skipped": skipped}
    return Survey.objects.get_or_create(session=session, defaults=defaults)


# --- the question -----------------------------------------------------------------------------


def question(survey: Survey, plan: SurveyPlan, decision: Decision) -> tuple[str, dict[str, Any]]:
    """Its kind and content. `survey` marks it, and is not sent; nor is `reserve` (lane.py)."""
    content: dict[str, Any] = {"survey": survey.token}
    if decision.pays == codes.END:
        content["reserve"] = plan.keeps if plan.spends else budget.LIMIT
    if decision.form == carriers.MENU:
        return "msgmenu", menu(survey, plan) | content
    if decision.form == carriers.CARD:
        return "rating_card", _card(plan) | content
    asked = plan.words("question")
    if decision.form == carriers.LINK:
        asked = f"{asked}\n{_hint(OPEN_PAGE, plan)} {address(survey)}"
        return "text", {"content": asked, "is_link": True} | content
    choices = [f"{each.number} {each.label(plan.language)}" for each in survey.choices.choices]
    return "text", {"content": "\n".join([asked, _hint(HOW_TO_ANSWER, plan), *choices])} | content


def address(survey: Survey) -> str:
    """Of its page, for customers."""
    return settings.KF_PUBLIC_URL.rstrip("/") + reverse("rate", args=[survey.key])


def menu(survey: Survey, plan: SurveyPlan) -> dict[str, Any]:
    """To be clicked; each choice names the survey that it answers."""
    items = [
        {"id": click_id(survey.token, each.score), "content": each.label(plan.language)}
        for each in SCALES[survey.scale].choices
    ]
    return {
        "head_content": plan.words("question"),
        "list": [{"type": "click", "click": item} for item in items],
        "tail_content": plan.words("thanks", between=" "),
    }


def _card(plan: SurveyPlan) -> dict[str, Any]:
    """The platform's own stars: it tells which were chosen. Ids as its programs use them."""
    choices = [
        {"id": str(100 + each.score), "content": each.label(plan.language)}
        for each in sorted(SCALES["five"].choices, key=lambda each: each.score)
    ]
    return {"head": plan.words("question"), "choices": choices, "tail": plan.words("thanks")}


def _hint(words: dict[str, str], plan: SurveyPlan) -> str:
    return words.get(plan.language) or f"{words['zh']} {words['en']}"


# --- what came of it --------------------------------------------------------------------------


def follow(rows: Iterable[Message]) -> None:
    """Sent is what the platform took and has not called lost: rates of answers count only that."""
    asked = {
        row.pk: row for row in rows if row.direction == Direction.OUT and Survey.is_question(row)
    }
    found = Survey.objects.filter(message__in=asked) if asked else ()
    for survey in found:
        row = asked[survey.message_id]
        if row.status == Status.ACCEPTED:
            _sent(survey, row)
        elif row.status == Status.FAILED:
            _lost(survey)


def _sent(survey: Survey, row: Message) -> None:
    """The lane may have paid for it otherwise than it was meant to: no code came."""
    survey.sent_at, survey.skipped = row.accepted_at, ""
    if row.is_budgeted and survey.carrier == Carrier.CODE:
        survey.carrier = Carrier.BUDGET
    survey.save(update_fields=["sent_at", "skipped", "carrier"])


def _lost(survey: Survey) -> None:
    survey.sent_at, survey.skipped = None, Skip.FAILED
    survey.save(update_fields=["sent_at", "skipped"])


# --- a rating ---------------------------------------------------------------------------------


def rate(
    session: Session,
    score: int,
    *,
    carrier: str = "",
    at: datetime | None = None,
    comment: str = "",
    after: Message | None = None,
    is_busy: bool = False,
) -> Survey:
    """Keep it: of each session there is one, the last. The caller holds the customer's row.

    Also for what a platform's own survey says: then with `carrier`, as nobody here may have asked.
    `after` is the row that told it; `is_busy` says that a session is open which is not saved yet.
    `survey.reopened` is the session that a low mark has begun, for a batch to know.
    """
    plan = SurveyPlan.of(session.account_id)
    survey, _is_new = _survey(session, plan, carrier, "")
    survey.session, survey.plan = session, plan
    survey.carrier = survey.carrier or carrier
    survey.rating, survey.answered_at = score, at or timezone.now()
    survey.skipped, survey.comment = "", comment or survey.comment
    survey.save(update_fields=["carrier", "skipped", "rating", "answered_at", "comment"])
    place = {"sent_at": after.sent_at} if after else {}
    said = {"rating": score} | ({"comment": comment} if comment else {})
    if carrier != Carrier.PLATFORM:  # what the platform tells has a line of its own
        announce_message(session.note_rating(said, **place))
    if survey.is_low:
        survey.reopened = None if is_busy else _begin_again(survey, came_in=after is not None)
        tell_low(survey)
    return survey


def tell_low(survey: Survey) -> None:
    """Whoever had it, and the leads of the account if they are to know."""
    session = survey.session
    text = f"{'★' * survey.rating}{'☆' * (5 - survey.rating)} {survey.comment}".strip()
    told = [notices.News(session.agent, session, Event.RATING, text)]
    if survey.plan.alerts_leads:
        by = str(session.agent or "")
        told += [
            notices.News(lead, session, Event.LOW, text, by)
            for lead in notes.team_of(session).filter(LEADS).exclude(pk=session.agent_id)
        ]
    notices.tell(told)


def _begin_again(survey: Survey, came_in: bool) -> Session | None:
    """A new session where the customer can be answered; what came in opens WeCom's own anew."""
    plan, session, customer = survey.plan, survey.session, survey.session.customer
    is_over = customer.capabilities.has_states and customer.state == State.ENDED and not came_in
    if not plan.reopens or is_over or not customer.budget.is_open():
        return None
    if Session.objects.open().filter(customer=customer).exists():
        return None
    if Block.active().filter(customer=customer).exists():
        return None
    is_theirs = plan.reopens == SurveyPlan.Reopen.AGENT
    agent = notes.team_of(session).filter(pk=session.agent_id).first() if is_theirs else None
    began = session.begin_again(agent, survey.rating)
    if agent:
        notices.tell([notices.News(agent, began, Event.ASSIGNED)])
    notices.tell_queue([began])
    return began
