"""The simulator standing alone: its server, its control plane, its memory."""

import json
import re
import subprocess
import sys

import httpx
import pytest

from messaging.simulator import demo, snapshot
from messaging.simulator.background import running_simulator
from tests.simulated import ALICE, BOB, CAROL, KF, Caller


@pytest.fixture(scope="module")
def simulator():
    with running_simulator(Caller().world) as simulator:
        yield simulator


def test_a_whole_conversation_through_the_control_plane(simulator):
    event = simulator.enter(KF, BOB, scene="web")
    assert event["welcome_code"]
    msgid = simulator.say(KF, BOB, content="你好")
    picture = simulator.say(KF, BOB, "image", data=b"\x89PNG\r\n\x1a\n.")
    simulator.recall(KF, BOB, msgid)
    lines = simulator.transcript(KF, BOB)
    assert [line["msgid"] for line in lines] == [msgid, picture]
    assert lines[0]["recalled"]
    assert simulator.conversation(KF, BOB)["state"] == 0


def test_a_tap_that_is_not_possible_is_reported(simulator):
    with pytest.raises(ValueError, match="the session is in state 4"):
        simulator.pick_up(KF, ALICE, CAROL)
    with pytest.raises(ValueError, match="unexpected keyword"):
        simulator.post("customer/enter", nonsense=1)
    with pytest.raises(AttributeError):
        simulator.fly()


def test_people_can_be_added(simulator):
    account = simulator.add_account("New", "wkNew")
    simulator.add_servicer("wkNew", "frank", status=1)
    assert account["open_kfid"] == "wkNew"
    assert simulator.overview()["accounts"]["wkNew"]["servicers"]["frank"]["status"] == 1


def test_time_and_options_can_be_moved(simulator):
    before = simulator.now()
    assert simulator.advance(60) == before + 60
    assert simulator.options(unsure={"0>4": False})["unsure"]["0>4"] is False
    with pytest.raises(ValueError, match="no_such_option"):
        simulator.options(no_such_option=1)


def test_many_requests_share_one_connection(simulator):
    with httpx.Client(base_url=simulator.base_url, trust_env=False) as client:
        opened = {
            client.get("/control/clock").extensions["network_stream"].get_extra_info("client_addr")
            for _ in range(5)
        }
    assert len(opened) == 1


def test_a_large_body_and_a_chunked_one_arrive(simulator):
    with httpx.Client(base_url=simulator.base_url, trust_env=False) as client:
        for content in (b"x" * 5_000_000, iter([b"x" * 1000] * 50)):
            answer = client.post("/cgi-bin/kf/sync_msg", content=content)
            assert answer.json()["errcode"] == 41001


def test_an_unknown_page_is_not_found(simulator):
    assert httpx.get(f"{simulator.base_url}/elsewhere", trust_env=False).status_code == 404


def test_reset_forgets_everything():
    with running_simulator() as simulator:
        simulator.add_corp("wwcorp", "secret")
        simulator.add_account("A", "wkA")
        simulator.advance(100)
        simulator.reset()
        assert simulator.overview()["accounts"] == {}


def test_a_world_survives_a_restart(tmp_path):
    path, first = tmp_path / "world", Caller()
    first.world.say(KF, ALICE, content="hi")
    first.text(msgid="once")
    snapshot.save(first.world, path)
    world = snapshot.load(path)
    assert [line.side for line in world.transcript(KF, ALICE)] == ["customer", "agent"]
    assert world.accounts[KF].msgids == {"once"}
    world.say(KF, ALICE, content="still here")


def test_a_broken_snapshot_is_left_aside(tmp_path):
    path = tmp_path / "world"
    assert snapshot.load(path) is None
    path.write_bytes(b"not a pickle")
    assert snapshot.load(path) is None


def test_the_command_serves_the_demo_and_keeps_it(tmp_path):
    state = tmp_path / "world"
    command = [sys.executable, "-m", "messaging.simulator", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        url = re.search(r"http://\S+", process.stderr.readline())[0]
        body = json.dumps(
            {"open_kfid": demo.PRESALES, "external_userid": "wmX", "content": "hello"}
        )
        httpx.post(f"{url}/control/customer/say", content=body, trust_env=False)
        process.terminate()
    assert process.returncode == 0
    assert snapshot.load(state).transcript(demo.PRESALES, "wmX")
