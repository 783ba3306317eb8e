"""What a page costs before its view does anything: all middleware, in one hop and stock."""

import itertools
from collections.abc import Iterator

from . import load
from .callbacks import APPS, CONNECTIONS, TURN_SECONDS
from .numbers import in_turns, medians, ratio
from .processes import serving
from .table import Line, line

TITLE = "Page overhead: a view that says hello, all middleware"


def measure(bench) -> Iterator[Line]:
    env = bench.environment(bench.folder("pages"), KF_BENCH_MIDDLEWARE="1")
    hello = itertools.cycle([(0, load.get("/hello"))])

    def way(port: int):
        return lambda: load.as_fast_as_possible(port, hello, CONNECTIONS, TURN_SECONDS).per_second

    with (
        serving(f"{APPS}:raw", env) as raw,
        serving(f"{APPS}:stock", env) as stock,
        serving(f"{APPS}:one_hop", env) as ours,
    ):
        ways = {"raw": way(raw.port), "stock": way(stock.port), "ours": way(ours.port)}
        found = in_turns(4 if bench.quick else 9, **ways)
    rates = medians(found)
    yield line("pages per second", rates["ours"])
    beside = f"C {rates['raw']:,.0f}/s"
    yield line("… to C", ratio(found, "ours", "raw"), at_least=0.40, beside=beside)
    beside = f"stock {rates['stock']:,.0f}/s"
    yield line("… to stock Django", ratio(found, "ours", "stock"), at_least=3, beside=beside)
