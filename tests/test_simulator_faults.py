"""Failures of the simulated platform on demand, over a real socket."""

import json
import time

import httpx
import pytest

from messaging.simulator.background import running_simulator
from tests.simulated import ALICE, KF, Caller


@pytest.fixture(scope="module")
def served():
    caller = Caller()
    with running_simulator(caller.world) as simulator:
        yield caller, simulator


@pytest.fixture
def simulator(served):
    _, simulator = served
    simulator.clear_faults()
    simulator.say(KF, ALICE, content="hi")
    return simulator


@pytest.fixture
def call(served):
    caller, simulator = served
    with httpx.Client(base_url=simulator.base_url, trust_env=False) as client:
        yield lambda api, **body: client.post(
            f"/cgi-bin/{api}",
            params={"access_token": caller.token},
            content=json.dumps(body, ensure_ascii=False).encode(),
        )


def text(call, **more):
    body = {"touser": ALICE, "open_kfid": KF, "msgtype": "text", "text": {"content": "hello"}}
    return call("kf/send_msg", **body | more)


def said(simulator):
    return [b["msgid"] for b in simulator.transcript(KF, ALICE) if b["side"] == "agent"]


def test_an_errcode_strikes_as_often_as_told(simulator, call):
    simulator.fault("errcode", api="kf/send_msg", errcode=-1, count=2)
    answers = [text(call).json()["errcode"] for _ in range(3)]
    assert answers == [-1, -1, 0]


def test_a_fault_strikes_only_its_calls(simulator, call):
    simulator.fault("errcode", api="kf/service_state/*", errcode=45009)
    assert text(call).json()["errcode"] == 0
    body = {"open_kfid": KF, "external_userid": ALICE}
    assert call("kf/service_state/get", **body).json()["errcode"] == 45009


def test_a_probability_strikes_sometimes(simulator, call):
    simulator.fault("errcode", api="kf/account/list", probability=0.5, count=None)
    answers = {call("kf/account/list").json()["errcode"] for _ in range(30)}
    assert answers == {0, -1}


def test_a_connection_can_break_before_anything_happened(simulator, call):
    simulator.fault("reset", api="kf/send_msg")
    with pytest.raises(httpx.RemoteProtocolError):
        text(call, msgid="before")
    assert "before" not in said(simulator)
    assert text(call, msgid="before").json()["errcode"] == 0


def test_a_connection_can_break_after_the_message_was_taken(simulator, call):
    simulator.fault("reset_after", api="kf/send_msg")
    with pytest.raises(httpx.RemoteProtocolError):
        text(call, msgid="after")
    assert "after" in said(simulator)
    assert text(call, msgid="after").json()["errcode"] == 95033


def test_garbage_can_come_back_for_a_message_that_was_taken(simulator, call):
    simulator.fault("garbage", api="kf/send_msg")
    answer = text(call, msgid="garbled")
    assert answer.status_code == 502
    assert answer.text.startswith("<html>")
    assert "garbled" in said(simulator)


def test_an_answer_can_be_late(simulator, call):
    simulator.fault("slow", api="kf/account/list", seconds=0.2)
    simulator.fault("slow_after", api="kf/send_msg", seconds=0.2)
    for act in (lambda: call("kf/account/list"), lambda: text(call)):
        started = time.perf_counter()
        assert act().json()["errcode"] == 0
        assert time.perf_counter() - started > 0.2


def test_an_accepted_message_can_fail_later(simulator, call):
    simulator.fault("send_fail", fail_type=13)
    msgid = text(call).json()["msgid"]
    simulator.now()  # a round trip later
    events = [row.get("event", {}) for row in call("kf/sync_msg", open_kfid=KF).json()["msg_list"]]
    (event,) = [event for event in events if event.get("fail_msgid") == msgid]
    assert event["fail_type"] == 13
    assert msgid not in said(simulator)


def test_a_token_can_be_taken_back(served, simulator, call):
    simulator.fault("invalidate_token")
    assert call("kf/account/list").json()["errcode"] == 40014
    served[0].sign_in()
    assert call("kf/account/list").json()["errcode"] == 0


def test_a_fault_that_does_not_exist_is_a_mistake(simulator):
    with pytest.raises(ValueError, match="no fault earthquake"):
        simulator.fault("earthquake")


def test_where_a_server_cannot_drop_garbage_comes_instead():
    caller = Caller()
    caller.world.faults.add("reset")
    assert caller.request("POST", "kf/account/list").status_code == 502
