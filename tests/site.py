"""The console as people run it: real processes, a real database, a real simulator beside them.

with embedded(folder) as site:                     manage.py serve on SQLite, for the first time
with installed(folder) as site:                    the same, where all is there already: quicker
with many(folder, postgres, redis) as site:        2 × web, 2 × worker

site.connect(); lin = site.agent("lin"); lin.reply(session_id, "Hello")
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from messaging.simulator.client import Simulator
from tests import once

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery staple"
CORP, SECRET = "wwcorp0000000000kf", "a-secret-of-the-corp"
TOKEN, AES_KEY = "callbackToken", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SHOP = "wkSHOP"
START_SECONDS = 40.0
QUICK = {
    "KF_POLL_SECONDS": "3",
    "KF_LEASE_SECONDS": "3",
    "KF_HTTP_SECONDS": "2",
    "KF_SWEEP_SECONDS": "0.5",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(truth: Callable[[], Any], seconds: float = 20.0, what: str = "") -> Any:
    """What `truth` returns as soon as it is true. Fails with `what` when it does not become so."""
    deadline = time.monotonic() + seconds
    while True:
        if found := truth():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or truth}")
        time.sleep(0.05)


class Site:
    """Processes by name ("web1", "worker2", …); `urls` are the web processes' addresses."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")},
            "KF_DATA_DIR": str(folder),
            "SECRET_KEY": "of a site under test, long enough to please the checks of Django",
            "KF_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            **QUICK,
            **environment,
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.processes: dict[str, subprocess.Popen] = {}
        self.commands: dict[str, list[str]] = {}
        self.urls: dict[str, str] = {}
        self.cookies: dict[str, list] = {}  # of who has signed in (signing_in.py)
        self.operator: subprocess.Popen | None = None
        self.log = (folder / "log.txt").open("ab")

    # --- processes -----------------------------------------------------------------------------

    def start(self, name: str, *command: str) -> None:
        self.commands[name] = list(command)
        self.processes[name] = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )

    def start_web(self, name: str) -> None:
        port = free_port()
        self.urls[name] = f"http://127.0.0.1:{port}"
        self.start(name, "-m", "kfconsole.server", "-p", str(port), "kfconsole.asgi:application")
        self.wait_for(name)

    def start_serve(self, *options: str) -> None:
        port = free_port()
        self.urls["web1"] = f"http://127.0.0.1:{port}"
        self.start("web1", "manage.py", "serve", "--port", str(port), *options)
        self.wait_for("web1")

    def start_simulator(self) -> None:
        port = free_port()
        self.start("simulator", "-m", "messaging.simulator", "--empty", "--port", str(port))
        self.simulator = Simulator(f"http://127.0.0.1:{port}")
        wait_until(self._simulator_answers, START_SECONDS, "the simulator answers")

    def _simulator_answers(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return bool(self.simulator.now())
        return False

    def wait_for(self, name: str) -> None:
        def ready() -> bool:
            if self.processes[name].poll() is not None:
                raise AssertionError(f"{name} ended:\n{self.words()}")
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"{self.urls[name]}/readyz", timeout=2).status_code == 200
            return False

        wait_until(ready, START_SECONDS, f"{name} is ready\n{self.words()}")

    def kill(self, name: str) -> None:
        """As a crash does it: no goodbye."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def restart(self, name: str) -> None:
        self.start(name, *self.commands[name])
        if name in self.urls:
            self.wait_for(name)

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGINT)
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        if self.operator:
            self.operator.communicate()  # the end of its orders is its own
        self.log.close()

    def words(self) -> str:
        """What the processes said, for a test that fails."""
        return (self.folder / "log.txt").read_text(errors="replace")[-4000:]

    # --- people --------------------------------------------------------------------------------

    def manage(self, *command: str, said: str = "") -> str:
        """As an operator does it: by a `manage.py` that stays (managed.py)."""
        if not self.operator:
            self.operator = subprocess.Popen(
                [sys.executable, "-m", "tests.managed"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log,
                text=True,
            )
        self.operator.stdin.write(json.dumps([command, said]) + "\n")
        self.operator.stdin.flush()
        answer = self.operator.stdout.readline()
        assert answer, self.words()
        code, printed = json.loads(answer)
        assert code == 0, printed
        return printed

    def connect(self, customers: int = 0) -> dict:
        """One corp with one account, connected as an admin would do it."""
        self.simulator.add_corp(CORP, SECRET, "", TOKEN, AES_KEY)
        self.simulator.add_account("Shop", SHOP)
        self.simulator.add_servicer(SHOP, "carol", "Carol")
        for number in range(customers):
            self.simulator.add_customer(f"Customer {number}", f"wm{number}")
        said = self.manage(
            "connect", "wecom", "--name", "Corp", "--corp-id", CORP, "--secret", SECRET,
            "--token", TOKEN, "--aes-key", AES_KEY, "--api-base", self.simulator.base_url,
            "--json",
        )  # fmt: skip
        connected = json.loads(said)
        address = next(iter(self.urls.values())) + connected["callback_path"]
        self.simulator.set_callback(address, TOKEN, AES_KEY)
        return connected

    def agent(self, username: str, role: str = "agent", web: str = "web1") -> "Desk":
        self.manage("adduser", username, "--role", role, "--password-stdin", said=PASSWORD)
        return Desk(self, username, web)


class Desk:
    """An agent who uses the pages as a browser without scripts would."""

    def __init__(self, site: Site, username: str, web: str) -> None:
        self.site = site
        self.http = httpx.Client(base_url=site.urls[web], timeout=10, follow_redirects=True)
        self.sign_in(username)

    def sign_in(self, username: str) -> None:
        self.http.get("/login/")
        answer = self.post("/login/", username=username, password=PASSWORD)
        assert "/login/" not in str(answer.url), answer.text[:2000]

    def post(self, path: str, **fields: str) -> httpx.Response:
        fields["csrfmiddlewaretoken"] = self.http.cookies.get("csrftoken", "")
        return self.http.post(path, data=fields, headers={"Referer": str(self.http.base_url)})

    def sessions(self, tab: str = "all") -> dict[str, int]:
        """{customer's name: session} of a tab's first page."""
        page = self.http.get("/", params={"tab": tab}).text
        row = r'href="/sessions/(\d+)/"[^>]*>\s*([^<]+?)\s*<'
        return {name: int(pk) for pk, name in re.findall(row, page)}

    def reply(self, session: int, text: str, msgid: str = "") -> httpx.Response:
        return self.post(f"/sessions/{session}/reply/", text=text, msgid=msgid)


@contextlib.contextmanager
def _running(site: Site) -> Iterator[Site]:
    try:
        yield site
    finally:
        site.stop()


@contextlib.contextmanager
def embedded(folder: Path, **environment: str) -> Iterator[Site]:
    """One process on SQLite, as `manage.py serve` gives it the first time."""
    with _running(Site(folder, **environment)) as site:
        site.start_simulator()
        site.start_serve()
        yield site


@contextlib.contextmanager
def installed(folder: Path, **environment: str) -> Iterator[Site]:
    """The same where it has been started before, and its static files are collected."""
    once.migrated(folder)
    with _running(Site(folder, KF_STATIC_ROOT=str(once.collected()), **environment)) as site:
        site.start_simulator()
        site.start_serve("--no-migrate")
        yield site


@contextlib.contextmanager
def many(folder: Path, database: str, redis: str, **environment: str) -> Iterator[Site]:
    """Two web and two worker processes on PostgreSQL and Redis."""
    site = Site(folder, DATABASE_URL=database, REDIS_URL=redis, **environment)
    with _running(site):
        site.manage("migrate", "--verbosity", "0")
        site.start_simulator()
        for name in ("worker1", "worker2"):
            site.start(name, "manage.py", "worker")
        for name in ("web1", "web2"):
            site.start_web(name)
        yield site
