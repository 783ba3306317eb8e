"""Throwaway PostgreSQL and Redis: real servers on free ports, gone when the block ends.

`python -m tests.servers COMMAND…` runs a command with DATABASE_URL and REDIS_URL pointing at them.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

START_SECONDS = 30
STOP_SECONDS = 15
START_ATTEMPTS = 3  # a free port may be taken by somebody else before the server binds it
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
LIBC = ctypes.CDLL(None)


class CannotStart(Exception):
    """A server is not installed, or did not come up; the message says which and why."""


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Yield the URL of a PostgreSQL with an empty database; `durable` waits for the disk."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    initdb, server = _postgres_program("initdb"), _postgres_program("postgres")
    with _folder("kf-postgres-") as folder:
        data = folder / "data"
        _run(
            [initdb, "--pgdata", data, "--username=kf", "--auth=trust", "--no-sync"]
            + ["--encoding=UTF8", "--locale=C.UTF-8"],
            folder,
        )

        def command(port: int) -> list[str | Path]:
            flags = ["max_connections=200", f"fsync={'on' if durable else 'off'}"]
            flags += ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
            return [server, "-D", data, "-p", str(port), *(f"--{flag}" for flag in flags)]

        with _server(command, _postgres_answers, folder, stop=signal.SIGINT) as port:
            yield _postgres_url(port)


@contextlib.contextmanager
def new_database(url: str) -> Iterator[str]:
    """Yield the URL of a new, empty database on the server of `url`, and drop it afterwards."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Yield the URL of a Redis that keeps nothing on disk."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    program = shutil.which("redis-server")
    if not program:
        raise CannotStart(
            "redis-server is not installed (Debian: redis-server), nor TEST_REDIS_URL set."
        )
    with _folder("kf-redis-") as folder:

        def command(port: int) -> list[str | Path]:
            settings = {"bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": str(folder)}
            return [program, "--port", str(port)] + [
                word for name, value in settings.items() for word in (f"--{name}", value)
            ]

        with _server(command, _redis_answers, folder, stop=signal.SIGTERM) as port:
            yield f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- starting and stopping --------------------------------------------------------------------


@contextlib.contextmanager
def _server(
    command: Callable[[int], list],
    answers: Callable[[int], bool],
    folder: Path,
    stop: signal.Signals,
) -> Iterator[int]:
    process, port = _start(command, answers, folder)
    try:
        yield port
    finally:
        process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(
    command: Callable[[int], list], answers: Callable[[int], bool], folder: Path
) -> tuple[subprocess.Popen, int]:
    log = folder / "log"
    for _ in range(START_ATTEMPTS):
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(port),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                start_new_session=True,  # Ctrl-C reaches us, and we stop it in order
                preexec_fn=_die_with_parent,
                **_unprivileged(),
            )
        if _comes_up(process, lambda port=port: answers(port)):
            return process, port
        process.kill()
        process.wait()
    raise CannotStart(f"{command(0)[0]} did not start:\n{log.read_text(errors='replace')}")


def _comes_up(process: subprocess.Popen, answers: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if answers():
            return True
        time.sleep(0.02)
    return False


def _die_with_parent() -> None:
    """Not even `kill -9` of the test run leaves a server behind (Linux; the starting thread counts)."""
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGINT)


def _unprivileged() -> dict:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = _other_account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _other_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@contextlib.contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            account = _other_account()
            os.chown(name, account.pw_uid, account.pw_gid)
        yield Path(name)


def _run(command: list, folder: Path) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        start_new_session=True,
        **_unprivileged(),
    )
    if done.returncode:
        raise CannotStart(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


# --- PostgreSQL and Redis ---------------------------------------------------------------------


def _postgres_program(name: str) -> str:
    newest_first = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]),
        reverse=True,
    )
    found = shutil.which(name) or next(map(str, newest_first), None)
    if not found:
        raise CannotStart(
            "PostgreSQL is not installed (Debian: postgresql), nor TEST_DATABASE_URL set."
        )
    return found


def _postgres_url(port: int) -> str:
    return f"postgres://kf@127.0.0.1:{port}/postgres"


def _postgres_answers(port: int) -> bool:
    try:
        psycopg.connect(_postgres_url(port), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def main(command: list[str]) -> int:
    with postgres() as database, redis() as cache:
        return subprocess.call(
            command, env={**os.environ, "DATABASE_URL": database, "REDIS_URL": cache}
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
