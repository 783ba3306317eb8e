"""Daphne with its repairs, as a process of its own with real sockets."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.servers import free_port
from tests.websockets import RawWebsocket


class Served:
    """A running `tests.served`."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read()

    def facts(self):
        return json.loads(self.get("/facts"))

    def until(self, condition):
        end = time.monotonic() + 10
        while not condition(facts := self.facts()):
            assert time.monotonic() < end, facts
            time.sleep(0.02)
        return facts

    def stop(self, number=signal.SIGINT):
        """What it printed after the port, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=10)
        return output, time.monotonic() - began


@contextlib.contextmanager
def started(*command):
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def serving():
    with started("-m", "tests.served") as process:
        lines = iter(process.stdout.readline, "")
        port = next(int(line) for line in lines if line.strip().isdigit())
        yield Served(process, port)


@pytest.fixture(scope="module")
def shared():
    with serving() as served:
        yield served


def answers(port):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
        time.sleep(0.05)
    return None


# --- connections


def test_a_connection_is_forgotten_when_it_ends(shared):
    for _ in range(20):
        assert shared.get("/") == b"hello"
    with RawWebsocket(shared.port):
        assert shared.facts()["connections"] == 2  # the websocket, and the one that asks
    facts = shared.until(lambda facts: facts["connections"] == 1)
    assert facts["sockets"] == 0


def test_an_application_that_fails_is_a_500_and_the_next_is_served(shared):
    with pytest.raises(urllib.error.HTTPError, match="500") as error:
        shared.get("/broken")
    error.value.close()
    assert shared.get("/") == b"hello"


def test_an_answer_that_fails_halfway_is_cut_off(shared):
    with socket.create_connection(("127.0.0.1", shared.port), timeout=5) as client:
        client.sendall(b"GET /half HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(10_000)
    assert shared.get("/") == b"hello"


def test_work_that_does_not_notice_that_its_client_left_is_cancelled(shared):
    with socket.create_connection(("127.0.0.1", shared.port)) as client:
        client.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
        shared.until(lambda facts: facts["connections"] == 2)
    shared.until(lambda facts: facts["connections"] == 1)


def test_who_sends_too_large_a_message_is_cut_off(shared):
    with RawWebsocket(shared.port) as page:
        page.send("x" * 70_000)
        assert page.closed_with() == 1006


def test_who_is_not_signed_in_is_told_with_4401(shared):
    with RawWebsocket(shared.port, "/stranger/") as page:
        assert page.closed_with() == 4401


# --- pushing


def test_a_push_reaches_every_websocket(shared):
    with RawWebsocket(shared.port) as one, RawWebsocket(shared.port) as other:
        shared.get("/push?3x1")
        assert json.loads(one.receive()) == {"content": "xxx"}
        assert json.loads(other.receive()) == {"content": "xxx"}


def test_a_page_that_stops_reading_misses_frames_and_then_catches_up(shared):
    before = shared.facts()
    pushing = threading.Thread(target=shared.get, args=["/push?50000x200"])  # 10 MB
    with RawWebsocket(shared.port, SO_RCVBUF=65_536) as slow, RawWebsocket(shared.port) as quick:
        pushing.start()
        got = 0
        while got < 200 * 50_000:
            got += len(json.loads(quick.receive())["content"])
        after = shared.facts()
        assert after["stats"]["skipped"] > before["stats"].get("skipped", 0)
        assert after["rss"] - before["rss"] < 8_000_000
        while "resync" not in (text := slow.receive()):
            pass
        assert json.loads(text) == {"data": [{"resync": True, "within": 0.0}]}
    pushing.join()


def test_a_plain_send_waits_for_its_reader_and_cuts_off_one_who_never_reads(shared):
    with RawWebsocket(shared.port, SO_RCVBUF=4096) as page:
        before = shared.facts()
        page.send('{"flood": 1000}')  # 60 MB
        facts = shared.until(lambda facts: facts["sockets"] == before["sockets"] - 1)
        assert facts["rss"] - before["rss"] < 8_000_000
        assert page.closed_with() == 1006


# --- starting and stopping


def test_background_work_runs_on_the_servers_loop_and_is_started_again(shared):
    assert shared.until(lambda facts: facts["same_loop"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_is_quick_quiet_and_tells_pages_to_connect_again(number):
    with serving() as served, RawWebsocket(served.port) as page:
        with socket.create_connection(("127.0.0.1", served.port)) as client:
            client.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
            served.until(lambda facts: facts["connections"] == 3 and facts["same_loop"])
            output, seconds = served.stop(number)
        assert page.closed_with() == 1012
    assert served.process.returncode == 0
    assert seconds < 2, "quick, even on a busy machine"
    assert output == "background ended\n"


def test_a_port_that_is_taken_is_one_sentence_and_exit_1(shared):
    code = f"import tests.served as s; s.server.run(s.application, port={shared.port})"
    with started("-c", code) as process:
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "Address already in use" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("module", ["kfconsole.server", "daphne"])
def test_the_command_line_serves_any_application(module):
    port = free_port()
    with started("-m", module, "tests.served:application", "-p", str(port)) as process:
        assert answers(port) == b"hello"
        with RawWebsocket(port) as page:
            Served(process, port).get("/push?3x1")
            assert json.loads(page.receive()) == {"content": "xxx"}
        output, _ = Served(process, port).stop(signal.SIGTERM)
    assert "Traceback" not in output
    assert "destroyed" not in output
    assert ("GET /push" in output) == (module == "daphne"), "ours keeps no access log"
