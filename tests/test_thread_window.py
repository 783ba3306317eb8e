"""A thread that opens at a message in its middle, and goes on in both directions."""

import pytest

from sessions import thread
from tests.factories import make_agent, make_message, make_messages, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


def test_a_session_opens_at_the_message_and_goes_on_both_ways(client, lin, monkeypatch):
    monkeypatch.setattr(thread, "PAGE", 4)
    session = make_session(agent=lin)
    messages = make_messages(session, 20)
    page = client.get(f"/sessions/{session.pk}/", {"at": messages[9].pk})
    shown = page.context["thread"]
    assert [m.text for m in shown.messages] == [f"Message {n}" for n in range(9, 15)]
    assert "data-cut" in page.content.decode()
    later = client.get(f"/sessions/{session.pk}/", {"after": shown.last}).context["thread"]
    assert [m.text for m in later.messages] == [f"Message {n}" for n in range(15, 19)]
    last = client.get(f"/sessions/{session.pk}/", {"after": later.last})
    assert [m.text for m in last.context["thread"].messages] == ["Message 19", "Message 20"]
    assert "data-cut" not in last.content.decode()
    asked = {"HX-Request": "true", "HX-Target": "div#later"}
    part = client.get(f"/sessions/{session.pk}/", {"after": shown.last}, headers=asked)
    assert '<hx-partial hx-target="#later"' in part.content.decode()


def test_a_place_that_is_not_in_the_thread_is_the_newest(client, lin):
    session, other = make_session(agent=lin), make_session()
    make_message(session, "newest")
    foreign = make_message(other, "foreign")
    for query in ({"at": foreign.pk}, {"at": "9" * 30}, {"at": "x"}, {"after": "x"}):
        page = client.get(f"/sessions/{session.pk}/", query).content.decode()
        assert "newest" in page
        assert "data-cut" not in page
