"""Files are rescued before the platform forgets them, kept, served, and uploaded again."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from messaging import failures, files, media, rescue, sync
from messaging.backends import SendError, backend_for
from messaging.models import Connection, Media
from messaging.simulator import samples
from tests.factories import make_account, make_customer, make_message, make_session
from tests.pictures import picture
from tests.wire import ALICE

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def only_file() -> Media:
    return Media.objects.get()


def due_again() -> None:
    Media.objects.filter(due_at__isnull=False).update(due_at=timezone.now(), lease_owner="")


# --- fetched ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
def test_what_a_customer_sends_is_here_when_the_platform_forgets_it(shop, kind):
    data = samples.SAMPLES[kind][1]()
    shop.shows(kind, data=data)
    shop.work()
    stored = only_file()
    assert stored.status == Media.Status.STORED
    assert stored.message == shop.rows()[-1]
    assert stored.file.read() == data
    assert (stored.size, len(stored.sha256), stored.due_at) == (len(data), 64, None)


def test_a_file_keeps_its_name_and_lies_under_another(shop):
    shop.shows("file", filename="报价 单.pdf", data=b"%PDF-1.4 and more")
    shop.work()
    assert only_file().name == "报价 单.pdf"
    assert "pdf" not in only_file().file.name


def test_a_voice_message_can_be_played_and_says_how_long_it_is(shop):
    shop.shows("voice", data=samples.voice(4))
    shop.work()
    assert only_file().seconds == pytest.approx(4, abs=0.1)
    assert only_file().playable_type == "audio/mp4"


def test_a_large_picture_has_a_smaller_self_for_the_thread(shop):
    shop.shows("image", data=picture(2000, 1000))
    shop.work()
    stored = only_file()
    assert (stored.width, stored.height) == (2000, 1000)
    with Image.open(stored.playable) as preview:
        assert (preview.format, preview.size) == ("WEBP", (720, 360))


def test_the_page_hears_when_the_file_has_come(shop, monkeypatch):
    told = []
    monkeypatch.setattr(rescue, "announce_message", told.append)
    shop.shows("image")
    shop.work()
    assert [message.media.status for message in told] == [Media.Status.STORED]


def test_a_message_without_an_id_has_no_file(shop):
    session = make_session(make_customer(shop.account))
    media.want(make_message(session, kind="image"))
    assert not Media.objects.exists()


@pytest.mark.parametrize("fault", ["reset", "garbage", "invalidate_token"])
def test_a_fault_that_passes_only_delays(shop, fault):
    shop.shows("image")
    shop.simulator.fault(fault, api="media/get", count=2)
    shop.work()
    for _ in range(3):
        due_again()
        shop.work()
    assert only_file().status == Media.Status.STORED


@pytest.mark.parametrize("errcode", [-1, 45009, 60020, 987654])
def test_an_error_that_time_may_mend_is_tried_again_later(shop, errcode):
    shop.shows("image")
    shop.simulator.fault("errcode", api="media/get", errcode=errcode)
    shop.work()
    waiting = only_file()
    assert (waiting.status, waiting.attempts) == (Media.Status.WANTED, 1)
    assert waiting.due_at > timezone.now() - timedelta(seconds=1)
    due_again()
    shop.work()
    assert only_file().status == Media.Status.STORED


def test_what_the_platform_has_forgotten_is_lost_and_says_so(shop):
    shop.shows("image")
    shop.simulator.fault("errcode", api="media/get", errcode=40007)
    shop.work()
    lost = only_file()
    assert (lost.status, lost.due_at) == (Media.Status.LOST, None)
    assert lost.error.startswith("40007")


def test_the_pauses_grow_and_end_with_the_life_of_the_id(shop):
    waiting = Media(created_at=timezone.now(), status=Media.Status.WANTED)
    pauses = []
    for _ in range(6):
        rescue._put_off(waiting, SendError(failures.NETWORK))
        pauses.append(round((waiting.due_at - timezone.now()).total_seconds()))
    assert pauses == [1, 5, 30, 300, 3600, 3600]
    waiting.created_at -= timedelta(days=3)
    rescue._put_off(waiting, SendError(failures.NETWORK))
    assert waiting.status == Media.Status.LOST


def test_a_file_over_the_limit_is_not_read_to_its_end(shop, settings):
    settings.KF_MEDIA_BYTES = 1000
    shop.shows("file", data=b"x" * 200_000)
    shop.work()
    assert only_file().status == Media.Status.LOST
    assert only_file().error.startswith("45001")


def test_a_connection_that_is_switched_off_is_left_alone(shop):
    shop.shows("image")
    sync.pull("test-worker")
    Connection.objects.update(is_enabled=False)
    assert media.fetch("test-worker") == 0
    Connection.objects.update(is_enabled=True)
    assert media.fetch("test-worker") == 1


def test_a_full_disk_loses_nothing(shop, monkeypatch):
    shop.shows("image")
    keep = files.keep
    monkeypatch.setattr(files, "keep", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    shop.work()
    assert only_file().status == Media.Status.WANTED
    monkeypatch.setattr(files, "keep", keep)
    due_again()
    shop.work()
    assert only_file().status == Media.Status.STORED


def test_who_lost_the_lease_leaves_row_and_storage_alone(shop, monkeypatch):
    shop.shows("image")
    keep = files.keep

    def keep_too_late(row, file):
        keep(row, file)
        Media.objects.filter(pk=row.pk).update(lease_owner="another")

    monkeypatch.setattr(files, "keep", keep_too_late)
    shop.work()
    stolen = only_file()
    assert (stolen.status, stolen.file.name) == (Media.Status.WANTED, "")
    assert not stolen.file.storage.exists(files_path(stolen))


def files_path(row: Media) -> str:
    return row.file.field.generate_filename(row, row.key)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_during_a_download(shop, monkeypatch):
    seen = []

    def look(*_):
        seen.append(connection.in_atomic_block)

    monkeypatch.setattr(rescue, "_download", look)
    shop.shows("image")
    shop.work()
    assert seen == [False]


def test_json_of_a_customer_is_a_file_and_not_an_error(shop):
    data = json.dumps({"errcode": 0, "a": 1}).encode()
    shop.shows("file", filename="data.json", data=data)
    shop.work()
    assert only_file().status == Media.Status.STORED


# --- sent ---------------------------------------------------------------------------------------


def attach(name: str, data: bytes):
    return media.attach(make_customer(make_account()), SimpleUploadedFile(name, data))


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.JPG", picture(), "image"),
        ("a.png", picture(kind="PNG"), "image"),
        ("a.gif", picture(kind="GIF"), "file"),
        ("a.mp4", samples.video(), "video"),
        ("a.amr", samples.voice(2), "voice"),
        ("a.pdf", b"%PDF-1.4 whatever", "file"),
        ("a.jpg", b"not a picture at all", "file"),
        ("a.jpg", picture()[:300], "file"),
        ("a.txt", picture(), "file"),
    ],
)
def test_a_file_goes_out_as_what_it_is(name, data, kind):
    found, row = attach(name, data)
    assert (found, row.kind, row.status) == (kind, kind, Media.Status.STORED)
    assert row.file.read() == data
    assert row.name == name


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"12345", "under 6 bytes"),
        ("a.jpg", picture() + bytes(2 * media.MB), "A picture may be"),
        ("a.mp4", samples.video() + bytes(10 * media.MB), "A video may be"),
        ("a.zip", bytes(20 * media.MB + 1), "A file may be"),
        ("a.amr", samples.voice(61), "60 seconds"),
    ],
)
def test_a_file_wecom_would_not_take_is_refused_with_the_reason(name, data, why):
    with pytest.raises(media.FileRefused, match=why):
        attach(name, data)
    assert not Media.objects.exists()


def test_an_attached_file_belongs_to_the_message_that_sends_it():
    _, row = attach("a.txt", b"some words")
    message = make_message(make_session(row.customer), kind="file", ours=True)
    media.bind(row, message)
    assert Media.objects.get(message=message) == row


@pytest.fixture
def outgoing(shop):
    """A file for Alice that was never uploaded, and the backend."""
    shop.says()
    shop.work()
    _, row = media.attach(shop.customer(ALICE), SimpleUploadedFile("报价.txt", b"nine yuan"))
    return row, backend_for(shop.connection)


def test_a_file_is_uploaded_once_while_the_platform_keeps_it(outgoing):
    row, backend = outgoing
    media_id = media.ensure_uploaded(row, backend)
    assert media.ensure_uploaded(Media.objects.get(pk=row.pk), backend) == media_id
    with backend.download(media_id) as response:
        assert response.read() == b"nine yuan"


def test_a_file_is_uploaded_again_before_its_id_dies(outgoing):
    row, backend = outgoing
    first = media.ensure_uploaded(row, backend)
    row.uploaded_at -= timedelta(hours=61)
    assert media.ensure_uploaded(row, backend) != first


def test_a_file_that_is_gone_fails_the_send_with_a_sentence(outgoing):
    row, backend = outgoing
    media.forget_files(row)
    with pytest.raises(SendError) as caught:
        media.ensure_uploaded(row, backend)
    assert "could not be uploaded" in str(caught.value.failure.sentence)


def test_what_was_attached_and_never_sent_is_deleted_after_a_day():
    _, row = attach("a.txt", b"some words")
    assert media.discard_unsent() == 0
    Media.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert media.discard_unsent() == 1
    assert not row.file.storage.exists(row.file.name)
