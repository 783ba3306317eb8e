"""Files of staffService over real HTTP: where the app says they lie, and where we say ours do."""

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kfconsole import checkup
from messaging import library, media, rescue, sharing
from messaging.backends.staffservice import wire
from messaging.models import Media, Message
from messaging.simulator import samples
from tests.factories import make_agent
from tests.pictures import picture
from tests.staff_site import WANG, drawn
from tests.strangers import Stranger
from tests.wire import outcome

pytest_plugins = ["tests.staff_site"]
pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stranger():
    running = Stranger()
    yield running
    running.stop()


@pytest.fixture
def lin():
    return make_agent("lin")


def send_file(chat, lin, name: str, data: bytes) -> Message:
    kind, stored = media.attach(chat.session.customer, SimpleUploadedFile(name, data))
    sent = chat.session.reply(lin, kind, {"name": name})
    media.bind(stored, sent)
    chat.work()
    return sent


# --- files from customers --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
@pytest.mark.parametrize("by_path", [False, True])
def test_what_a_customer_sends_is_fetched_and_kept(chat, kind, by_path):
    chat.choose(media_base_url=chat.app.base_url)
    data = samples.SAMPLES[kind][1]()
    message = chat.says(kind, data=data, filename="照片 1.bin", by_path=by_path)
    assert message.kind == kind
    assert message.media.status == Media.Status.STORED
    assert message.media.file.read() == data
    assert message.media.name == "照片 1.bin"


def test_a_voice_message_can_be_played(chat):
    message = chat.says("voice", data=samples.voice(2))
    assert message.media.playable_type == "audio/mp4"
    assert "<audio" in drawn(message)


def test_a_path_without_a_base_says_so_and_is_fetched_when_there_is_one(chat):
    message = chat.says("image", by_path=True)
    assert "nobody has said where its files lie" in drawn(message)
    chat.connection.refresh_from_db()
    assert "on the connection's page" in str(chat.connection.fault.remedy)
    assert "paths of files" in " ".join(found.what for found in checkup._files_of(chat.connection))
    chat.choose(media_base_url=chat.app.base_url)
    assert rescue.want_again(chat.connection) == 1
    chat.work()
    assert "<img" in drawn(message)


def test_what_lies_in_our_own_network_is_not_fetched_but_can_be_opened(chat, stranger):
    chat.choose(allow_private_media=False)
    address = f"{stranger.url}/picture"
    message = chat.says("image", content=address)
    page = drawn(message)
    assert "public web addresses only" in page
    assert f'href="{address}" target="_blank" rel="noopener noreferrer"' in page
    assert not stranger.heard
    chat.choose(allow_private_media=True)
    assert rescue.want_again(chat.connection) == 1
    chat.work()
    assert "<img" in drawn(message)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/page", "not such a file"),
        ("/page-as-picture", "not such a file"),
        ("/error", "not such a file"),
        ("/gone", "There is no file at its address"),
        ("/to?http://169.254.169.254/latest", "public web addresses only"),
        ("/to?file:///etc/passwd", "public web addresses only"),
    ],
)
def test_what_is_no_such_file_says_why(chat, stranger, path, words):
    message = chat.says("image", content=stranger.url + path)
    assert message.media.status == Media.Status.LOST
    assert words in drawn(message)


def test_too_much_is_not_kept(chat, stranger, settings):
    settings.KF_MEDIA_BYTES = 200_000
    message = chat.says("file", content=f"{stranger.url}/endless")
    assert "too large" in drawn(message)


def test_a_server_that_is_away_is_asked_again(chat, stranger):
    message = chat.says("image", content=f"{stranger.url}/zipped")
    assert message.media.status == Media.Status.WANTED
    assert "Being fetched from the app" in drawn(message)


def test_an_address_that_is_too_long_for_any_server_is_kept_as_it_came(chat):
    message = chat.says("image", content="https://files.example/" + 3000 * "x")
    assert message.kind == "unsupported"


def test_a_path_may_have_an_address_in_it():
    assert (
        wire.address_in("/a?of=http://x", "https://f.example/") == "https://f.example/a?of=http://x"
    )
    assert wire.address_in("http://x/a", "https://f.example/") == "http://x/a"


def test_what_is_no_web_address_is_not_a_link(chat):
    message = chat.says("image", content="javascript://alert(1)")
    assert message.media.status == Media.Status.LOST
    assert "javascript:" not in drawn(message)


# --- files to customers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.jpg", picture(), "image"),
        ("报价 单.pdf", b"%PDF-1.4 and more", "file"),
        ("a.mp4", samples.video() + bytes(100), "video"),
    ],
)
def test_what_an_agent_sends_is_fetched_by_the_app(chat, lin, name, data, kind):
    chat.says(content="Hello")
    sent = send_file(chat, lin, name, data)
    assert outcome(sent) == "accepted"
    line = chat.app.transcript(user_id=WANG)[-1]
    assert line["msgtype"] == kind
    assert chat.app.file(line["content"]["media_id"]) == data
    assert chat.app.calls()[-1]["request"]["WorkerName"] == "Lin"


def test_a_recording_goes_out_as_what_every_browser_plays(chat, lin):
    chat.says(content="Hello")
    send_file(chat, lin, "a.amr", samples.voice(2))
    address = chat.app.calls()[-1]["request"]["Content"]
    answer = httpx.get(address)
    assert answer.headers["content-type"] == "audio/mp4"
    assert address.endswith(".m4a")


def test_a_file_of_the_library_goes_out_to_many(chat, lin):
    """Each message has an address of its own; the file is one."""
    chat.says(content="Hello")
    upload = SimpleUploadedFile("price.pdf", b"%PDF-1.4 prices")
    original = media.store(upload, account_id=chat.session.account_id)
    for _ in range(2):
        sent = chat.session.reply(lin, "file", {"name": "price.pdf"})
        media.bind(library.copy(original, chat.session.customer), sent)
        chat.work()
    addresses = [call["request"]["Content"] for call in chat.app.calls()]
    assert len(set(addresses)) == 2
    assert [httpx.get(one).content for one in addresses] == 2 * [b"%PDF-1.4 prices"]


def test_an_address_is_for_one_file_and_runs_out(chat, lin, monkeypatch):
    chat.says(content="Hello")
    send_file(chat, lin, "page.html", b"<script>alert(1)</script>")
    address = chat.app.calls()[-1]["request"]["Content"]
    answer = httpx.get(address)
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "set-cookie" not in answer.headers
    token = sharing._signer.sign(Media.objects.get().key)
    for broken in (token[:-1], token.partition(":")[0], "x" + token):
        assert httpx.get(f"{chat.address}/shared/{broken}/page.html").status_code == 404
    monkeypatch.setattr(sharing, "LIFE", -sharing.LIFE)
    assert httpx.get(address).status_code == 404


def test_a_file_that_was_not_sent_has_no_address(chat, lin):
    chat.says(content="Hello")
    _, stored = media.attach(chat.session.customer, SimpleUploadedFile("a.pdf", b"%PDF-1.4 x"))
    assert httpx.get(sharing.address_of(stored)).status_code == 404


def test_without_a_public_address_files_are_not_offered(chat, lin, client, settings):
    chat.says(content="Hello")
    client.force_login(lin)
    assert (
        'data-text-only="yes"' not in client.get(f"/sessions/{chat.session.pk}/").content.decode()
    )
    settings.KF_PUBLIC_URL, settings.KF_DEMO = "http://127.0.0.1:8000", False
    assert 'data-text-only="yes"' in client.get(f"/sessions/{chat.session.pk}/").content.decode()
