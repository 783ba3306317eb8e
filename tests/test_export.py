"""Transcripts as files: what they hold, who may have them, and that it is said in the thread."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from messaging.models import Media
from sessions import transcript_pdf
from sessions.transcript import Transcript
from tests.factories import (
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_messages,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
CHINESE = "您好,我想退款 😀👍🏽 ñandú 한국어 ∰"


@pytest.fixture
def lin(client):
    lin = make_agent("lin", time_zone="Asia/Tokyo")
    client.force_login(lin)
    return lin


@pytest.fixture
def mine(lin):
    return make_session(make_customer(nickname="王芳"), lin)


def exported(client, session, format="txt", **fields):
    data = {"what": "session", "format": format, **fields}
    answer = client.post(f"/sessions/{session.pk}/export/", data)
    return answer, answer.getvalue()


def test_a_text_names_who_said_what_and_when_in_the_agents_zone(client, mine):
    make_message(mine, "Where is\nmy parcel?", sent_at=datetime(2026, 11, 1, 20, 5, tzinfo=UTC))
    make_message(mine, CHINESE, ours=True)
    answer, body = exported(client, mine)
    text = body.decode()
    assert "== 2026-11-02 ==\n05:05 王芳: Where is\n      my parcel?\n" in text
    assert f"Lin: {CHINESE}" in text
    assert "Asia/Tokyo" in text
    assert "attachment" in answer["Content-Disposition"]


def test_the_thread_says_that_it_was_exported(client, mine, lin):
    exported(client, mine, "pdf", what="all", notes="1")
    event = mine.messages.get(kind="export")
    assert event.author == lin
    assert event.content == {"format": "pdf", "whole": True, "notes": True}
    html = client.get(f"/sessions/{mine.pk}/").content.decode()
    assert "Lin exported the whole history (PDF) with internal notes" in " ".join(html.split())


def test_notes_come_along_only_if_asked_for(client, mine):
    mine.note(mine.agent, "He is rude")
    for format in ("txt", "html"):
        assert b"He is rude" not in exported(client, mine, format)[1]
        assert b"He is rude" in exported(client, mine, format, notes="1")[1]


def test_the_whole_history_has_the_other_sessions_too(client, mine):
    past = make_ended_session(mine.customer, opened_at=timezone.now() - timedelta(days=9))
    make_message(past, "Long ago")
    assert b"Long ago" not in exported(client, mine)[1]
    assert b"Long ago" in exported(client, mine, what="all")[1]


def test_a_page_needs_nothing_beside_it_and_takes_no_orders(client, mine):
    make_message(mine, "<script>alert(1)</script>")
    picture(mine)
    answer, body = exported(client, mine, "print")
    assert b"<script" not in body
    assert b"&lt;script&gt;" in body
    assert b'src="data:image/png;base64,' in body
    assert b"<link" not in body
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Content-Disposition" not in answer


def test_files_are_listed_by_name_and_size(client, mine):
    message = make_message(mine, "", kind="file")
    Media.objects.create(account=mine.account, message=message, key="a" * 32, kind="file", status="stored", name="bill.pdf", size=2048)  # fmt: skip
    assert "[File] bill.pdf (2.0\xa0KB)" in exported(client, mine)[1].decode()


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_picture_that_is_none_spoils_no_export(client, mine, data):
    picture(mine, data)
    assert exported(client, mine, "pdf")[1].startswith(b"%PDF-")
    assert exported(client, mine, "html")[0].status_code == 200


def test_a_pdf_takes_any_script_emoji_and_pictures(client, mine):
    make_message(mine, CHINESE + "\u0007\u200b" + "x" * 3000)
    picture(mine)
    _answer, body = exported(client, mine, "pdf")
    assert body.startswith(b"%PDF-")
    assert b"STSong-Light" in body
    assert b"/Subtype /Image" in body


def test_in_a_pdf_each_character_is_in_a_font_that_has_it():
    said = transcript_pdf.marked("Hi 王 한 😀 <b>")
    assert '<font name="STSong-Light">王</font>' in said
    assert '<font name="HYSMyeongJo-Medium">한</font>' in said
    assert "[grinning face]" in said
    assert "&lt;b&gt;" in said


def test_a_long_history_is_cut_in_a_pdf_and_says_so(client, mine, monkeypatch):
    monkeypatch.setattr(transcript_pdf, "MOST", 3)
    make_messages(mine, 5)
    said = [str(line) for line in Transcript(mine, mine.agent).lines(most=4)]
    assert len(said) == 4
    assert "Message 5" in said[-1]
    told = list(transcript_pdf._story(Transcript(mine, mine.agent)))
    assert any("Only the newest 3 rows" in getattr(part, "text", "") for part in told)


def test_an_export_costs_the_same_however_long_it_is(mine, django_assert_num_queries):
    make_messages(mine, 40)
    told = Transcript(mine, mine.agent)
    str(told.session.customer), str(told.session.account)
    with django_assert_num_queries(2):
        assert len(list(told.lines())) == 40


@pytest.mark.parametrize("name", ["../../etc/passwd", 'a"; rm -rf', "..", "王芳\r\nX: y", "😀"])
def test_file_names_are_safe(mine, name):
    mine.customer.nickname = name
    made = Transcript(mine, mine.agent).file_name("txt")
    assert not set(made) & set('/\\"\r\n;')
    assert not made.startswith(".")
    assert made.endswith(".txt")


def test_only_who_may_see_a_session_exports_it(client, mine):
    client.force_login(make_agent("sam", serves_all=False))
    assert client.post(f"/sessions/{mine.pk}/export/", {}).status_code == 404
    assert client.get(f"/sessions/{mine.pk}/export/").status_code == 404


def test_what_is_not_offered_is_asked_again(client, mine):
    answer, body = exported(client, mine, "exe")
    assert b"With internal notes" in body
    assert not mine.messages.filter(kind="export").exists()


def picture(session, data=None):
    if data is None:
        file = io.BytesIO()
        Image.new("RGBA", (40, 30), "red").save(file, "PNG")
        data = file.getvalue()
    message = make_message(session, kind="image")
    stored = Media(
        account=session.account, message=message, key="b" * 32, kind="image", status="stored",
        content_type="image/png", name="red.png", size=len(data),
    )  # fmt: skip
    stored.file.save("red.png", ContentFile(data))
    return stored
