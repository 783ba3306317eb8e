"""The simulated Desk standing alone: its control plane, its files, its failures, its memory."""

import json
import re
import subprocess
import sys

import httpx
import pytest

from messaging.backends.desk.crypto import user_sig
from messaging.simulator import snapshot
from messaging.simulator.desk import demo
from messaging.simulator.desk.background import running_desk
from messaging.simulator.desk.elements import text
from tests.simulated_desk import ADMIN, ALICE, APP, KEY, SHOP, START, a_world


@pytest.fixture(scope="module")
def running():
    with running_desk(a_world()) as desk:
        yield desk


@pytest.fixture
def desk(running):
    running.clear_faults()
    return running


@pytest.fixture
def send(desk):
    """send_msg into a session, over a real socket."""
    query = {"sdkappid": APP, "identifier": ADMIN, "random": 1, "contenttype": "json"}
    query["usersig"] = user_sig(APP, KEY, ADMIN, START, 3600)
    session = desk.ask_human(ALICE)["session_id"]
    with httpx.Client(base_url=desk.base_url, trust_env=False, params=query) as client:

        def send(words, random=1, timeout=5):
            body = {"SessionId": session, "MsgRandom": random, "MsgBody": [text(words)]}
            return client.post("/v4/desk_http_svc/send_msg", json=body, timeout=timeout)

        yield send
    desk.leave(ALICE)


def said(desk, words):
    return [line for line in desk.chat(ALICE) if line["body"] == [text(words)]]


def test_a_whole_session_through_the_control_plane(desk):
    session = desk.enter("carol")
    assert session["stage"] == "Chatbot"
    desk.say("carol", "转人工")
    session = desk.latest("carol")
    assert session["stage"] == "Agent"
    desk.agent_say(session["session_id"], "您好")
    assert desk.chat("carol")[-1]["body"] == [text("您好")]
    desk.agent_end(session["session_id"])
    desk.rate(session["session_id"], 5)
    assert desk.session(session["session_id"])["rating"] == 5
    assert desk.events()[-1]["Event"] == "SatisfactionSelected"


def test_a_tap_that_is_not_possible_is_reported(desk):
    with pytest.raises(ValueError, match="no session x"):
        desk.agent_say("x", "hi")
    with pytest.raises(ValueError, match="10150|10154"):
        desk.rate(desk.enter("dora")["session_id"], 1)
    with pytest.raises(ValueError, match="unexpected keyword"):
        desk.post("enter", nonsense=1)
    with pytest.raises(ValueError, match="no_such_option"):
        desk.options(no_such_option=1)
    with pytest.raises(AttributeError):
        desk.fly()


def test_a_file_is_at_its_url(desk):
    picture = b"\x89PNG\r\n\x1a\n" + bytes(16)
    desk.send("erin", "image", data=picture, filename="a b.png")
    content = desk.chat("erin")[-2]["body"][0]["MsgContent"]  # the bot has the last word
    answer = httpx.get(content["ImageInfoArray"][0]["URL"], trust_env=False)
    assert answer.content == picture
    assert answer.headers["content-type"] == "image/png"
    assert httpx.get(desk.base_url + "/media/none/x", trust_env=False).status_code == 404


def test_a_code_strikes_as_often_as_told(desk, send):
    desk.fault("errcode", api="send_msg", errcode=60011, count=2)
    codes = [send(f"code {at}").json()["ErrorCode"] for at in range(3)]
    assert codes == [60011, 60011, 0]


def test_a_gateway_breaks_before_or_after_the_message(desk, send):
    desk.fault("bad_gateway")
    assert send("before", 5).status_code == 502
    assert not said(desk, "before")
    desk.fault("garbage")
    assert send("after", 6).status_code == 502
    assert said(desk, "after")


def test_an_answer_is_lost_after_it_took_effect_and_the_retry_sends_nothing(desk, send):
    desk.fault("reset_after", api="send_msg")
    with pytest.raises(httpx.HTTPError):
        send("lost", 7)
    assert send("lost", 7).json()["ErrorCode"] == 0
    assert len(said(desk, "lost")) == 1


def test_an_answer_comes_late(desk, send):
    desk.fault("slow_after", seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        send("late", 8, timeout=0.1)
    assert len(said(desk, "late")) == 1


def test_an_unknown_fault_is_reported(desk):
    with pytest.raises(ValueError, match="no fault earthquake"):
        desk.fault("earthquake")


def test_a_world_is_kept_in_a_file(tmp_path):
    world = a_world()
    session = world.ask_human(ALICE).session_id
    snapshot.save(world, tmp_path / "desk.pickle")
    again = snapshot.load(tmp_path / "desk.pickle")
    again.agent_say(session, "still here")
    assert again.live_session(ALICE, SHOP).lines[-1].body == [text("still here")]


def test_the_demo_world_can_be_spoken_with():
    world = demo.demo_world("http://127.0.0.1:8000/")
    assert world.app.callback_url == "http://127.0.0.1:8000" + demo.CALLBACK_PATH
    for client in world.clients:
        for service in world.services:
            world.say(client, "转人工", service=service)
    assert {s.stage for s in world.sessions.values()} >= {"Agent"}


def test_it_runs_as_a_program():
    command = [sys.executable, "-m", "messaging.simulator.desk", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = re.search(r"http://\S+", process.stderr.readline())[0]
            answer = httpx.get(f"{address}/control/world", trust_env=False)
            assert demo.SHOP in json.dumps(answer.json())
        finally:
            process.terminate()
