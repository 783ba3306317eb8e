"""staffService over real HTTP, with an app as strict as is known: words, files, endings, accidents."""

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from kfconsole import checkup
from messaging import media, outbox, rescue, sharing
from messaging.models import Media, Message
from messaging.simulator import samples
from sessions import surveys
from sessions.models import Session, Survey
from tests.factories import make_agent
from tests.pictures import picture
from tests.staff_site import WANG, running_site
from tests.strangers import Stranger
from tests.wire import outcome, reply

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chat(settings):
    with running_site(settings) as site:
        yield site


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


def drawn(message: Message) -> str:
    message = Message.objects.select_related("media", "account", "customer").get(pk=message.pk)
    return render_to_string("messaging/_message.html", {"message": message})


# --- a day of a customer ---------------------------------------------------------------------------


def test_from_the_first_word_to_the_rating(chat, lin):
    chat.app.ask_human(user_id=WANG)
    chat.says(content="我的包裹在哪里？")
    session = chat.session
    assert str(session.customer) == "王芳"
    reply(session, lin, "在路上了")
    session.refresh_from_db()
    session.transfer_to_agent(wei := make_agent("wei"), by=lin)
    reply(session, wei, "明天到")
    session.refresh_from_db()
    session.end(wei, survey=surveys.question)
    chat.work()
    page = chat.page()
    assert page[1:4] == [
        ("customer", "我的包裹在哪里？"),
        ("agent", "在路上了"),
        ("agent", "明天到"),
    ]
    assert "5 非常满意" in page[4][1]
    chat.says(content="5")
    assert Survey.objects.get().rating == 5
    assert Session.objects.count() == 1
    assert not [call for call in chat.app.calls() if call["errcode"] or call["is_repeated"]]


def test_a_call_that_the_app_repeats_is_stored_once(chat):
    for _ in range(2):
        chat.says(content="Hello", tag={"MsgId": "m1"})
    assert Message.objects.count() == 1


def test_demand_and_leavemessage_come_through_the_same_door(chat):
    chat.app.demand(user_id=WANG, content="Help")
    chat.app.leave(user_id=WANG, subject="Bill", content="Wrong")
    chat.work()
    assert [m.text for m in Message.objects.order_by("id")] == ["Help", "Bill\nWrong"]


def test_a_wrong_secret_is_told_and_leaves_nothing(chat):
    body = {"FromUserId": WANG, "MsgType": "text", "Content": "Hello"}
    answer = chat.app.post(call="message", body=body, secret="another")
    assert answer["errcode"] == 30003
    chat.work()
    assert not Message.objects.exists()


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


# --- accidents -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["reset_after", "garbage"])
def test_a_lost_answer_is_unknown_and_goes_again_when_an_agent_says_so(chat, lin, fault):
    chat.says(content="Hello")
    chat.app.fault(kind=fault)
    sent = reply(chat.session, lin, "您好")
    chat.work()
    assert outcome(sent) == "unknown"
    assert "it may have arrived" in drawn(sent)
    chat.work()
    assert len(chat.app.calls()) == 1
    assert outbox.retry(sent)
    chat.work()
    assert outcome(sent) == "accepted"
    assert [call["is_repeated"] for call in chat.app.calls()] == [False, True]


def test_what_did_not_arrive_goes_again_by_itself_only_when_that_is_certain(chat, lin):
    chat.says(content="Hello")
    chat.app.fault(kind="reset")
    sent = reply(chat.session, lin, "您好")
    chat.work()
    assert outcome(sent) == "unknown"  # the connection broke off: nobody can tell


@pytest.mark.parametrize("fault", [{"kind": "errcode", "errcode": 40001}, {"kind": "status_500"}])
def test_what_the_app_refuses_has_failed(chat, lin, fault):
    chat.says(content="Hello")
    chat.app.fault(**fault)
    sent = reply(chat.session, lin, "您好")
    chat.work()
    assert outcome(sent) == "failed"


# --- as was chosen for a connection ----------------------------------------------------------------


def test_how_old_a_call_may_be_is_the_connections_own(chat, monkeypatch):
    from messaging.backends.staffservice import views
    from messaging.hooks import Refused

    query, moment = {"timestamp": "1407812629434"}, 1407812629 + 400
    query["signature"] = "82f369268e6a8ea96b0731fe4acdd823cdc122d0"
    monkeypatch.setattr(views.time, "time", lambda: moment)
    with pytest.raises(Refused):
        views.Door(chat.connection)._check(query, chat.connection.identity)
    for seconds in (500, 0):
        chat.choose(stale_seconds=seconds)
        views.Door(chat.connection)._check(query, chat.connection.identity)
