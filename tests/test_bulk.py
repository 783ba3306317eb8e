"""Many sessions at once: what can be done is done, what cannot is named, and most of it undone."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core import signing
from django.utils import timezone

from messaging.models import State
from sessions import bulk
from sessions.models import Session, Tag
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lin(client, lin):
    client.force_login(lin)
    return lin


@pytest.fixture
def three(lin):
    """Two that wait, and one that WeCom's pool has."""
    pool = make_customer(nickname="Pooled", state=State.POOL)
    return [make_session(), make_session(), make_session(pool, is_native=True)]


def several(client, act, sessions, **data):
    keys = [session.pk for session in sessions]
    answer = client.post(
        "/bulk/", {"act": act, "session": keys, "tab": "all", **data}, headers=HTMX
    )
    for session in sessions:
        session.refresh_from_db()
    return answer.content.decode()


def undo(client, html):
    token = re.search(r'name="token" value="([^"]+)"', html)[1]
    return client.post("/bulk/undo/", {"token": token, "tab": "all"}, headers=HTMX).content.decode()


def words(html):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)))


def test_each_is_accepted_that_can_be_and_the_others_are_named(client, lin, three):
    html = several(client, "accept", three)
    assert [session.agent for session in three] == [lin, lin, None]
    assert "2 done, 1 failed" in words(html)
    assert "Pooled : The session waits in WeCom's pool for a servicer." in words(html)
    assert [s.messages.filter(kind="accept").count() for s in three] == [1, 1, 0]


def test_what_was_accepted_goes_back_into_the_queue(client, lin, three):
    html = several(client, "accept", three)
    assert "2 undone" in words(undo(client, html))
    assert not Session.objects.filter(agent=lin).exists()
    assert three[0].messages.latest("id").content == {"to": "queue"}


def test_who_had_it_before_has_it_again(client, lin):
    wang, mei = make_agent("wang"), make_agent("mei")
    sessions = [make_session(agent=wang), make_session()]
    html = several(client, "assign", sessions, sure="1", agent_to=mei.pk)
    assert {session.agent for session in sessions} == {mei}
    undo(client, html)
    assert [Session.objects.get(pk=s.pk).agent for s in sessions] == [wang, None]


def test_whom_an_account_is_foreign_to_is_not_given_its_sessions(client, lin):
    shop, other = make_account("Shop"), make_account("Other")
    mei = make_agent("mei", shop)
    sessions = [make_session(make_customer(shop)), make_session(make_customer(other))]
    html = several(client, "assign", sessions, sure="1", agent_to=mei.pk)
    assert [session.agent for session in sessions] == [mei, None]
    assert "does not serve this account" in html


def test_tags_are_added_removed_and_given_back_as_they_were(client, lin, three):
    refund, vip = (Tag.objects.create(name=name) for name in ("refund", "vip"))
    three[0].tags.add(refund)
    html = several(client, "tag", three, sure="add", tags=[refund.pk, vip.pk])
    assert all(set(session.tags.all()) == {refund, vip} for session in three)
    undo(client, html)
    assert [set(session.tags.all()) for session in three] == [{refund}, set(), set()]
    html = several(client, "tag", three, sure="remove", tags=[refund.pk])
    assert not three[0].tags.exists()
    undo(client, html)
    assert three[0].tags.get() == refund


def test_priorities_and_snoozes_are_undone(client, lin, three):
    html = several(client, "priority", three, sure="2")
    assert {session.priority for session in three} == {2}
    undo(client, html)
    html = several(client, "snooze", three, sure="1", wake="hour")
    assert all(session.snoozed_until for session in three)
    undo(client, html)
    for session in Session.objects.all():
        assert (session.priority, session.snoozed_until) == (0, None)


def test_read_and_unread_take_each_other_back(client, lin):
    sessions = [make_session(unread=4), make_session()]
    html = several(client, "read", sessions)
    assert [session.unread for session in sessions] == [0, 0]
    undo(client, html)
    assert [Session.objects.get(pk=s.pk).unread for s in sessions] == [1, 0]
    several(client, "unread", sessions)
    assert [session.unread for session in sessions] == [1, 1]


def test_an_end_is_asked_for_and_cannot_be_undone(client, lin, three):
    html = several(client, "end", three)
    assert "End 3 sessions?" in html
    assert not any(session.is_ended for session in three)
    html = several(client, "end", three, sure="1", survey="1")
    assert [session.is_ended for session in three] == [True, True, False]
    assert 'name="token"' not in html
    assert three[0].messages.filter(kind="msgmenu").exists()


@pytest.mark.parametrize("act", ["assign", "tag", "priority", "snooze", "end"])
def test_what_needs_an_answer_asks_first(client, lin, three, act):
    html = several(client, act, three)
    assert '<dialog class="dialog"' in html
    assert html.count('name="session"') == 3
    page = client.post("/bulk/", {"act": act, "session": [three[0].pk]}).content.decode()
    assert "<html" in page


def test_a_question_without_an_answer_is_asked_again(client, lin, three):
    assert "Choose at least one tag." in several(client, "tag", three, sure="add")
    assert "Choose who takes over." in several(client, "assign", three, sure="1")


def test_a_snooze_past_any_window_says_so(client, lin):
    near = make_session(make_customer(last_in_at=timezone.now() - timedelta(hours=47)))
    assert "The window is closed by then." in several(client, "snooze", [near, make_session()])


def test_nobody_touches_what_they_may_not_see(client):
    foreign = make_session(make_customer(make_account("Other")))
    client.force_login(make_agent("mei", make_account("Shop")))
    several(client, "accept", [foreign])
    assert foreign.agent is None


def test_an_undo_is_ones_own_and_for_a_short_while(client, lin, three, monkeypatch):
    html = several(client, "accept", three)
    client.force_login(make_agent("wang"))
    assert "too late" in undo(client, html)
    client.force_login(lin)
    monkeypatch.setattr(bulk, "UNDO_SECONDS", -1)
    assert "too late" in undo(client, html)
    forged = signing.dumps([[three[0].pk, ["agent", None]]], salt="x")
    client.post("/bulk/undo/", {"token": forged}, headers=HTMX)
    three[0].refresh_from_db()
    assert three[0].agent == lin


def test_what_cannot_be_undone_any_more_is_named(client, lin, three):
    html = several(client, "accept", three[:2])
    three[0].end(lin)
    answer = words(undo(client, html))
    assert "1 undone" in answer
    assert "The session has ended." in answer


def test_rows_are_shown_as_they_are_now_and_leave_where_they_are_listed_no_more(client, lin, three):
    html = several(client, "accept", three[:1], tab="queue")
    assert f'hx-target="#session-{three[0].pk}" hx-swap="delete"' in html


def test_without_scripts_the_result_is_on_the_page(client, lin, three):
    keys = [session.pk for session in three]
    page = client.post("/bulk/", {"act": "accept", "session": keys, "tab": "mine"})
    assert "2 done" in page.content.decode()
    assert "<html" in page.content.decode()


@pytest.mark.parametrize("data", [{}, {"act": "explode"}, {"act": "accept", "session": "x"}])
def test_nonsense_does_nothing(client, lin, data):
    session = make_session()
    client.post("/bulk/", {"session": session.pk, **data}, headers=HTMX)
    session.refresh_from_db()
    assert session.agent is None


def test_ended_ones_can_only_be_tagged(client, lin):
    refund, over = Tag.objects.create(name="refund"), make_ended_session()
    assert "1 failed" in words(several(client, "priority", [over], sure="1"))
    several(client, "tag", [over], sure="add", tags=[refund.pk])
    assert over.tags.get() == refund
