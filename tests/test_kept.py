"""Markup that is kept shows what is true now: all that is loaded with a row is part of its key."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from messaging import kept
from messaging.models import Message
from sessions import inbox, thread
from sessions.models import Session
from tests.factories import make_agent, make_customer, make_message, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(monkeypatch):
    """How many templates were really rendered."""
    names = []

    def render(name, context):
        names.append(name)
        return render_to_string(name, context)

    kept.forget()
    monkeypatch.setattr(kept, "render_to_string", render)
    return names


@pytest.fixture
def session(db):
    session = make_session(make_customer(nickname="王芳"), make_agent("lin"))
    make_message(session, "Hello", ours=True)
    return session


def message_of(session):
    [message] = thread.latest(session.customer).messages
    return kept.draw("messaging/_message.html", "message", message)


def row_of(session, **more):
    [row] = inbox.with_names(Session.objects.filter(pk=session.pk))
    return kept.draw("sessions/_row.html", "session", row, seconds=30, **more)


def test_what_has_not_changed_is_drawn_once(session, drawn):
    assert message_of(session) == message_of(session)
    assert row_of(session) == row_of(session)
    assert len(drawn) == 2


def test_each_language_and_zone_has_its_own(session, drawn):
    message_of(session)
    with translation.override("zh-hans"):
        message_of(session)
    with timezone.override("America/New_York"):
        message_of(session)
    assert len(drawn) == 3


@pytest.mark.parametrize(
    "values",
    [
        {"status": "failed", "failure_type": "errcode", "failure_code": 95001},
        {"recalled_at": timezone.now()},
        {"content": {"content": "Changed"}},
        {"sent_at": timezone.now() - timedelta(hours=3)},
    ],
)
def test_a_message_that_has_changed_is_drawn_anew(session, drawn, values):
    before = message_of(session)
    Message.objects.update(**values)
    assert message_of(session) != before


def test_so_is_one_whose_author_is_called_differently(session, drawn):
    before = message_of(session)
    session.agent.display_name = "Lin Wei"
    session.agent.save()
    assert "Lin Wei" in message_of(session)
    assert "Lin Wei" not in before


def test_a_row_shows_its_customer_as_they_are(session, drawn):
    before = row_of(session)
    session.customer.nickname, session.customer.budget_used = "李四", 5
    session.customer.save()
    assert "李四" in row_of(session) != before


def test_a_pull_of_the_account_draws_nothing_anew(session, drawn):
    message_of(session)
    session.account.pulled_at, session.account.cursor = timezone.now(), "next"
    session.account.save()
    message_of(session)
    assert len(drawn) == 1


def test_the_row_that_is_open_is_another(session, drawn):
    assert "aria-current" in row_of(session, open=session.pk)
    assert "aria-current" not in row_of(session, open="")


def test_the_store_has_an_end(session, drawn, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 1)
    for _ in range(2):
        message_of(session)
        row_of(session)
    assert len(kept._markup) == 1
