"""media/upload and media/get of the simulated platform."""

import pytest

from messaging.simulator import samples
from tests.simulated import ALICE, KF, Caller

MB = 1024 * 1024


@pytest.fixture
def api():
    return Caller()


def fetch(api, media_id, **headers):
    query = {"access_token": api.token, "media_id": media_id}
    return api.request("GET", "media/get", params=query, headers=headers)


def test_what_goes_up_comes_down_unchanged(api):
    data = bytes(range(256)) * 40 + b"\r\n--\r\n"
    answer = api.upload("file", data, "说明 1.bin")
    assert isinstance(answer["created_at"], str)
    got = fetch(api, answer["media_id"])
    assert got.content == data
    assert got.headers["content-type"] == "application/octet-stream"
    assert "说明 1.bin" in got.headers["content-disposition"]


def test_a_large_file_survives(api):
    data = b"\0\r\n-" * (5 * MB)
    assert fetch(api, api.upload("file", data)["media_id"]).content == data


@pytest.mark.parametrize(
    ("kind", "data", "errcode"),
    [
        ("picture", b"a file", 40004),
        ("file", b"", 44001),
        ("file", b"12345", 40006),
        ("file", b"x" * (20 * MB + 1), 45001),
        ("image", samples.PNG + b"x" * (10 * MB), 45001),
        ("image", b"GIF89a....", 40005),
        ("voice", b"ID3 an mp3", 40005),
        ("voice", samples.voice(61), 45007),
        ("video", b"not an mp4 at all", 40005),
    ],
)
def test_uploads_have_their_limits(api, kind, data, errcode):
    assert api.upload(kind, data)["errcode"] == errcode


def test_a_minute_of_voice_is_taken(api):
    assert api.upload("voice", samples.voice(60))["errcode"] == 0


def test_the_file_must_be_in_the_field_media(api):
    assert api.upload("file", b"a file", field="file")["errcode"] == 41005
    query = {"access_token": api.token, "type": "file"}
    raw = api.request("POST", "media/upload", params=query, content=b"a file")
    assert raw.json()["errcode"] == 41005


def test_an_id_dies_after_three_days_and_the_answer_is_json(api):
    media_id = api.upload("file", b"a file")["media_id"]
    api.wait(3 * 24 * 3600 + 1)
    got = fetch(api, media_id)
    assert got.headers["content-type"].startswith("application/json")
    assert got.json()["errcode"] == 40007


def test_no_other_corp_can_read_it(api):
    media_id = api.upload("file", b"a file")["media_id"]
    api.world.add_corp("wwother", "other")
    query = {"corpid": "wwother", "corpsecret": "other"}
    api.token = api.get("gettoken", **query)["access_token"]
    assert fetch(api, media_id).json()["errcode"] == 40007


def test_a_part_can_be_fetched(api):
    media_id = api.upload("file", b"0123456789")["media_id"]
    part = fetch(api, media_id, range="bytes=2-5")
    assert (part.status_code, part.content) == (206, b"2345")
    assert part.headers["content-range"] == "bytes 2-5/10"
    assert fetch(api, media_id, range="bytes=8-").content == b"89"
    assert fetch(api, media_id, range="bytes=10-").status_code == 416


def test_what_a_customer_sends_can_be_fetched(api):
    api.world.say(KF, ALICE, "image", data=samples.picture(), filename="me.png")
    (row,) = api.sync()["msg_list"]
    got = fetch(api, row["image"]["media_id"])
    assert got.headers["content-type"] == "image/png"
    assert got.content == samples.picture()
