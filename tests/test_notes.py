"""Notes: only the team sees them, whatever state the session is in; an @ calls a colleague."""

import pytest

from messaging import live
from messaging.models import Message, State
from sessions import notes
from sessions.models import Mention
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def notices(monkeypatch):
    heard = []
    monkeypatch.setattr(live, "is_heard", lambda group: True)
    monkeypatch.setattr(
        live, "announce", lambda group, html="", data=None: heard.append((group, data))
    )
    return heard


@pytest.fixture
def desk(client, lin):
    client.force_login(lin)
    return client


def test_a_note_never_leaves(shop, session, lin):
    session.reply(lin, "text", {"content": "On its way"})
    note = session.note(lin, "She is cross, be kind")
    shop.work()
    assert shop.phone() == ["Where is my parcel?", "On its way"]
    note.refresh_from_db()
    assert (note.direction, note.status) == (Message.Direction.NOTE, "")
    assert shop.customer().budget_used == 1


def test_a_note_changes_nothing_of_the_session(lin):
    session = make_session(agent=lin)
    make_message(session, "Hello?")
    before = (session.latest_text, session.unread, session.waiting_since, session.first_reply_at)
    session.note(lin, "Looks like a regular")
    session.refresh_from_db()
    after = (session.latest_text, session.unread, session.waiting_since, session.first_reply_at)
    assert after == before


@pytest.mark.parametrize("state", [State.POOL, State.SERVICER])
def test_a_note_is_possible_while_wecom_has_the_session(desk, state):
    session = make_session(make_customer(state=state), is_native=True)
    assert desk.post(f"/sessions/{session.pk}/note/", {"note": "Watching"}).status_code == 302
    assert session.messages.get().text == "Watching"


def test_a_note_is_possible_after_the_end(desk):
    session = make_ended_session()
    desk.post(f"/sessions/{session.pk}/note/", {"note": "Refund it"})
    page = desk.get(f"/sessions/{session.pk}/").content.decode()
    assert "Refund it" in page
    assert "message--note" in page


def test_an_empty_note_is_refused(desk):
    session = make_session()
    answer = desk.post(f"/sessions/{session.pk}/note/", {"note": "  "})
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    assert not session.messages.exists()


def test_the_same_note_sent_twice_is_there_once(desk):
    session = make_session()
    for _ in range(2):
        desk.post(f"/sessions/{session.pk}/note/", {"note": "Once", "msgid": "a" * 32})
    assert session.messages.count() == 1


def test_a_stranger_to_the_account_writes_no_note(client):
    client.force_login(make_agent("eve", make_account("Shop")))
    foreign = make_session(make_customer(make_account("Other")))
    assert client.post(f"/sessions/{foreign.pk}/note/", {"note": "Hi"}).status_code == 404


def test_an_at_calls_a_colleague_and_tells_them(lin, notices, django_capture_on_commit_callbacks):
    session, wang = make_session(), make_agent("wang", display_name="王芳")
    with django_capture_on_commit_callbacks(execute=True):
        message = notes.write(session, lin, "@王芳请看一下, and @LIN too")
    assert list(Mention.objects.values_list("agent", "message")) == [(wang.pk, message.pk)]
    assert message.content["mentions"] == ["@LIN", "@王芳"]
    [(group, data)] = [heard for heard in notices if heard[0].startswith("user-")]
    assert group == f"user-{wang.pk}"
    assert f'href="/sessions/{session.pk}/"' in data["html"]["en"]
    assert "Lin named you in a note on Wang Fang" in data["html"]["en"]


@pytest.mark.parametrize("text", ["@linda", "lin@example.com", "@nobody", "lin", "@"])
def test_what_only_looks_like_a_name_calls_nobody(text, lin):
    make_agent("example", display_name="Exa")
    assert notes.mentioned(make_session(), text) == {}


def test_the_longest_name_is_called(lin):
    session, other = make_session(), make_agent("lw", display_name="Lin Wang")
    assert notes.mentioned(session, "@Lin Wang, yours") == {"@Lin Wang": [other]}


def test_who_does_not_serve_the_account_is_not_called(lin):
    session = make_session(make_customer(make_account("Shop")))
    make_agent("eve", make_account("Other"))
    gone = make_agent("gone", is_active=False)
    assert notes.mentioned(session, f"@eve @{gone.username}") == {}


def test_a_called_name_stands_out_in_the_thread(desk, lin):
    session = make_session()
    make_agent("wang", display_name="Wang")
    notes.write(session, lin, "Over to @Wang: see https://a.example/@Wang [微笑]")
    page = desk.get(f"/sessions/{session.pk}/").content.decode()
    assert page.count('<span class="message__mention">@Wang</span>') == 1
    assert 'aria-label="[微笑]"' in page
