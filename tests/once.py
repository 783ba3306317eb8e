"""What every site under test would make for itself and all have the same, made once for a run.

Workers of pytest-xdist share it: whoever comes first makes it, the others wait for it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "TESTS_SHARED_FOLDER"  # set by tests/conftest.py, gone when the run ends


def collected() -> Path:
    """The static files as operations.md has them collected: hashed, compressed, kept by browsers."""
    return _made("static", lambda part: _manage("collectstatic", KF_STATIC_ROOT=part))


def migrated(folder: Path) -> None:
    """Put a migrated and empty SQLite database into a site's folder."""
    ready = _made("migrated", lambda part: _manage("migrate", KF_DATA_DIR=part))
    shutil.copytree(ready, folder, dirs_exist_ok=True)


def _made(name: str, make: Callable[[Path], None]) -> Path:
    folder = Path(os.environ[FOLDER])
    ready, part = folder / name, folder / f"{name}.part"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            make(part)
            part.rename(ready)
    return ready


def _manage(command: str, **folders: Path) -> None:
    inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    subprocess.run(
        [sys.executable, "manage.py", command, "--no-input", "--verbosity", "0"],
        cwd=ROOT,
        env=inherited | {name: str(path) for name, path in folders.items()},
        check=True,
    )
