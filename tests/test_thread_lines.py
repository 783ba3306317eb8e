"""What a thread shows between and inside its messages: lines, faces, files, what was taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messaging import emoji
from messaging.models import Media, Message
from messaging.templatetags.transcript import words
from sessions.models import Survey
from tests.factories import (
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_session,
)
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, lin):
    client.force_login(lin)
    return client


def page_of(desk, session, **query):
    return desk.get(f"/sessions/{session.pk}/", query).content.decode()


def begun(customer, text, **fields):
    """A session that a message has opened."""
    make = make_ended_session if fields.pop("ended", False) else make_session
    session = make(customer, **fields)
    make_message(session, text, sent_at=session.opened_at)
    return session


def test_earlier_sessions_are_parted_by_a_line_that_says_whose_they_were(desk, lin):
    customer = make_customer()
    earlier = begun(customer, "Last week", agent=make_agent("wang"), ended=True)
    Survey.objects.create(session=earlier, rating=4)
    session = begun(customer, "Today", agent=lin, opened_at=timezone.now())
    page = page_of(desk, session)
    first, second = (page.index(f'id="boundary-{one.pk}"') for one in (earlier, session))
    assert first < page.index("Last week") < second
    assert "Wang" in page[first:second]
    assert "Rated 4 of 5" in page[first:second]


def test_a_session_that_begins_with_several_messages_has_one_line(desk, lin):
    session = begun(make_customer(), "Hello", agent=lin)
    make_message(session, "Is anybody there?", sent_at=session.opened_at)
    page = page_of(desk, session)
    assert page.count(f'id="boundary-{session.pk}"') == 1
    assert page.index(f'id="boundary-{session.pk}"') < page.index('class="message__text">Hello')


def test_what_is_new_has_a_line_above_it_for_its_agent_alone(desk, client, lin):
    session = make_session(agent=lin)
    make_message(session, "known")
    session.unread = 0
    session.save()
    make_message(session, "fresh")
    page = page_of(desk, session)
    assert (
        page.index("known")
        < page.index('id="new-line"')
        < page.index('class="message__text">fresh')
    )
    client.force_login(make_agent("wang"))
    assert 'id="new-line"' not in page_of(client, session)


def test_nothing_new_has_no_line(desk, lin):
    session = make_session(agent=lin)
    make_message(session, "Hello", ours=True)
    assert 'id="new-line"' not in page_of(desk, session)


def test_a_page_that_missed_an_undo_is_told(desk, lin):
    session = make_session(agent=lin)
    gone = make_message(session, "oops", ours=True, status="queued")
    pk = gone.pk
    Message.objects.filter(pk=pk).delete()
    kept = make_message(session, "kept", ours=True)
    answer = desk.get(
        "/sessions/since/", {"session": session.pk, "after": 0, "unsure": f"{pk},{kept.pk}"}
    )
    assert f'hx-target="#message-{pk}" hx-swap="delete"' in answer.content.decode()
    assert f'hx-target="#message-{kept.pk}" hx-swap="delete"' not in answer.content.decode()


def test_wechats_faces_are_drawn_and_unknown_codes_stay_text():
    found = [(piece.text, piece.face) for piece in words({"content": "好的[OK][Smile][没有]"})]
    assert found == [("好的", ""), ("[OK]", "👌"), ("[Smile]", "🙂"), ("[没有]", "")]


def test_every_face_of_the_picker_is_in_the_table():
    assert all(glyph for _text, glyph in emoji.PICKER)
    assert len(emoji.FACES) > 150


def upload(desk, session, name, data):
    file = SimpleUploadedFile(name, data)
    return desk.post(f"/sessions/{session.pk}/files/", {"file": file})


def test_files_are_kept_when_they_are_chosen_and_sent_in_their_order(desk, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session = make_session(agent=lin)
    keys = [
        upload(desk, session, "b.txt", b"some words").json()["key"],
        upload(desk, session, "a.png", picture(kind="PNG")).json()["key"],
    ]
    desk.post(f"/sessions/{session.pk}/reply/", {"media": keys, "text": "Both of them"})
    sent = session.messages.filter(direction="out").order_by("id")
    assert [message.kind for message in sent] == ["file", "image", "text"]
    session.customer.refresh_from_db()
    assert session.customer.budget_used == 3


def test_a_file_is_sent_once_and_only_to_whom_it_was_meant(desk, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session, other = make_session(agent=lin), make_session(agent=lin)
    key = upload(desk, session, "a.txt", b"some words").json()["key"]
    assert desk.post(f"/sessions/{other.pk}/reply/", {"media": key}).status_code == 422
    assert desk.post(f"/sessions/{session.pk}/reply/", {"media": key}).status_code == 302
    assert desk.post(f"/sessions/{session.pk}/reply/", {"media": key}).status_code == 422


def test_a_file_that_cannot_be_sent_says_why_at_once(desk, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    answer = upload(desk, make_session(agent=lin), "a.txt", b"x")
    assert answer.status_code == 422
    assert "empty or nearly so" in answer.json()["reason"]


def test_a_file_taken_back_is_free_again(desk, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session = make_session(agent=lin)
    key = upload(desk, session, "a.txt", b"some words").json()["key"]
    desk.post(f"/sessions/{session.pk}/reply/", {"media": key})
    session.take_back(lin, session.messages.get(direction="out"))
    assert Media.objects.get(key=key).message is None
