"""sync_msg of the simulated platform: pages, cursors, tokens, retention."""

import pytest

from tests.simulated import ALICE, BOB, CAROL, KF, OTHER_KF, Caller

DAY = 24 * 3600


@pytest.fixture
def api():
    return Caller()


def say(api, count=1):
    return [api.world.say(KF, ALICE, content=f"{n}") for n in range(count)]


def msgids(page):
    return [row["msgid"] for row in page["msg_list"]]


def test_pages_follow_the_cursor_to_the_end(api):
    said = say(api, 5)
    first = api.sync(limit=3)
    second = api.sync(limit=3, cursor=first["next_cursor"])
    assert (first["has_more"], second["has_more"]) == (1, 0)
    assert msgids(first) + msgids(second) == said
    third = api.sync(cursor=second["next_cursor"])
    assert third["msg_list"] == []
    assert third["next_cursor"] == second["next_cursor"]


def test_each_account_has_its_own_log(api):
    say(api)
    assert api.sync(open_kfid=OTHER_KF)["msg_list"] == []


def test_a_cursor_of_another_account_or_from_nowhere_is_invalid(api):
    cursor = api.sync(open_kfid=OTHER_KF)["next_cursor"]
    assert api.sync(cursor=cursor)["errcode"] == 50100
    assert api.sync(cursor="nonsense")["errcode"] == 50100
    assert api.sync(cursor="x" * 65)["errcode"] == 40058


def test_messages_are_gone_after_three_days_and_old_cursors_go_on(api):
    say(api, 2)
    cursor = api.sync(limit=1)["next_cursor"]
    api.wait(3 * DAY + 1)
    (new,) = say(api)
    assert msgids(api.sync()) == [new]
    assert msgids(api.sync(cursor=cursor)) == [new]


def test_api_messages_do_not_come_back_but_servicer_messages_do(api):
    say(api)
    api.text()
    api.trans(3, servicer_userid=CAROL)
    api.world.write(KF, ALICE, CAROL, content="this is Carol")
    rows = api.sync()["msg_list"]
    assert [row["origin"] for row in rows] == [3, 5]
    assert rows[1]["servicer_userid"] == CAROL
    assert rows[1]["text"] == {"content": "this is Carol"}


def test_an_event_names_account_and_customer_only_inside(api):
    api.world.enter(KF, ALICE, scene="web")
    (row,) = api.sync()["msg_list"]
    assert "open_kfid" not in row
    assert "external_userid" not in row
    assert row["origin"] == 4
    assert (row["event"]["open_kfid"], row["event"]["external_userid"]) == (KF, ALICE)


def test_a_token_lives_ten_minutes(api):
    token = api.world.accounts[KF].log.issue_token(api.world.clock.now())
    assert api.sync(token=token)["errcode"] == 0
    assert api.sync(token="other")["errcode"] == 95007
    assert api.sync(open_kfid=OTHER_KF, token=token)["errcode"] == 95007
    api.wait(601)
    assert api.sync(token=token)["errcode"] == 95007


def test_without_a_token_the_limit_is_stricter(api):
    api.world.options.limit_sync_without_token = 1
    token = api.world.accounts[KF].log.issue_token(api.world.clock.now())
    assert [api.sync()["errcode"] for _ in range(2)] == [0, 45009]
    assert [api.sync(token=token)["errcode"] for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("wrong", [{"limit": 1001}, {"limit": "5"}, {"limit": True}, {"cursor": 5}])
def test_wrong_fields_are_refused(api, wrong):
    assert api.sync(**wrong)["errcode"] == 40058


def test_an_empty_page_may_say_there_is_more(api):
    said = say(api)
    api.world.faults.add("empty_page")
    page = api.sync()
    assert (page["msg_list"], page["has_more"]) == ([], 1)
    assert msgids(api.sync(cursor=page["next_cursor"])) == said


def test_rows_can_come_twice(api):
    (said,) = say(api)
    api.world.faults.add("duplicate_rows")
    assert msgids(api.sync()) == [said, said]


def test_every_inbound_kind_sits_under_its_own_name(api):
    kinds = ["image", "voice", "video", "file", "location", "link", "business_card"]
    kinds += ["miniprogram", "channels_shop_product", "channels_shop_order", "merged_msg"]
    kinds += ["channels", "meeting", "calendar", "note", "never_heard_of"]
    for kind in kinds:
        api.world.say(KF, BOB, kind)
    rows = api.sync()["msg_list"]
    assert [row["msgtype"] for row in rows] == kinds
    assert all(isinstance(row[row["msgtype"]], dict) for row in rows)


def test_a_file_past_the_cap_comes_as_a_text_notice(api):
    api.world.say(KF, ALICE, "image", data=b"x" * (2 * 1024 * 1024 + 1))
    (row,) = api.sync()["msg_list"]
    assert row["msgtype"] == "text"
