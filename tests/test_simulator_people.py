"""Accounts, servicers, customers and entrances of the simulated platform."""

import pytest

from messaging.simulator.errors import Impossible
from tests.simulated import ALICE, BOB, CAROL, CORP, KF, OTHER_KF, Caller

HOUR = 3600


@pytest.fixture
def api():
    return Caller()


def batchget(api, *ids, **more):
    return api.post("kf/customer/batchget", external_userid_list=list(ids), **more)


def test_accounts_come_in_pages_with_their_privilege(api):
    api.world.authorise(removed=[OTHER_KF])
    (first,) = api.post("kf/account/list", limit=1)["account_list"]
    (second,) = api.post("kf/account/list", offset=1, limit=100)["account_list"]
    assert (first["open_kfid"], first["manage_privilege"]) == (KF, True)
    assert (second["open_kfid"], second["manage_privilege"]) == (OTHER_KF, False)
    assert api.post("kf/account/list", offset=2)["account_list"] == []
    assert api.post("kf/account/list", limit=101)["errcode"] == 40058


def test_an_account_is_made_renamed_and_deleted(api):
    media_id = api.upload("image", b"\x89PNG\r\n\x1a\n.")["media_id"]
    made = api.post("kf/account/add", name="新客服", media_id=media_id)["open_kfid"]
    assert api.post("kf/account/update", open_kfid=made, name="x" * 17)["errcode"] == 95006
    api.post("kf/account/update", open_kfid=made, name="renamed")
    assert api.post("kf/account/list")["account_list"][-1]["name"] == "renamed"
    api.post("kf/account/del", open_kfid=made)
    assert api.sync(open_kfid=made)["errcode"] == 95004


def test_the_last_account_cannot_be_deleted(api):
    assert api.post("kf/account/del", open_kfid=OTHER_KF)["errcode"] == 0
    assert api.post("kf/account/del", open_kfid=KF)["errcode"] == 95005


def test_adding_servicers_is_judged_row_by_row(api):
    api.world.add_member("erin")
    api.world.add_member("hidden", visible=False)
    userids = ["erin", CAROL, "hidden", "nobody"]
    rows = api.post("kf/servicer/add", open_kfid=KF, userid_list=userids)["result_list"]
    assert [row["errcode"] for row in rows] == [0, 0, 60030, 60111]
    assert [row["errmsg"] for row in rows[:2]] == ["success", "ignored"]


def test_departments_are_listed_unexpanded(api):
    api.world.corps[CORP].departments[2] = "Sales"
    rows = api.post("kf/servicer/add", open_kfid=KF, department_id_list=[2, 3])["result_list"]
    assert [row["errcode"] for row in rows] == [0, 60123]
    listed = api.get("kf/servicer/list", access_token=api.token, open_kfid=KF)["servicer_list"]
    assert listed[-1] == {"department_id": 2}
    api.post("kf/servicer/del", open_kfid=KF, department_id_list=[2], userid_list=[CAROL])
    listed = api.get("kf/servicer/list", access_token=api.token, open_kfid=KF)["servicer_list"]
    assert listed == [{"userid": "dave", "status": 0}]


def test_one_of_both_lists_is_needed(api):
    assert api.post("kf/servicer/add", open_kfid=KF)["errcode"] == 40058
    assert api.post("kf/servicer/del", open_kfid=KF, userid_list="erin")["errcode"] == 40058


def test_only_customers_of_the_last_48_hours_have_a_profile(api):
    api.world.say(KF, ALICE, content="hi")
    answer = batchget(api, ALICE, BOB, "wmNobody")
    assert [profile["nickname"] for profile in answer["customer_list"]] == ["Alice"]
    assert answer["invalid_external_userid"] == [BOB, "wmNobody"]
    assert answer["errcode"] == 0
    api.wait(48 * HOUR + 1)
    assert batchget(api, ALICE)["customer_list"] == []


def test_a_profile_tells_the_last_entrance_when_asked(api):
    channels = {"nickname": "频道", "scene": 1}
    api.world.enter(KF, ALICE, "web", "page=1", channels)
    (plain,) = batchget(api, ALICE)["customer_list"]
    (full,) = batchget(api, ALICE, need_enter_session_context=1)["customer_list"]
    assert "enter_session_context" not in plain
    context = {"scene": "web", "scene_param": "page=1", "wechat_channels": channels}
    assert full["enter_session_context"] == context


@pytest.mark.parametrize("ids", [[], ["wm"] * 101, [1], "wmAlice"])
def test_up_to_a_hundred_ids_are_asked_for(api, ids):
    answer = api.post("kf/customer/batchget", external_userid_list=ids)
    assert answer["errcode"] == 40058


def test_a_link_leads_in_with_its_scene_and_parameter(api):
    url = api.post("kf/add_contact_way", open_kfid=KF, scene="shop-1")["url"]
    event = api.world.open_link(ALICE, f"{url}&scene_param=%E4%BD%A0%E5%A5%BD")
    assert (event["scene"], event["scene_param"]) == ("shop-1", "你好")
    assert len(api.events("enter_session")) == 1


@pytest.mark.parametrize(
    "tail", ["x", "&other=1", "&scene_param=1&other=2", "&scene_param=" + "x" * 129]
)
def test_an_edited_link_gives_no_event(api, tail):
    url = api.post("kf/add_contact_way", open_kfid=KF, scene="shop")["url"]
    assert api.world.open_link(ALICE, url + tail) is None
    assert api.events("enter_session") == []


def test_a_scene_has_few_characters(api):
    for scene in ("a b", "店", "x" * 33):
        assert api.post("kf/add_contact_way", open_kfid=KF, scene=scene)["errcode"] == 40058
    assert "enc_scene" not in api.post("kf/add_contact_way", open_kfid=KF)["url"]


def test_a_recalled_message_is_announced_and_marked(api):
    msgid = api.world.say(KF, ALICE, content="oops")
    api.world.recall(KF, ALICE, msgid)
    (event,) = api.events("user_recall_msg")
    assert event["recall_msgid"] == msgid
    assert api.world.transcript(KF, ALICE)[0].recalled


def test_a_stranger_becomes_a_customer_by_writing(api):
    api.world.say(KF, "wmNew", content="hi")
    assert api.text(touser="wmNew")["errcode"] == 0


def test_a_customer_belongs_to_one_corp(api):
    api.world.add_corp("wwother", "other")
    api.world.add_account("theirs", "wkTheirs", corp_id="wwother")
    with pytest.raises(Impossible):
        api.world.say("wkTheirs", ALICE, content="hi")
    api.world.say("wkTheirs", "wmTheirs", content="hi")
    assert api.text(touser="wmTheirs")["errcode"] == 40096
    assert api.sync(open_kfid="wkTheirs")["errcode"] == 95004


def test_listeners_hear_each_change_until_they_leave(api):
    heard = []
    leave = api.world.subscribe(lambda *names: heard.append(names))
    api.world.say(KF, ALICE, content="hi")
    api.text()
    leave()
    api.text()
    assert heard == [(KF, ALICE)] * 2
