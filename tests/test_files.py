"""What a file is and what it is called, whatever a stranger says of it."""

from io import BytesIO

import pytest
from PIL import Image

from messaging import files
from messaging.simulator import samples
from tests.pictures import picture

JPEG = "image/jpeg"


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (picture()[:64], JPEG),
        (picture(kind="PNG")[:64], "image/png"),
        (picture(kind="WEBP")[:64], "image/webp"),
        (picture(kind="GIF")[:64], "image/gif"),
        (samples.video(), "video/mp4"),
        (b"\0\0\0\x18ftypheic", files.UNKNOWN),
        (b"%PDF-1.7", "application/pdf"),
        (b"<html><script>", files.UNKNOWN),
        (b"<svg onload=", files.UNKNOWN),
        (b"", files.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(head, content_type):
    assert files.sniff(head) == content_type


def test_a_picture_that_lies_on_its_side_is_measured_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = picture(300, 100, exif=exif)
    assert (files.examine(BytesIO(data), len(data)).width, 300) == (100, 300)


def test_a_picture_of_too_many_pixels_is_never_decoded(monkeypatch):
    monkeypatch.setattr(files, "MAX_PIXELS", 10_000)
    facts = files.examine(BytesIO(picture(200, 100)), 999_999)
    assert (facts.content_type, facts.width, facts.playable) == (JPEG, None, None)


@pytest.mark.parametrize("data", [b"\xff\xd8\xff", picture()[:300], picture(kind="PNG")[:40]])
def test_a_broken_picture_is_no_picture(data):
    facts = files.examine(BytesIO(data), 999_999)
    assert (facts.width, facts.playable) == (None, None)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=plain.txt", "plain.txt"),
        ("attachment; filename=\"x.txt\"; filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf", "报价.pdf"),
        ("attachment; filename*=gbk''%B1%A8%BC%DB.pdf", "报价.pdf"),
        ("attachment; filename*=nonsense''%B1; filename=\"real.txt\"", "real.txt"),
        ('attachment; filename="%E6%8A%A5%E4%BB%B7.pdf"', "报价.pdf"),
        ('attachment; filename="100%25.txt"', "100%25.txt"),
        ('attachment; filename="' + "报价.pdf".encode("gbk").decode("latin-1") + '"', "报价.pdf"),
        (r'attachment; filename="say \"hi\".txt"', 'say "hi".txt'),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\x.doc"', "x.doc"),
        ('attachment; filename="gpj.\u202eexe"', "gpj.exe"),
        ("inline", ""),
    ],
)
def test_the_name_of_a_file_is_read_however_it_is_written(disposition, name):
    assert files.name_in(disposition) == name


def test_a_long_name_keeps_its_ending():
    name = files.clean_name("x" * 300 + ".tar.gz")
    assert len(name) == files.NAME_LENGTH
    assert name.endswith(".gz")
