"""What was told is kept for a while, read by opening what it is about, and counted at the bell."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import live
from sessions import intake, notes, notices
from sessions.models import Event, Mention, Notice, Session
from tests.factories import make_agent, make_customer, make_message, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def heard(monkeypatch):
    pushed = []
    monkeypatch.setattr(
        live, "announce", lambda group, html="", data=None: pushed.append((group, data or {}))
    )
    return pushed


def told(agent) -> list[tuple[int, str]]:
    rows = notices.of(agent).unread().order_by("at", "id")
    return list(rows.values_list("session", "event"))


def comes_in(session: Session, text: str = "Hello?") -> None:
    make_message(session, text, is_routed=False)
    intake.route()


def test_opening_the_session_reads_its_notices_on_all_pages(client, heard, lin):
    session, other = make_session(agent=lin), make_session(agent=lin)
    notices.tell([notices.News(lin, each, Event.MESSAGE) for each in (session, other)])
    client.force_login(lin)
    client.post(f"/sessions/{session.pk}/read/")
    assert told(lin) == [(other.pk, "message")]
    [data] = [data for group, data in heard if group == f"user-{lin.pk}" and "read" in data]
    assert (data["unread"], data["read"]) == (1, session.pk)


def test_opening_the_session_answers_the_call_of_a_note(client, lin):
    session = make_session()
    notes.write(session, make_agent("wang"), "@Lin please look")
    client.force_login(lin)
    client.post(f"/sessions/{session.pk}/read/")
    assert Mention.objects.get().seen_at
    assert told(lin) == []


def test_news_makes_a_read_notice_new_again(lin):
    session = make_session(agent=lin)
    comes_in(session)
    notices.read(lin)
    comes_in(session, "Still there?")
    assert told(lin) == [(session.pk, "message")]


def test_the_list_shows_the_own_latest(client, lin):
    wang, session = make_agent("wang"), make_session(make_customer(nickname="Wang Fang"), lin)
    comes_in(session, "Where is it?")
    client.force_login(lin)
    page = client.get("/notices/").content.decode()
    assert "Wang Fang has written" in page
    assert "Where is it?" in page
    client.force_login(wang)
    assert "Wang Fang" not in client.get("/notices/").content.decode()


def test_hidden_content_is_hidden_in_the_list_as_well(client, lin):
    comes_in(make_session(make_customer(nickname="Wang Fang"), lin), "Where is it?")
    lin.wishes = {"hides": True}
    lin.save()
    client.force_login(lin)
    for page in (client.get("/notices/"), client.get("/notices/", headers={"HX-Request": "true"})):
        html = page.content.decode()
        assert "A customer of yours has written" in html
        assert "Wang Fang" not in html
        assert "Where is it?" not in html


def test_all_are_read_at_once(client, lin):
    comes_in(make_session(agent=lin))
    client.force_login(lin)
    assert client.post("/notices/read/").status_code == 302
    assert told(lin) == []


def test_old_notices_are_forgotten(lin, settings):
    settings.KF_NOTICE_DAYS = 14
    comes_in(make_session(agent=lin))
    comes_in(make_session(agent=lin))
    first = Notice.objects.order_by("id")[0]
    Notice.objects.filter(pk=first.pk).update(at=timezone.now() - timedelta(days=15))
    notices.forget_old()
    assert first.pk not in Notice.objects.values_list("pk", flat=True)
    assert Notice.objects.count() == 1


def test_a_page_catches_up_with_the_bell(client, lin):
    session = make_session(agent=lin)
    comes_in(session)
    client.force_login(lin)
    answer = client.get("/sessions/since/?bell=1").content.decode()
    assert 'data-unread="1"' in answer
    assert f"&quot;fresh&quot;:{{&quot;{lin.pk}&quot;:1}}" in answer
    assert "bell-state" not in client.get("/sessions/since/").content.decode()
