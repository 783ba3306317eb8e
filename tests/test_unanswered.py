"""An answer that did not arrive is none: the customer waits on, and stands among those who wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import Message
from sessions import intake
from tests.factories import make_message, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LOST = {"ours": True, "status": Message.Status.FAILED, "is_routed": False}


@pytest.fixture
def asked(lin):
    session = make_session(agent=lin)
    session.question = make_message(
        session, "Where is it?", sent_at=timezone.now() - timedelta(minutes=20)
    )
    return session


def waits_since(session):
    intake.route()
    session.refresh_from_db()
    return session.waiting_since


def test_who_got_no_answer_waits_since_they_asked(asked):
    make_message(asked, "On its way", **LOST)
    assert asked.waiting_since is None
    assert waits_since(asked) == asked.question.sent_at


def test_another_answer_that_arrived_is_one(asked):
    make_message(asked, "One moment", ours=True)
    make_message(asked, "On its way", **LOST)
    assert waits_since(asked) is None


def test_what_was_asked_after_an_answer_waits(asked):
    make_message(asked, "On its way", ours=True, sent_at=timezone.now() - timedelta(minutes=9))
    again = make_message(asked, "When?", sent_at=timezone.now() - timedelta(minutes=5))
    make_message(asked, "Tomorrow", **LOST)
    assert waits_since(asked) == again.sent_at


def test_nobody_waits_in_what_has_ended(asked):
    asked.close("agent")
    make_message(asked, "On its way", **LOST)
    asked.waiting_since = None
    asked.save()
    assert waits_since(asked) is None


def test_a_second_try_is_an_answer_again(client, lin, asked):
    client.force_login(lin)
    lost = make_message(asked, "On its way", **LOST)
    assert waits_since(asked)
    answer = client.post(f"/sessions/{asked.pk}/retry/", {"message": lost.pk})
    assert answer.status_code == 302
    asked.refresh_from_db()
    assert asked.waiting_since is None
