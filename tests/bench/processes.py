"""Servers to measure, each a process of its own, and what the kernel says about them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30.0
OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """As on a fresh machine: none of the developer's own settings."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("KF_", "S3_")) and k not in OURS
    }
    return kept | {
        "KF_DATA_DIR": str(folder),
        "SECRET_KEY": "of a benchmark, long enough to please the checks of Django itself",
        "KF_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        **more,
    }


@dataclass
class Process:
    popen: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        return cpu_of(self.popen.pid)

    def rss(self) -> int:
        """Bytes of memory in use."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024

    def stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def cpu_of(pid: int) -> float:
    """Seconds of processor time since its start."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def start(arguments: list[str], env: dict[str, str], port: int = 0) -> Process:
    """`{port}` in the arguments becomes a free one; returns at once."""
    port = port or free_port()
    command = [sys.executable, *(word.format(port=port) for word in arguments)]
    with (Path(env["KF_DATA_DIR"]) / "log.txt").open("ab") as log:
        popen = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    return Process(popen, port)


@contextlib.contextmanager
def running(arguments: list[str], env: dict[str, str]) -> Iterator[Process]:
    process = start(arguments, env)
    try:
        wait_for(process)
        yield process
    finally:
        process.stop()


def serving(application: str, env: dict[str, str]):
    """An ASGI application under the console's own Daphne."""
    return running(["-m", "kfconsole.server", "-p", "{port}", application], env)


def wait_for(process: Process) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.popen.poll() is not None:
            raise RuntimeError(f"{process.popen.args} ended; see log.txt")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", process.port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.popen.args} did not start")


def inside(env: dict[str, str], work: str, **arguments: Any) -> Any:
    """Call `module:function` of this package in a process with these settings; what it returned."""
    command = [sys.executable, "-m", "tests.bench.inside", work, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{work}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def manage(env: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
