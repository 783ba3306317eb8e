"""Menu messages of the simulated platform, and what a click sends back."""

import pytest

from messaging.simulator.errors import Impossible
from tests.simulated import ALICE, KF, Caller


@pytest.fixture
def api():
    caller = Caller()
    caller.world.say(KF, ALICE, content="hi")
    return caller


def click(item_id, content="ok"):
    return {"type": "click", "click": {"id": item_id, "content": content}}


def text(content="line"):
    return {"type": "text", "text": {"content": content, "no_newline": 1}}


def send(api, items, **more):
    menu = {"head_content": "满意吗?", "list": items, "tail_content": "谢谢", **more}
    body = {"touser": ALICE, "open_kfid": KF, "msgtype": "msgmenu", "msgmenu": menu}
    return api.post("kf/send_msg", **body)


def test_a_click_sends_its_text_with_its_id_and_renews_the_budget(api):
    for _ in range(4):
        api.text()
    msgid = send(api, [click("101", "满意"), click("102", "不满意")])["msgid"]
    assert api.text()["errcode"] == 95001
    api.world.click(KF, ALICE, msgid, "102")
    row = api.sync()["msg_list"][-1]
    assert row["origin"] == 3
    assert row["text"] == {"content": "不满意", "menu_id": "102"}
    assert api.text()["errcode"] == 0


def test_a_click_after_the_end_starts_a_new_session(api):
    code = api.trans(4)["msg_code"]
    menu = {"list": [click("1")]}
    answer = api.post("kf/send_msg_on_event", code=code, msgtype="msgmenu", msgmenu=menu)
    assert api.world.conversation(KF, ALICE).state == 4
    api.world.click(KF, ALICE, answer["msgid"], "1")
    assert api.world.conversation(KF, ALICE).state == 0


def test_an_item_that_is_not_there_cannot_be_clicked(api):
    msgid = send(api, [text(), click("1")])["msgid"]
    with pytest.raises(Impossible):
        api.world.click(KF, ALICE, msgid, "2")


def test_ten_active_items_and_fifty_in_all_are_the_most(api):
    assert send(api, [click("1")] * 10 + [text()] * 40)["errcode"] == 0
    assert send(api, [click("1")] * 11)["errcode"] == 95008
    assert send(api, [text()] * 51)["errcode"] == 95008


def test_a_menu_sent_by_code_has_ten_items_at_most(api):
    code = api.trans(4)["msg_code"]
    menu = {"list": [text()] * 11}
    answer = api.post("kf/send_msg_on_event", code=code, msgtype="msgmenu", msgmenu=menu)
    assert answer["errcode"] == 95008


@pytest.mark.parametrize(
    "item", [{"type": "button", "button": {}}, {}, "x", {"type": "Click"}, {"type": []}]
)
def test_an_unknown_kind_of_item_is_refused(api, item):
    assert send(api, [item])["errcode"] == 95009


@pytest.mark.parametrize(
    "item",
    [
        click("1", ""),
        click("1", "x" * 129),
        click("x" * 129),
        {"type": "click"},
        {"type": "view", "view": {"content": "no address"}},
        {"type": "miniprogram", "miniprogram": {"appid": "wx1", "content": "no page"}},
        text("x" * 257),
        {"type": "text", "text": {"content": "x", "no_newline": 2}},
    ],
)
def test_items_have_their_limits(api, item):
    assert send(api, [item])["errcode"] == 40058


def test_head_and_tail_are_short_and_something_must_be_there(api):
    assert send(api, [], head_content="x" * 1025)["errcode"] == 40058
    assert send(api, [], head_content="", tail_content="")["errcode"] == 40058
    assert send(api, [])["errcode"] == 0
