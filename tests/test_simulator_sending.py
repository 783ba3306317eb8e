"""send_msg of the simulated platform: budget, window, msgids and every field."""

import pytest

from messaging.simulator.samples import SAMPLES
from tests.simulated import ALICE, BOB, CAROL, KF, Caller

HOUR = 3600


@pytest.fixture
def api():
    caller = Caller()
    caller.world.say(KF, ALICE, content="hi")
    return caller


def send(api, msgtype, content):
    body = {"touser": ALICE, "open_kfid": KF, "msgtype": msgtype, msgtype: content}
    return api.post("kf/send_msg", **body)


def shown(api):
    return api.world.transcript(KF, ALICE)[-1].content


def test_five_messages_per_customer_message(api):
    assert [api.text()["errcode"] for _ in range(6)] == [0] * 5 + [95001]
    api.world.say(KF, ALICE, content="again")
    assert api.text()["errcode"] == 0


def test_a_refused_message_costs_nothing(api):
    for _ in range(3):
        api.text(content="")
    assert [api.text()["errcode"] for _ in range(5)] == [0] * 5


def test_48_hours_after_the_customer_spoke_the_window_is_closed(api):
    api.wait(48 * HOUR)
    assert api.text()["errcode"] == 0
    api.wait(1)
    assert api.text()["errcode"] == 95002
    assert api.world.conversation(KF, ALICE).state == 4


def test_a_customer_who_never_wrote_may_not_be_written_to(api):
    assert api.text(touser=BOB)["errcode"] == 95001


def test_an_unknown_customer_is_invalid(api):
    assert api.text(touser="wmNobody")["errcode"] == 40096
    assert api.text(touser="")["errcode"] == 40058


def test_the_first_message_makes_the_assistant_responsible(api):
    assert api.world.conversation(KF, ALICE).state == 0
    api.text()
    assert api.world.conversation(KF, ALICE).state == 1


@pytest.mark.parametrize("state", [2, 3, 4])
def test_only_new_and_assistant_sessions_can_be_written_to(api, state):
    assert api.trans(state, servicer_userid=CAROL)["errcode"] == 0
    assert api.text()["errcode"] == 95018


def test_a_msgid_is_returned_and_works_once_per_account(api):
    assert api.text(msgid="a-1_B")["msgid"] == "a-1_B"
    assert api.text(msgid="a-1_B")["errcode"] == 95033
    assert len([b for b in api.world.transcript(KF, ALICE) if b.side == "agent"]) == 1


def test_a_retry_learns_that_the_first_try_arrived_even_without_budget(api):
    for n in range(5):
        api.text(msgid=f"m{n}")
    assert api.text(msgid="m4")["errcode"] == 95033


@pytest.mark.parametrize("msgid", ["", "x" * 33, "a b", "ä", 7, None])
def test_a_malformed_msgid_is_refused(api, msgid):
    assert api.text(msgid=msgid)["errcode"] == 40058


def test_without_a_msgid_the_platform_makes_one(api):
    assert len(api.text()["msgid"]) == 32


def test_a_long_text_is_cut_at_2048_bytes_without_half_a_character(api):
    assert api.text(content="中" * 1000)["errcode"] == 0
    assert shown(api) == {"content": "中" * 682}


def test_an_empty_text_is_refused(api):
    assert api.text(content="")["errcode"] == 44004


@pytest.mark.parametrize("kind", list(SAMPLES))
def test_an_uploaded_file_can_be_sent_as_what_it_is(api, kind):
    media_id = api.upload(kind, SAMPLES[kind][1]())["media_id"]
    assert send(api, kind, {"media_id": media_id})["errcode"] == 0
    assert shown(api) == {"media_id": media_id}


def test_a_media_id_of_another_kind_or_of_last_week_is_invalid(api):
    media_id = api.upload("file", b"a file")["media_id"]
    assert send(api, "image", {"media_id": media_id})["errcode"] == 40007
    assert send(api, "file", {"media_id": "nothing"})["errcode"] == 40007
    api.wait(73 * HOUR)
    api.world.say(KF, ALICE, content="still there?")
    assert send(api, "file", {"media_id": media_id})["errcode"] == 40007


def test_a_link_needs_a_title_an_address_and_a_picture(api):
    thumb = api.upload("image", SAMPLES["image"][1]())["media_id"]
    link = {"title": "t" * 200, "url": "https://x.test", "thumb_media_id": thumb, "desc": "d"}
    assert send(api, "link", link)["errcode"] == 0
    assert shown(api)["title"] == "t" * 128
    wrong = {"title": "", "url": "ftp://x.test", "thumb_media_id": ""}
    for name, value in wrong.items():
        assert send(api, "link", link | {name: value})["errcode"] == 40058


def test_a_miniprogram_page_ends_in_html(api):
    thumb = api.upload("image", SAMPLES["image"][1]())["media_id"]
    body = {"appid": "wx1", "title": "t", "thumb_media_id": thumb, "pagepath": "a/b.html?c=1"}
    assert send(api, "miniprogram", body)["errcode"] == 0
    assert send(api, "miniprogram", body | {"pagepath": "a/b"})["errcode"] == 40058


@pytest.mark.parametrize(
    ("latitude", "longitude", "errcode"),
    [(-90, 180, 0), (90.1, 0, 40058), (0, -180.1, 40058), ("1", 2, 40058), (None, 2, 40058)],
)
def test_a_location_must_be_on_earth(api, latitude, longitude, errcode):
    body = {"latitude": latitude, "longitude": longitude}
    assert send(api, "location", body)["errcode"] == errcode


def test_an_acquisition_link_is_one_of_wecom(api):
    assert send(api, "ca_link", {"link_url": "https://work.weixin.qq.com/ca/x"})["errcode"] == 0
    assert send(api, "ca_link", {"link_url": "https://example.com/ca/x"})["errcode"] == 40058


@pytest.mark.parametrize("msgtype", ["business_card", "channels", "merged_msg", "recall"])
def test_what_cannot_be_sent_is_refused(api, msgtype):
    assert send(api, msgtype, {})["errcode"] == 40008


def test_the_body_must_sit_under_the_name_of_its_type(api):
    body = {"touser": ALICE, "open_kfid": KF, "msgtype": "text", "image": {}}
    assert api.post("kf/send_msg", **body)["errcode"] == 40058


def test_a_customer_who_refuses_messages_makes_them_fail(api):
    api.world.block(KF, ALICE)
    msgid = api.text()["msgid"]
    (event,) = api.events("msg_send_fail")
    assert (event["fail_msgid"], event["fail_type"]) == (msgid, 10)
    assert all(bubble.side == "customer" for bubble in api.world.transcript(KF, ALICE))
