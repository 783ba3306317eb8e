"""The ground that other tests stand on: servers, databases, browser."""

import os

import psycopg
import pytest
import redis as redis_client
from django.conf import settings
from django.db import connection

from tests import servers
from tests.browser import off_the_loop


@pytest.mark.both
@pytest.mark.django_db
def test_django_uses_the_database_that_was_asked_for(pytestconfig):
    vendors = {"sqlite": "sqlite", "postgres": "postgresql"}
    assert connection.vendor == vendors[pytestconfig.option.database]


def test_the_run_has_a_data_folder_of_its_own():
    assert settings.KF_DATA_DIR.name.startswith("kf-test-")


def test_postgres_speaks_unicode_and_gives_each_test_an_empty_database(postgres_database):
    with psycopg.connect(postgres_database) as database:
        ctype = database.execute("SHOW lc_ctype").fetchone()
        tables = database.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchone() == (0,)
        assert "TEST_DATABASE_URL" in os.environ or ctype == ("C.UTF-8",)


def test_redis_answers(redis):
    assert redis_client.from_url(redis).ping()


def test_a_missing_server_is_named_with_its_package(monkeypatch):
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(servers.CannotStart, match="Debian: redis-server"), servers.redis():
        pass


@pytest.mark.browser
def test_chromium_shows_chinese_in_the_language_and_theme_asked_for(new_page, shot):
    page = new_page(locale="zh-CN", theme="dark", width=390)
    page.set_content("<h1>微信客服</h1>")
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert shot(page, "chinese").stat().st_size > 1000


@pytest.mark.browser
@pytest.mark.django_db
def test_the_database_can_be_read_beside_a_page(page):
    page.set_content("<p>here</p>")
    with off_the_loop():
        connection.ensure_connection()
    assert page.text_content("p") == "here"


async def test_async_tests_run_after_the_browser_started():
    """Playwright would leave its loop marked as running, and this one would be refused."""
