"""Welcome, pool, reply and ending codes of the simulated platform (protocol §5.2)."""

import pytest

from tests.simulated import ALICE, CAROL, KF, Caller

HOUR = 3600


@pytest.fixture
def api():
    return Caller()


def welcome(api, **entrance):
    return api.world.enter(KF, ALICE, **entrance).get("welcome_code")


def test_a_welcome_code_works_once_within_20_seconds(api):
    code = welcome(api)
    api.wait(20)
    assert api.answer_code(code, "欢迎")["errcode"] == 0
    assert api.answer_code(code)["errcode"] == 40058
    assert api.world.transcript(KF, ALICE)[-1].content == {"content": "欢迎"}


def test_a_welcome_code_is_dead_after_20_seconds(api):
    code = welcome(api)
    api.wait(21)
    assert api.answer_code(code)["errcode"] == 40058


def test_no_second_welcome_within_48_hours(api):
    api.answer_code(welcome(api))
    assert welcome(api) is None
    api.wait(48 * HOUR + 1)
    assert welcome(api)


def test_an_unused_welcome_code_is_followed_by_another(api):
    assert welcome(api)
    assert welcome(api)


def test_no_welcome_for_a_customer_who_has_written(api):
    api.world.say(KF, ALICE, content="hi")
    assert welcome(api) is None


def test_a_welcome_code_still_works_after_the_customer_wrote(api):
    code = welcome(api)
    api.world.say(KF, ALICE, content="hi")
    assert api.answer_code(code)["errcode"] == 0


def test_a_code_does_not_touch_the_budget(api):
    api.world.say(KF, ALICE, content="hi")
    for _ in range(5):
        api.text()
    assert api.answer_code(api.trans(4)["msg_code"])["errcode"] == 0


@pytest.mark.parametrize(("state", "life"), [(2, 48 * HOUR), (3, 48 * HOUR), (4, 20)])
def test_a_code_of_a_state_lives_as_long_as_documented(api, state, life):
    api.world.say(KF, ALICE, content="hi")
    api.world.options.set(unsure={"0>4": True})
    code = api.trans(state, servicer_userid=CAROL)["msg_code"]
    api.wait(life)
    assert api.answer_code(code)["errcode"] == 0


def test_a_code_works_only_in_the_state_that_gave_it(api):
    api.world.say(KF, ALICE, content="hi")
    pool = api.trans(2)["msg_code"]
    reply = api.trans(3, servicer_userid=CAROL)["msg_code"]
    assert api.answer_code(pool)["errcode"] == 95018
    assert api.answer_code(reply)["errcode"] == 0


def test_an_ending_code_is_void_once_the_customer_writes_again(api):
    api.world.say(KF, ALICE, content="hi")
    code = api.trans(4)["msg_code"]
    api.world.say(KF, ALICE, content="wait")
    assert api.answer_code(code)["errcode"] == 95018


def test_pool_and_reply_codes_carry_text_only(api):
    api.world.say(KF, ALICE, content="hi")
    menu = {
        "code": api.trans(2)["msg_code"],
        "msgtype": "msgmenu",
        "msgmenu": {"head_content": "x"},
    }
    assert api.post("kf/send_msg_on_event", **menu)["errcode"] == 40008


def test_no_code_carries_a_file(api):
    media_id = api.upload("file", b"a file")["media_id"]
    body = {"code": welcome(api), "msgtype": "file", "file": {"media_id": media_id}}
    assert api.post("kf/send_msg_on_event", **body)["errcode"] == 40008


def test_a_made_up_code_is_refused(api):
    assert api.answer_code("made-up")["errcode"] == 40058
    assert api.answer_code("")["errcode"] == 40058


def test_a_code_keeps_working_after_a_refused_message(api):
    code = welcome(api)
    assert api.answer_code(code, "")["errcode"] == 44004
    assert api.answer_code(code)["errcode"] == 0


def test_the_codes_of_a_servicers_client_work_too(api):
    api.world.say(KF, ALICE, content="hi")
    api.trans(2)
    picked = api.world.pick_up(KF, ALICE, CAROL)["msg_code"]
    assert api.answer_code(picked)["errcode"] == 0
    assert api.answer_code(api.world.end(KF, ALICE)["msg_code"])["errcode"] == 0
