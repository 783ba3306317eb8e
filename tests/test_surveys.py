"""Surveys against the simulated WeCom: asked at once, answered once, and no click opens a session."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kfconsole import health
from messaging.models import Account, Code, Customer, Message, State
from sessions import intake, surveys
from sessions.models import Notice, Session, Survey, SurveyPlan
from sessions.scales import click_id
from tests.factories import make_agent
from tests.wire import ALICE, SHOP, reply

pytestmark = pytest.mark.both


def plan(**fields):
    return SurveyPlan.objects.create(**fields)


def end(shop, session, agent, ask=surveys.ask):
    session.end(agent, survey=ask)
    shop.work()
    return Survey.objects.get(session=session)


def menus(shop):
    return [b for b in shop.simulator.transcript(SHOP, ALICE) if b["msgtype"] == "msgmenu"]


def click(shop, score):
    """What the customer's thumb does on the latest menu."""
    menu = menus(shop)[-1]
    ids = [item["click"]["id"] for item in menu["content"]["list"]]
    shop.simulator.advance(2)
    chosen = next(each for each in ids if each.endswith(f"_{score}"))
    shop.simulator.click(SHOP, ALICE, menu["msgid"], chosen)
    shop.work()


def writes(shop, words):
    shop.simulator.advance(2)
    shop.says(words)
    shop.work()


def lines(kind="rating"):
    return [row.content for row in Message.objects.filter(kind=kind).order_by("id")]


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


def test_silence_ends_without_a_question_and_the_reason_is_kept(shop, session):
    Customer.objects.update(last_in_at=timezone.now() - timedelta(hours=49))
    assert intake.end_silent() == 1
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


# --- low marks --------------------------------------------------------------------------------


def test_after_a_low_mark_the_first_text_is_the_comment_and_the_second_a_session(
    shop, session, lin
):
    plan(asks_why=True, language="en")
    end(shop, session, lin)
    click(shop, 2)
    assert "What went wrong?" in shop.phone()[-1]
    assert shop.customer().budget_used == 1
    writes(shop, "It came too late")
    survey = Survey.objects.get(session=session)
    assert survey.comment == "It came too late"
    assert Session.objects.count() == 1
    assert session.messages.filter(text="It came too late").exists()  # it stands in the thread
    assert lines()[-1] == {"rating": 2, "is_comment": True}
    writes(shop, "And where is the other parcel?")
    assert Session.objects.count() == 2
    assert Survey.objects.get(session=session).comment == "It came too late"


def test_after_ten_minutes_a_text_is_no_comment(shop, session, lin):
    plan(asks_why=True)
    end(shop, session, lin)
    click(shop, 1)
    Survey.objects.update(why_at=timezone.now() - timedelta(minutes=11))
    writes(shop, "Hello again")
    assert Survey.objects.get(session=session).comment == ""
    assert Session.objects.count() == 2


def test_a_good_mark_is_not_asked_about_and_no_text_is_its_comment(shop, session, lin):
    plan(asks_why=True)
    end(shop, session, lin)
    click(shop, 4)
    assert shop.phone()[-1] == "满意 Satisfied"
    writes(shop, "Thanks")
    assert Session.objects.count() == 2


def test_no_reason_is_asked_for_where_the_plan_spends_nothing(shop, session, lin):
    plan(asks_why=True, spends=False)
    end(shop, session, lin)
    click(shop, 1)
    assert Survey.objects.get().why_at is None
    assert shop.customer().budget_used == 0


def told(agent):
    return [(n.session_id, n.event, n.text) for n in Notice.objects.filter(agent=agent)]


def test_leads_of_the_account_are_told_of_low_marks_if_the_plan_says_so(shop, session, lin):
    lead, elsewhere = make_agent("lead", role="lead"), make_agent("other", role="lead")
    elsewhere.serves_all = False
    elsewhere.save()
    plan(alerts_leads=True)
    session.accept(lin)
    end(shop, session, lin)
    click(shop, 4)
    assert told(lead) == []
    click(shop, 2)
    assert told(lead) == [(session.pk, "low", "★★☆☆☆")]
    assert told(lin) == [(session.pk, "rating", "★★☆☆☆")]
    assert told(elsewhere) == []


@pytest.mark.parametrize("into", ["queue", "agent"])
def test_a_low_mark_opens_a_new_session_where_the_plan_says(shop, session, lin, into):
    plan(reopens=into, asks_why=True)
    session.accept(lin)
    end(shop, session, lin)
    click(shop, 1)
    again = shop.session
    assert again.pk != session.pk
    assert again.agent == (lin if into == "agent" else None)
    assert again.waiting_since
    assert lines("reopen") == [{"after": session.pk, "rating": 1}]
    assert Session.objects.get(pk=session.pk).is_ended  # history does not change
    assert Survey.objects.get(session=session).why_at is None  # a person will ask
    reply(again, lin, "What happened?")
    shop.work()
    assert shop.phone()[-1] == "What happened?"
    writes(shop, "This and that")
    assert Session.objects.count() == 2


def test_a_click_in_the_batch_of_a_new_question_leaves_that_session_the_only_one(
    shop, session, lin
):
    plan(reopens="queue", asks_why=True)
    survey = end(shop, session, lin)
    shop.simulator.pause_callbacks()
    shop.simulator.advance(2)
    shop.says("Me again")
    menu = menus(shop)[-1]
    shop.simulator.click(SHOP, ALICE, menu["msgid"], click_id(survey.token, 1))
    shop.work()
    assert Session.objects.open().count() == 1
    assert lines("reopen") == []
    assert (
        shop.phone()[-1] == "非常不满意 Very dissatisfied"
    )  # and no question beside an agent's talk
    assert Survey.objects.get(session=session).rating == 1


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
