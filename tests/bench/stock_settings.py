"""Stock Django beside ours: the same apps and tables, views of tests/bench/stock.py, no middleware
unless KF_BENCH_MIDDLEWARE asks for all of ours."""

import os

from kfconsole.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.stock"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  Django's default
if not os.environ.get("KF_BENCH_MIDDLEWARE"):
    MIDDLEWARE = []
