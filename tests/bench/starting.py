"""How long `serve` takes to answer, and what it costs while nothing happens."""

import contextlib
import time
from collections.abc import Iterator

import httpx

from .numbers import in_turns, medians, ratio
from .processes import Process, manage, start
from .table import Line, line

TITLE = "serve with an existing database, beside a bare Daphne + Django"
SERVE = ["manage.py", "serve", "--port", "{port}"]
BARE = ["-m", "daphne", "-v", "0", "-p", "{port}", "tests.bench.bare:application"]
MB = 1024 * 1024
SETTLE_SECONDS = 3.0


def measure(bench) -> Iterator[Line]:
    env = bench.environment(bench.folder("starting"))
    manage(env, "migrate", "--verbosity", "0")
    found = in_turns(
        3 if bench.quick else 5,
        serve=lambda: _seconds(SERVE, "/healthz", env),
        bare=lambda: _seconds(BARE, "/", env),
    )
    both = medians(found)
    yield line("first answer of serve", both["serve"], " s")
    beside = f"bare {both['bare']:.2f} s"
    yield line("… to bare", ratio(found, "serve", "bare"), at_most=3, beside=beside)
    with _started(SERVE, "/healthz", env) as serve, _started(BARE, "/", env) as bare:
        time.sleep(SETTLE_SECONDS)
        seconds = 4 if bench.quick else 10
        before = serve.cpu(), bare.cpu()
        time.sleep(seconds)
        idle = [(p.cpu() - b) / seconds * 100 for p, b in zip((serve, bare), before, strict=True)]
        yield line("idle CPU", idle[0], " %", at_most=1, beside=f"bare {idle[1]:.1f} %")
        beside = f"bare {bare.rss() / MB:.0f} MB"
        yield line("memory", serve.rss() / MB, " MB", at_most=120, beside=beside)


def _seconds(command: list[str], path: str, env: dict[str, str]) -> float:
    began = time.perf_counter()
    with _started(command, path, env):
        return time.perf_counter() - began


@contextlib.contextmanager
def _started(command: list[str], path: str, env: dict[str, str]) -> Iterator[Process]:
    process = start(command, env)
    try:
        deadline = time.monotonic() + 30
        while not _answers(process, path):
            assert process.popen.poll() is None, "it ended; see log.txt"
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.01)
        # Another's server may have taken the port, and answered.
        assert process.popen.poll() is None, "it ended; see log.txt"
        yield process
    finally:
        process.stop()


def _answers(process: Process, path: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(process.url + path, timeout=5).status_code == 200
    return False
