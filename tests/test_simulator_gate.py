"""What the simulated platform refuses before it looks at what is asked."""

import pytest

from tests.simulated import CORP, KF, SECRET, Caller


@pytest.fixture
def api():
    return Caller()


def test_a_token_must_stand_in_the_query(api):
    headers = {"Authorization": f"Bearer {api.token}"}
    assert api.request("POST", "kf/account/list", headers=headers).json()["errcode"] == 41001


def test_a_made_up_token_is_invalid(api):
    api.token = "made-up"
    assert api.post("kf/account/list")["errcode"] == 40014


def test_a_token_expires_after_two_hours(api):
    api.world.clock.advance(7201)
    assert api.post("kf/account/list")["errcode"] == 42001


def test_a_token_taken_back_early_is_invalid_and_the_next_one_works(api):
    api.world.tokens.invalidate()
    assert api.post("kf/account/list")["errcode"] == 40014
    api.token = api.get("gettoken", corpid=CORP, corpsecret=SECRET)["access_token"]
    assert api.post("kf/account/list")["errcode"] == 0


def test_fetching_twice_gives_the_same_token_unless_told_otherwise(api):
    assert api.get("gettoken", corpid=CORP, corpsecret=SECRET)["access_token"] == api.token
    api.world.options.reuse_access_token = False
    assert api.get("gettoken", corpid=CORP, corpsecret=SECRET)["access_token"] != api.token


@pytest.mark.parametrize(
    ("query", "errcode"),
    [
        ({}, 41002),
        ({"corpid": CORP}, 41004),
        ({"corpid": "wwother", "corpsecret": SECRET}, 40013),
        ({"corpid": CORP, "corpsecret": "wrong"}, 40001),
    ],
)
def test_gettoken_says_what_is_wrong(api, query, errcode):
    assert api.get("gettoken", **query)["errcode"] == errcode


def test_too_many_wrong_secrets_block_the_address_for_an_hour(api):
    api.world.options.bad_secrets_per_hour = 2
    for _ in range(3):
        api.get("gettoken", corpid=CORP, corpsecret="wrong")
    assert api.get("gettoken", corpid=CORP, corpsecret=SECRET)["errcode"] == 45009
    api.world.clock.advance(3601)
    assert api.get("gettoken", corpid=CORP, corpsecret=SECRET)["errcode"] == 0


def test_get_and_post_are_not_exchangeable(api):
    query = {"access_token": api.token}
    assert api.get("kf/account/list", **query)["errcode"] == 43002
    assert api.post("kf/servicer/list")["errcode"] == 43001


def test_escapes_in_a_body_are_refused_but_a_backslash_in_a_text_is_not(api):
    query = {"access_token": api.token}
    for body, errcode in ((b'{"x": "\\u4f60"}', 40033), (b'{"x": "\\\\u4f60"}', 0)):
        answer = api.request("POST", "kf/account/list", params=query, content=body).json()
        assert answer["errcode"] == errcode


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"open_kfid=1", b"\xff"])
def test_a_body_must_be_a_json_object(api, body):
    query = {"access_token": api.token}
    answer = api.request("POST", "kf/account/list", params=query, content=body).json()
    assert answer["errcode"] == 47001


def test_an_address_outside_the_trusted_list_is_named(api):
    api.world.corps[CORP].trusted_ips = ["10.0.0.1"]
    answer = api.post("kf/account/list")
    assert answer["errcode"] == 60020
    assert "from ip: 127.0.0.1" in answer["errmsg"]


def test_a_call_too_many_blocks_that_call_for_a_minute(api):
    api.world.options.limits["kf/account/list"] = 2
    answers = [api.post("kf/account/list")["errcode"] for _ in range(3)]
    assert answers == [0, 0, 45009]
    assert api.sync()["errcode"] == 0
    api.world.clock.advance(61)
    assert api.post("kf/account/list")["errcode"] == 0


def test_a_success_may_lack_its_errcode(api):
    api.world.options.omit_errcode = True
    assert "errcode" not in api.post("kf/account/list")


def test_an_unknown_call_is_refused(api):
    assert api.post("kf/no_such_thing")["errcode"] == 40058


@pytest.mark.parametrize(
    ("open_kfid", "errcode"),
    [
        (None, 40058),
        ("", 40058),
        (7, 40058),
        ("x", 95000),
        ("wk" + "x" * 63, 95000),
        ("wkNo", 95004),
    ],
)
def test_an_account_must_be_named_and_exist(api, open_kfid, errcode):
    assert api.sync(open_kfid=open_kfid)["errcode"] == errcode


def test_an_account_that_the_app_may_only_see_is_forbidden(api):
    api.world.authorise(removed=[KF])
    assert api.sync()["errcode"] == 48007
    assert api.text()["errcode"] == 48007


def test_the_api_works_under_any_prefix(api):
    async def under_prefix(scope, receive, send):
        await original({**scope, "path": "/simulator" + scope["path"]}, receive, send)

    original, api.app = api.app, under_prefix
    assert api.post("kf/account/list")["errcode"] == 0


def test_calls_are_logged_without_secrets(api):
    api.sync()
    first, last = api.world.calls[0], api.world.calls[-1]
    assert (first["api"], last["api"], last["errcode"]) == ("gettoken", "kf/sync_msg", 0)
    assert last["request"] == {"open_kfid": KF}
    assert SECRET not in str(list(api.world.calls))
    assert api.token not in str(list(api.world.calls))
