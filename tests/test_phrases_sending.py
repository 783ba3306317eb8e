"""A phrase in a reply: counted when it is sent, its file sent as a copy and uploaded once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messaging import library, media
from messaging.backends import Capabilities
from messaging.models import Media, Message
from sessions.models import Phrase
from tests.factories import (
    make_account,
    make_agent,
    make_connection,
    make_customer,
    make_phrase,
    make_session,
)
from tests.pictures import picture
from tests.wire import ALICE

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


@pytest.fixture
def session(lin):
    return make_session(make_customer(make_account("Shop")), lin)


def stored(account, name="sizes.png", data=None) -> Media:
    upload = SimpleUploadedFile(name, data or picture())
    return media.store(upload, account_id=account.pk)


def reply(client, session, **fields):
    return client.post(f"/sessions/{session.pk}/reply/", fields)


def out(session) -> list[Message]:
    return list(session.customer.messages.filter(direction="out").order_by("id"))


def test_a_phrase_is_counted_when_it_is_sent(client, session, lin):
    phrase = make_phrase(lin)
    reply(client, session, text="Hello", phrases=f"{phrase.pk},{phrase.pk}")
    phrase.refresh_from_db()
    assert phrase.uses == 1


def test_a_reply_that_is_refused_counts_nothing(client, session, lin):
    phrase = make_phrase(lin)
    assert reply(client, session, text="x" * 3000, phrases=phrase.pk).status_code == 422
    phrase.refresh_from_db()
    assert phrase.uses == 0


def test_phrases_of_others_are_neither_counted_nor_sent(client, session):
    wei = make_agent("wei")
    phrase = make_phrase(wei, media=stored(session.account))
    reply(client, session, text="Hello", phrases=phrase.pk)
    assert reply(client, session, text="Hello", phrase_media=phrase.pk).status_code == 422
    phrase.refresh_from_db()
    assert phrase.uses == 0
    assert [message.kind for message in out(session)] == ["text"]


def test_its_file_goes_before_the_text(client, session, lin):
    phrase = make_phrase(lin, media=stored(session.account))
    reply(client, session, text="Our sizes", phrase_media=phrase.pk, msgid="a" * 32)
    image, text = out(session)
    assert (image.kind, text.kind, text.msgid) == ("image", "text", "a" * 32)
    assert image.media.file.name == phrase.media.file.name
    assert image.media.customer == session.customer
    assert b"".join(client.get(f"/media/{image.media.key}/").streaming_content)
    phrase.refresh_from_db()
    assert phrase.uses == 1


def test_a_file_goes_without_any_text(client, session, lin):
    phrase = make_phrase(lin, body="", media=stored(session.account))
    reply(client, session, text="", phrase_media=phrase.pk)
    assert [message.kind for message in out(session)] == ["image"]


def test_a_file_and_a_phrases_file_and_a_text_are_three_messages(client, session, lin):
    phrase = make_phrase(lin, media=stored(session.account))
    upload = SimpleUploadedFile("a.txt", b"some words")
    reply(client, session, text="Both", phrase_media=phrase.pk, file=upload)
    assert [message.kind for message in out(session)] == ["image", "file", "text"]


def test_a_file_that_is_gone_keeps_the_text(client, session, lin):
    phrase = make_phrase(lin)
    answer = reply(client, session, text="Our sizes", phrase_media=phrase.pk)
    assert answer.status_code == 422
    assert "Our sizes" in answer.content.decode()
    assert not out(session)


# --- uploaded once --------------------------------------------------------------------------------


class Uploads:
    """A backend that counts."""

    capabilities = Capabilities()

    def __init__(self) -> None:
        self.count = 0

    def upload(self, *_) -> str:
        self.count += 1
        return f"media-{self.count}"


@pytest.fixture
def original(session):
    return stored(session.account)


def send(original, session) -> Media:
    copied = library.copy(original, session.customer)
    message = session.reply(session.agent, copied.kind, {"name": copied.name})
    media.bind(copied, message)
    return Media.objects.select_related("account").get(pk=copied.pk)


def test_messages_of_one_phrase_share_the_upload_while_it_is_fresh(session, original):
    backend = Uploads()
    ids = {media.ensure_uploaded(send(original, session), backend) for _ in range(3)}
    assert (ids, backend.count) == ({"media-1"}, 1)
    Media.objects.update(uploaded_at=timezone.now() - timedelta(hours=61))
    assert media.ensure_uploaded(send(original, session), backend) == "media-2"


def test_another_corp_has_an_upload_of_its_own(session, original):
    corp = make_connection(name="Another corp")
    abroad = make_session(make_customer(make_account("Abroad", connection=corp)), session.agent)
    backend, other = Uploads(), Uploads()
    assert media.ensure_uploaded(send(original, session), backend)
    assert [media.ensure_uploaded(send(original, abroad), other) for _ in range(2)]
    assert (backend.count, other.count) == (1, 1)


def test_a_file_of_the_library_is_not_swept_away_unsent(original):
    Media.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert media.discard_unsent() == 0
    assert original.file.storage.exists(original.file.name)


def test_what_was_sent_keeps_its_file_when_the_phrase_goes(session, original):
    copied = send(original, session)
    library.forget(original)
    assert not Media.objects.filter(customer=None).exists()
    assert copied.file.read()
    assert media.ensure_uploaded(copied, Uploads()) == "media-1"


def test_a_file_that_was_never_sent_goes_with_its_phrase(original):
    library.forget(original)
    assert not original.file.storage.exists(original.file.name)


def test_a_row_that_shares_a_file_does_not_take_it_along(session, original):
    media.forget_files(send(original, session))
    assert original.file.storage.exists(original.file.name)


def test_the_customer_gets_the_picture_of_a_phrase_uploaded_once(client, shop, lin):
    shop.says("What sizes are there?")
    shop.work()
    session = lin.sessions().get(customer__external_id=ALICE)
    phrase = make_phrase(lin, media=stored(session.account))
    for _ in range(2):
        reply(client, session, text="", phrase_media=phrase.pk)
    shop.work()
    assert [m.status for m in out(session)] == ["accepted", "accepted"]
    assert Media.objects.exclude(media_id="").count() == 1
    assert Phrase.objects.get().uses == 2
