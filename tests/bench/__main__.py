"""`python -m tests.bench [--only NAME …] [--quick] [--markdown]`: print the table."""

import argparse
import contextlib
import gc
import os
import signal
import sys
import tempfile
import time
import traceback
from functools import cached_property
from importlib import import_module
from pathlib import Path

from tests import servers

from . import processes
from .table import markdown_of, text_of

FIGURES = (
    "callbacks",
    "pages",
    "fanout",
    "storing",
    "lists",
    "pixels",
    "starting",
    "scaling",
    "search",
    "reports",
)


class Bench:
    """What all figures share: folders, environments, and servers started when first asked for."""

    def __init__(self, root: Path, stack: contextlib.ExitStack, quick: bool) -> None:
        self.root = root
        self.quick = quick
        self._stack = stack

    def folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir()
        return folder

    def environment(self, folder: Path, **more: str) -> dict[str, str]:
        return processes.environment(folder, **more)

    @cached_property
    def _postgres(self) -> str:
        return self._stack.enter_context(servers.postgres(durable=True))

    @cached_property
    def redis(self) -> str:
        return self._stack.enter_context(servers.redis())

    def new_postgres(self) -> contextlib.AbstractContextManager[str]:
        """The URL of an empty database, for as long as the block lasts."""
        return servers.new_database(self._postgres)


def main() -> int:
    parser = argparse.ArgumentParser("tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=FIGURES, metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="shorter and rougher")
    parser.add_argument("--markdown", action="store_true", help="as docs/benchmarks.md has it")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.disable()  # its pauses would be measured as the server's
    form = markdown_of if options.markdown else text_of
    failed = False
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kf-bench-")))
        bench = Bench(root, stack, options.quick)
        for name in options.only:
            failed |= not _show(name, bench, form)
    return int(failed)


def _show(name: str, bench: Bench, form) -> bool:
    """A figure that cannot be measured is said to be so, and the others still come."""
    figure, began = import_module(f"tests.bench.{name}"), time.monotonic()
    lines, failed = [], False
    try:
        for line in figure.measure(bench):
            lines.append(line)
    except Exception:
        traceback.print_exc()
        failed = True
    seconds, load = time.monotonic() - began, os.getloadavg()[0]
    about = f"{name}, {seconds:.0f} s, load {load:.1f} on {os.cpu_count()} cores"
    print(form(f"{figure.TITLE}  [{about}]", lines), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
