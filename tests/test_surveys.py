"""Surveys against the simulated WeCom: asked at once, answered once, and no click opens a session."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kfconsole import health
from messaging.models import Account, Code, Customer, Message, State
from sessions import intake, silence, surveys
from sessions.models import Session, SessionEvent, Survey, SurveyPlan
from tests.asked import click, end, lines, menus, plan, writes
from tests.wire import ALICE, SHOP, reply

pytestmark = pytest.mark.both


# --- asking -----------------------------------------------------------------------------------


def test_the_closing_code_carries_the_question_at_once(shop, session, lin):
    survey = end(shop, session, lin)
    assert (survey.carrier, survey.skipped, survey.message.status) == ("code", "", "accepted")
    assert survey.sent_at == survey.message.accepted_at
    code = survey.message.code
    assert code.received_at <= survey.sent_at < code.expires_at
    sent = shop.simulator.calls("kf/send_msg_on_event")[-1]["request"]["msgmenu"]
    assert set(sent) == {"head_content", "list", "tail_content"}  # nothing of ours goes along


def test_a_native_end_is_asked_after_by_its_own_code(shop, session, lin):
    session.transfer_to_servicer(shop.account.servicers.get(), lin)
    shop.work()
    shop.simulator.end(SHOP, ALICE)
    shop.work()
    survey = Survey.objects.get(session=session)
    assert (survey.carrier, shop.phone()[-1]) == ("code", "msgmenu")
    assert survey.sent_at


def test_a_native_end_whose_code_came_too_late_says_so(shop, session, lin):
    session.transfer_to_servicer(shop.account.servicers.get(), lin)
    shop.work()
    customer = shop.customer()
    Customer.objects.filter(pk=customer.pk).update(state=State.ENDED)
    now = timezone.now()
    Code.objects.create(customer=customer, kind="end", value="x", received_at=now, expires_at=now)
    customer.record("session_status_change", {"change_type": 3}, direction="event",
                    origin="system", is_routed=False)  # fmt: skip
    intake.route()
    survey = Survey.objects.get(session=session)
    assert (survey.carrier, survey.skipped, survey.message) == ("", "over", None)


def test_without_a_code_one_of_the_five_carries_it(shop, session, lin):
    shop.simulator.options(unsure={"0>4": False, "1>4": False})
    survey = end(shop, session, lin)
    assert (survey.carrier, bool(survey.sent_at)) == ("budget", True)
    assert shop.customer().budget_used == 1


@pytest.mark.parametrize("kept", [{"spends": False}, {"keeps": 4}])
def test_what_is_kept_for_agents_is_not_spent_on_a_question(shop, session, lin, kept):
    plan(**kept)
    shop.simulator.options(unsure={"0>4": False, "1>4": False})
    reply(session, lin)
    survey = end(shop, session, lin)
    assert (survey.sent_at, survey.skipped) == (None, "failed")
    assert menus(shop) == []
    assert shop.customer().budget_used == 1  # the agent's answer alone


@pytest.mark.parametrize("can_end", [True, False])
def test_a_plan_may_ask_by_a_link_whatever_pays_for_it(shop, session, lin, can_end):
    plan(link="always", language="en")
    shop.simulator.options(unsure={"0>4": can_end, "1>4": can_end})
    survey = end(shop, session, lin)
    assert (survey.carrier, bool(survey.sent_at)) == ("link", True)
    assert shop.phone()[-1].endswith(f"/rate/{survey.key}/")
    assert shop.customer().budget_used == (0 if can_end else 1)
    asked = SessionEvent.objects.get(kind="asked")
    assert asked.facts == {"carrier": "end" if can_end else "budget", "form": "link"}


def test_silence_ends_without_a_question_and_the_reason_is_kept(shop, session):
    Customer.objects.update(last_in_at=timezone.now() - timedelta(hours=49))
    assert silence.end() == 1
    assert Survey.objects.get(session=session).skipped == "window"


def test_an_agent_who_does_not_ask_is_counted(shop, session, lin):
    assert end(shop, session, lin, surveys.decline).skipped == "agent"
    assert menus(shop) == []


def test_the_plan_of_the_account_wins_over_that_of_all(shop, session, lin):
    plan(asks_on_end=False)
    plan(account=shop.account, scale="stars", language="en", question_en="Happy?")
    end(shop, session, lin)
    content = menus(shop)[-1]["content"]
    assert content["head_content"] == "Happy?"
    assert content["list"][0]["click"]["content"] == "★★★★★"
    other = Account.objects.create(connection=shop.connection, external_id="wkOTHER")
    assert not SurveyPlan.of(other.pk).asks_on_end


def test_who_was_asked_lately_and_who_said_little_are_left_alone(shop, session, lin):
    rules = plan(days_apart=7, least_messages=3)
    assert end(shop, session, lin).skipped == "short"
    rules.least_messages = 0
    rules.save()
    for expected in ("", "recent"):
        writes(shop, "Me again")
        assert end(shop, shop.session, lin).skipped == expected
    Survey.objects.update(asked_at=timezone.now() - timedelta(days=8))
    writes(shop, "Me again")
    assert end(shop, shop.session, lin).skipped == ""


def test_a_question_that_did_not_arrive_is_not_counted_as_asked(shop, session, lin):
    shop.simulator.fault("send_fail", api="kf/send_msg_on_event", fail_type=13)
    end(shop, session, lin)
    shop.work()
    survey = Survey.objects.get(session=session)
    assert (survey.sent_at, survey.skipped) == (None, "failed")


# --- answering --------------------------------------------------------------------------------


def test_the_last_click_counts_and_none_opens_a_session(shop, session, lin):
    end(shop, session, lin)
    for score in (5, 3):
        click(shop, score)
    survey = Survey.objects.get(session=session)
    assert survey.rating == 3
    assert Session.objects.get().is_ended
    assert [line["rating"] for line in lines()] == [5, 3]
    assert set(session.messages.filter(direction="in").values_list("session", flat=True)) == {
        session.pk
    }


def test_a_click_that_comes_too_late_is_a_line_and_opens_nothing(shop, session, lin):
    end(shop, session, lin)
    Survey.objects.update(asked_at=timezone.now() - timedelta(days=8))
    click(shop, 5)
    assert Survey.objects.get().rating is None
    assert lines() == [{"is_late": True}]
    assert Session.objects.count() == 1
    assert Message.objects.filter(is_routed=False).count() == 0


def test_the_scale_of_three_counts_as_five_three_one(shop, session, lin):
    plan(scale="three")
    end(shop, session, lin)
    assert [i["click"]["content"] for i in menus(shop)[-1]["content"]["list"]] == [
        "好 Good", "一般 Fair", "差 Bad",
    ]  # fmt: skip
    click(shop, 3)
    assert Survey.objects.get().rating == 3


def test_what_a_platform_says_itself_is_a_rating_too(shop, session):
    with session.held():
        survey = surveys.rate(session, 5, carrier="platform")
    assert (survey.rating, survey.carrier, survey.sent_at) == (5, "platform", None)
    with session.held():
        surveys.rate(session, 4, carrier="platform")
    assert Survey.objects.get().rating == 4


def test_how_late_a_question_came_is_measured(shop, session, lin):
    assert health._survey_delay() == 0
    survey = end(shop, session, lin)
    Message.objects.filter(pk=survey.message_id).update(
        accepted_at=survey.message.code.received_at + timedelta(seconds=3)
    )
    assert health._survey_delay() == pytest.approx(3, abs=0.01)
