"""Which database and data folder this run has, and the servers and browser that tests may ask for.

Everything is decided here, before the settings are read: no test sees the developer's own data.
"""

import contextlib
import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import hypothesis.configuration
import pytest

from tests import once, servers

pytest_plugins = ["tests.browser"]

CACHES = Path(__file__).resolve().parent.parent / "var" / "cache"
SETTINGS = {
    "DATABASE_URL",
    "REDIS_URL",
    "ALLOWED_HOSTS",
    "DEBUG",
    "TIME_ZONE",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
    "SECRET_KEY_FALLBACKS",
}
CLEANUP = pytest.StashKey[contextlib.ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgres"],
        default="sqlite",
        help="where Django's tables are: a SQLite file (default) or a throwaway PostgreSQL",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.option.help or config.option.version:
        return
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose their settings.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `timeout` cleans up like Ctrl-C
    # In the background of a script Ctrl-C is ignored, and our servers would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    cleanup = config.stash[CLEANUP] = contextlib.ExitStack()
    forget_settings_of_the_shell()
    data = tempfile.mkdtemp(prefix="kf-test-")
    cleanup.callback(shutil.rmtree, data, ignore_errors=True)
    os.environ["KF_DATA_DIR"] = data
    if not hasattr(config, "workerinput"):  # workers of pytest-xdist inherit the environment
        os.environ[once.FOLDER] = f"{data}/once"
        os.mkdir(os.environ[once.FOLDER])
    os.environ["SECRET_KEY"] = "for the tests only, and not a secret at all, but long enough"
    os.environ["DJANGO_SETTINGS_MODULE"] = "kfconsole.settings"
    if config.option.database == "postgres":
        # Workers of pytest-xdist inherit the environment: one server for all of them.
        os.environ["TEST_DATABASE_URL"] = cleanup.enter_context(servers.postgres())
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

    import django  # not above: only now may the settings be read

    django.setup()

    from tests import flushing

    flushing.install()
    # Inherited, it would make pytest-xdist's workers read the settings before this file.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def forget_settings_of_the_shell() -> None:
    for name in list(os.environ):
        if name in SETTINGS or (name.startswith(("KF_", "S3_")) and name != "KF_SCREENSHOTS"):
            del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In parallel, whole files are given out in this order (Makefile: --no-loadscope-reorder).

    Those with a site or a browser come first, so that no worker begins with a long one at the end.
    """
    if hasattr(config, "workerinput"):
        sizes = Counter(item.path for item in items)
        long = {
            item.path for item in items if "site" in fixtures(item) or "browser" in item.keywords
        }
        items.sort(key=lambda item: (item.path not in long, -sizes[item.path]))


def fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


def pytest_unconfigure(config: pytest.Config) -> None:
    if cleanup := config.stash.get(CLEANUP, None):
        cleanup.close()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.option.database}"


# No deadline: the machine may be busy with other tests. The same examples every time: a red run
# must be red again.
hypothesis.configuration.set_hypothesis_home_dir(CACHES / "hypothesis")
hypothesis.settings.register_profile(
    "kfconsole", deadline=None, derandomize=True, database=None, print_blob=True
)
hypothesis.settings.load_profile("kfconsole")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL; `new_database(url)` makes a database of one's own there."""
    with servers.postgres() as url:
        yield url


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that only this test has."""
    with servers.new_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The URL of a real Redis."""
    with servers.redis() as url:
        yield url


@pytest.fixture
def shop(db):
    """One simulated corp behind real HTTP, connected to the console (tests/wire.py)."""
    from tests.wire import running_shop  # not above: models need settings

    with running_shop() as shop:
        yield shop


@pytest.fixture
def lin(db):
    """An agent who serves all accounts."""
    from tests.factories import make_agent

    return make_agent("lin")


@pytest.fixture
def wang(db):
    """A colleague who serves all accounts too."""
    from tests.factories import make_agent

    return make_agent("wang")


@pytest.fixture
def lin_is_here(client, lin):
    """Lin has signed in: `pytest.mark.usefixtures("lin_is_here")`."""
    client.force_login(lin)


@pytest.fixture
def session(shop):
    """Alice has asked where her parcel is, and waits in the queue."""
    shop.serve()
    shop.says("Where is my parcel?")
    shop.work()
    return shop.session
