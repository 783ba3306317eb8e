"""A console that is new: what stands between an agent and their first customer."""

import pytest

from tests.factories import make_account, make_agent, make_connection, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ADD = "/admin/messaging/connection/add/"


def inbox_of(client, agent) -> str:
    client.force_login(agent)
    return client.get("/").content.decode()


def test_an_admin_is_led_to_the_first_connection(client):
    page = inbox_of(client, make_agent("boss", role="admin", is_superuser=True))
    assert "Nothing is connected yet" in page
    assert f'href="{ADD}"' in page
    assert client.get(ADD).status_code == 200
    assert "Choose one from the list" not in page


def test_an_agent_is_told_who_does_that(client, lin):
    page = inbox_of(client, lin)
    assert "An administrator does that." in page
    assert ADD not in page


def test_a_connection_without_accounts_leads_to_its_health(client):
    make_connection()
    page = inbox_of(client, make_agent("boss", role="admin", is_superuser=True))
    assert "No account is known yet" in page
    assert 'href="/admin/health/"' in page


def test_who_serves_no_account_is_told_so(client, lin):
    make_account()
    lin.serves_all = False
    lin.save()
    assert "You serve no account yet" in inbox_of(client, lin)


def test_a_quiet_console_is_no_new_one(client, lin):
    make_account()
    assert "No open sessions" in inbox_of(client, lin)
    make_session(agent=make_agent("wang"))
    assert "connected yet" not in client.get("/?tab=mine").content.decode()


def test_what_is_missing_is_drawn_anew_with_the_list(client, lin):
    client.force_login(lin)
    before = client.get("/sessions/since/?tab=all").content.decode()
    make_account()
    after = client.get("/sessions/since/?tab=all").content.decode()
    assert "Nothing is connected yet" in before
    assert 'hx-target="#empty"' in after
    assert "No open sessions" in after
