"""The health page: what is wrong, who mends it, and two things to press."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging import failures, health, live
from messaging.models import Account, Callback, Connection, Media, Message, Refusal
from sessions.models import Agent
from tests.factories import (
    make_account,
    make_agent,
    make_connection,
    make_customer,
    make_message,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def boss(client):
    """An admin's browser."""
    client.boss = make_agent("boss", role=Agent.Role.ADMIN, is_superuser=True)
    client.force_login(client.boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def session(db):
    return make_session(make_customer(make_account()), make_agent("lin"))


@pytest.fixture
def woken(monkeypatch):
    steps = []
    monkeypatch.setattr(live, "wake", steps.append)
    return steps


def failed(session, **kw):
    kw = {"failure_type": "errcode", "failure_code": failures.NETWORK, "status": "failed", **kw}
    return make_message(session, "Hi", ours=True, **kw)


def health_page(boss):
    return boss.get(reverse("health")).content.decode()


def test_the_index_leads_to_the_health_page(boss):
    assert reverse("health") in boss.get(reverse("admin:index")).content.decode()


def test_the_health_page_shows_what_is_wrong(boss, session):
    connection = Connection.objects.get()
    connection.report_fault(60020, "from ip 1.2.3.4")
    now = timezone.now()
    Account.objects.update(
        cursor="c" * 60, failed_pulls=4, error_code=45009, error_at=now, lag_seconds=75.25,
        not_before=now + timedelta(minutes=1),
    )  # fmt: skip
    Callback.objects.create(
        connection=connection, open_kfid=Account.objects.get().external_id, created_at=now
    )
    Refusal.objects.create(slug=connection.slug, reason="stale", count=17, last_at=now)
    failed(session)
    html = health_page(boss)
    for part in ("trusted IPs", "1.2.3.4", "Too many calls", "75.3 s", "next at", "stale × 17"):
        assert part in html
    assert "c" * 20 not in html


def test_a_connection_says_what_its_settings_keep_away_and_has_no_token_to_show(boss):
    app = make_connection(backend="staffservice", identity="1001")
    app.report_fault(failures.NO_MEDIA_BASE, "")
    html = health_page(boss)
    assert "nobody has said where its files lie" in html
    assert "Enter the address of its files" in html
    assert "Access token" not in html


def test_the_health_page_without_a_connection_says_what_to_do(boss):
    assert "There is no connection yet." in health_page(boss)


def test_the_health_page_counts_per_connection(boss, session):
    failed(session)
    Message.objects.update(created_at=timezone.now() - timedelta(days=1))
    make_message(session, "waits", ours=True, status="queued")
    failed(session)
    make_connection()
    entries = health.connections(timezone.now())
    assert [(entry["pending"], entry["failed"]) for entry in entries] == [(1, 1), (0, 0)]


def test_the_health_page_costs_the_same_for_many_accounts(boss, django_assert_max_num_queries):
    for number in range(5):
        make_account(f"Shop {number}", connection=make_connection())
    with django_assert_max_num_queries(14):
        health_page(boss)


def test_files_about_to_be_lost_are_listed(boss, session):
    Media.objects.create(
        account=session.account, customer=session.customer, key="k", kind="image",
        status="wanted", due_at=timezone.now(),
    )  # fmt: skip
    Media.objects.update(created_at=timezone.now() - timedelta(days=2), error="40014 x", attempts=9)
    html = health_page(boss)
    assert "Files about to be lost" in html
    assert "image" in html


def test_pulling_now_ends_the_pause_and_wakes_the_worker(boss, woken):
    account = make_account(cursor="kept", not_before=timezone.now() + timedelta(hours=1))
    boss.post(reverse("pull_now", args=[account.pk]))
    account.refresh_from_db()
    assert account.not_before is None
    assert account.poll_at <= timezone.now()
    assert account.cursor == "kept"
    assert woken == ["sync"]


def test_reading_again_starts_where_the_platform_remembers(boss, woken):
    account = make_account(cursor="old", history_read_at=timezone.now())
    boss.post(reverse("read_again", args=[account.pk]))
    account.refresh_from_db()
    assert account.cursor == ""
    assert account.history_read_at is None  # what is found is shown, and old rows open nothing
    assert woken == ["sync"]


@pytest.mark.parametrize("verb", ["pull_now", "read_again"])
def test_a_look_does_not_pull(boss, verb):
    assert boss.get(reverse(verb, args=[make_account().pk])).status_code == 405
