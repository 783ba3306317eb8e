"""What is told but need not be drawn: as it is looked at, was read already, or in another language."""

import pytest
from django.utils import timezone

from messaging import live
from sessions import intake, notices
from sessions.models import Notice, Session
from sessions.together import Here
from tests.factories import make_agent, make_customer, make_message, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def heard(monkeypatch):
    """What is pushed to agents, with everybody listening."""
    pushed = []

    def announce(group, html="", data=None):
        if group.startswith("user-"):
            pushed.append(data)

    monkeypatch.setattr(live, "is_heard", lambda group: True)
    monkeypatch.setattr(live, "announce", announce)
    return pushed


@pytest.fixture
def comes_in(django_capture_on_commit_callbacks):
    def come(session: Session, before_commit=None) -> None:
        make_message(session, "Hello?", is_routed=False)
        with django_capture_on_commit_callbacks(execute=True):
            intake.route()
            if before_commit:
                before_commit()

    return come


def looks(monkeypatch, *pages: tuple) -> None:
    """(agent, session) of each page that somebody looks at."""
    here = [Here(agent.pk, str(agent), "", session and session.pk) for agent, session in pages]
    monkeypatch.setattr(notices.together, "people", lambda: here)


def test_what_comes_of_the_session_that_is_looked_at_is_kept_but_not_drawn(
    heard, comes_in, lin, monkeypatch
):
    session = make_session(agent=lin)
    looks(monkeypatch, (lin, session), (make_agent("wang"), None))
    comes_in(session)
    assert heard == [{"glance": session.pk}]
    assert Notice.objects.get().read_at is None


def test_who_has_another_page_that_shows_something_else_is_told_as_ever(
    heard, comes_in, lin, monkeypatch
):
    session = make_session(agent=lin)
    looks(monkeypatch, (lin, session), (lin, None))
    comes_in(session)
    assert [data["html"]["en"].count('class="toast ') for data in heard] == [1]


def test_a_page_that_looked_away_asks_for_what_came_undrawn(client, comes_in, lin):
    session, other = make_session(make_customer(nickname="Wang Fang"), lin), make_session(agent=lin)
    comes_in(session)
    comes_in(other)
    client.force_login(lin)
    frame = client.get("/notices/arrived/", {"session": session.pk}).content.decode()
    assert frame.count('class="toast ') == 1
    assert "Wang Fang has written" in frame
    assert 'data-unread="2"' in frame
    notices.read(lin, session)
    assert "toast" not in client.get("/notices/arrived/", {"session": session.pk}).content.decode()
    assert client.get("/notices/arrived/", {"session": "x"}).status_code == 200


def test_whoever_has_chosen_a_language_is_told_in_that_alone(heard, comes_in, lin):
    for agent in (lin, make_agent("mei", language="zh-hans")):
        comes_in(make_session(agent=agent))
    assert [list(data["html"]) for data in heard] == [["en", "zh-hans"], ["zh-hans"]]


def test_what_was_read_before_it_could_be_told_is_not_told(heard, comes_in, lin):
    read = lambda: Notice.objects.update(read_at=timezone.now())  # noqa: E731
    comes_in(make_session(agent=lin), before_commit=read)
    assert heard == []
