"""What follows from a low mark: a question for the reason, leads who are told, a session begun anew."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions.models import Notice, Session, Survey
from sessions.scales import click_id
from tests.asked import click, end, lines, menus, plan, writes
from tests.factories import make_agent
from tests.wire import ALICE, SHOP, reply

pytestmark = pytest.mark.both


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


def test_a_comment_on_a_mark_that_was_raised_alarms_nobody(shop, session, lin):
    plan(asks_why=True, alerts_leads=True)
    end(shop, session, lin)
    click(shop, 2)
    click(shop, 5)
    Notice.objects.all().delete()
    writes(shop, "Sorry, wrong button")
    assert Survey.objects.get(session=session).comment == "Sorry, wrong button"
    assert not Notice.objects.exists()


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
    assert "★☆☆☆☆" in str(again.preview)  # in lists
    whose = {"pk": lin.pk} if into == "agent" else {}
    assert lines("reopen") == [{"after": session.pk, "rating": 1, **whose}]
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
