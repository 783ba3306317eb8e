"""Files are served to those who may see the thread, and do no harm in the browser."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging import files, media
from messaging.models import Media
from messaging.simulator import samples
from tests.factories import make_account, make_agent, make_customer, make_message, make_session
from tests.pictures import picture

pytestmark = [pytest.mark.django_db, pytest.mark.both]

JPEG = "image/jpeg"


@pytest.fixture
def stored(db):
    """A customer's voice message, with its file."""
    session = make_session(make_customer(make_account()))
    message = make_message(session, kind="voice", content={"media_id": "m"})
    row = Media(
        account=session.account, customer=session.customer, message=message, kind="voice",
        key=files.new_key(), status=Media.Status.STORED, name="voice.amr", sha256="a" * 64,
    )  # fmt: skip
    files.keep(row, BytesIO(samples.voice(2)))
    row.save()
    return row


@pytest.fixture
def lin(client, stored):
    client.force_login(make_agent("lin"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(row, part="", query=""):
    return f"/media/{row.key}/{part}{query}"


def body(response):
    return b"".join(response.streaming_content)


def replace(row, data, name):
    row.name = name
    files.keep(row, BytesIO(data))
    row.save()


def test_a_file_is_given_to_who_may_see_the_thread(lin, stored):
    response = lin.get(url(stored))
    assert body(response) == samples.voice(2)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cache-Control"] == "private, max-age=3600"


def test_nobody_else_gets_it(client, stored):
    other = make_account("Other")
    client.force_login(
        make_agent("wei", other), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(url(stored)).status_code == 404
    assert client.get(url(stored, "playable/")).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, stored):
    assert client.get(url(stored)).status_code == 302


def test_a_file_of_no_message_is_nobodys(lin):
    upload = SimpleUploadedFile("a.txt", b"some words")
    _, row = media.attach(make_customer(make_account()), upload)
    assert lin.get(url(row)).status_code == 404


def test_what_is_not_known_to_be_harmless_is_only_ever_saved(lin, stored):
    replace(stored, b"<html><script>alert(1)</script>", "报价.html")
    response = lin.get(url(stored))
    assert response["Content-Type"] == files.UNKNOWN
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%8A%A5")


def test_a_picture_is_shown_unless_it_is_to_be_saved(lin, stored):
    replace(stored, picture(), "a.jpg")
    assert lin.get(url(stored))["Content-Disposition"].startswith("inline")
    assert lin.get(url(stored))["Content-Type"] == JPEG
    download = lin.get(url(stored, query="?download=1"))
    assert download["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-5", slice(0, 6)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-10", slice(-10, None)),
        ("bytes=5-999999", slice(5, None)),
    ],
)
def test_a_player_may_ask_for_a_part(lin, stored, asked, part):
    whole = body(lin.get(url(stored, "playable/")))
    response = lin.get(url(stored, "playable/"), headers={"Range": asked})
    piece = body(response)
    assert response.status_code == 206
    assert piece == whole[part]
    assert int(response["Content-Length"]) == len(piece)
    first = whole.index(piece)
    assert response["Content-Range"] == f"bytes {first}-{first + len(piece) - 1}/{len(whole)}"


def test_a_part_beyond_the_end_is_refused(lin, stored):
    response = lin.get(url(stored), headers={"Range": "bytes=999999-"})
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1306")


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=0-1,4-5", "lines=1-2", "bytes=-"])
def test_a_range_that_is_none_gets_the_whole(lin, stored, asked):
    assert lin.get(url(stored), headers={"Range": asked}).status_code == 200


def test_a_file_that_did_not_change_is_not_sent_again(lin, stored):
    etag = lin.get(url(stored))["ETag"]
    assert lin.get(url(stored), headers={"If-None-Match": etag}).status_code == 304
    assert lin.get(url(stored, "playable/"), headers={"If-None-Match": etag}).status_code == 200


def test_what_is_not_there_is_not_found(lin, stored):
    media.forget_files(stored)
    assert lin.get(url(stored)).status_code == 404
    Media.objects.update(playable="")
    assert lin.get(url(stored, "playable/")).status_code == 404
    assert lin.get("/media/nonsense/").status_code == 404
    assert lin.post(url(stored)).status_code == 405
