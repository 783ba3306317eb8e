"""Connections in the admin: secrets go in and never come out, and are tried at once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging import accounts
from messaging.backends import SendError
from messaging.models import Account, Connection, Servicer
from sessions.models import Agent
from tests.factories import make_account, make_agent, make_connection, make_servicer

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECRETS = {"secret": "top-secret-1", "token": "top-secret-2", "aes_key": AES_KEY}
NEW = {"secret": "top-secret-1", "callback_token": "top-secret-2", "aes_key": AES_KEY}


@pytest.fixture
def boss(client):
    """An admin's browser."""
    client.boss = make_agent("boss", role=Agent.Role.ADMIN, is_superuser=True)
    client.force_login(client.boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def read(monkeypatch):
    """Which connections' accounts were read; nothing is asked of a platform."""
    asked = []
    monkeypatch.setattr(accounts, "refresh", lambda connection: asked.append(connection) or [])
    return asked


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def fields(**changed):
    return {"name": "Corp", "backend": "wecom", "identity": "ww1", "is_enabled": "on",
            "api_base": "", **changed}  # fmt: skip


def test_a_connection_is_made_and_its_accounts_read(boss, read, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = boss.post(address(Connection, "add"), fields(**NEW))
    made = Connection.objects.get()
    assert response.status_code == 302
    assert response["Location"] == address(Connection, "change", made.pk)  # its address is there
    assert made.secrets == SECRETS
    assert read == [made]


def test_a_new_connection_needs_its_secrets(boss, read):
    response = boss.post(address(Connection, "add"), fields())
    assert set(response.context["adminform"].errors) == set(NEW)
    assert not Connection.objects.exists()


def test_secrets_are_never_rendered_back(boss):
    made = make_connection(secrets=SECRETS)
    html = boss.get(address(Connection, "change", made.pk)).content.decode()
    assert "top-secret" not in html
    assert AES_KEY not in html
    assert html.count("Stored: leave empty to keep") == 3
    assert made.callback_path in html


def test_secrets_are_not_rendered_back_after_an_error_either(boss):
    made = make_connection(secrets=SECRETS)
    wrong = fields(name="", secret="another-secret", callback_token="", aes_key="")
    html = boss.post(address(Connection, "change", made.pk), wrong).content.decode()
    assert "This field is required" in html
    assert "another-secret" not in html


def test_an_empty_field_keeps_the_secret_and_a_new_one_forgets_the_old_token(boss, read):
    made = make_connection(secrets=SECRETS, token={"value": "t"}, token_expires_at=timezone.now())
    made.report_fault(40001, "invalid credential")
    changed = fields(secret="new-secret", callback_token="", aes_key="")
    boss.post(address(Connection, "change", made.pk), changed)
    made = Connection.objects.get()
    assert made.secrets == {**SECRETS, "secret": "new-secret"}
    assert (made.token, made.fault) == ({}, None)


def test_another_name_keeps_the_token(boss, read):
    made = make_connection(identity="ww1", secrets=SECRETS, token={"value": "t"})
    unchanged = fields(name="Renamed", secret="", callback_token="", aes_key="")
    boss.post(address(Connection, "change", made.pk), unchanged)
    assert Connection.objects.get().token == {"value": "t"}


def test_a_connection_stays_with_its_backend_and_names_its_id_by_it(boss, read):
    made = make_connection(identity="1001", secrets={"secret": "s"}, backend="staffservice",
                           api_base="https://app.example/")  # fmt: skip
    page = boss.get(address(Connection, "change", made.pk)).content.decode()
    assert 'name="backend"' not in page
    assert "Appid:" in page
    assert "Corp id:" in boss.get(address(Connection, "add")).content.decode()
    changed = fields(name="Renamed", identity="1002", api_base="https://app.example/")
    assert boss.post(address(Connection, "change", made.pk), changed).status_code == 302
    made.refresh_from_db()
    assert (made.backend, made.identity, made.name) == ("staffservice", "1002", "Renamed")


OWN = {
    "wecom": {"callback_token", "aes_key"},
    "staffservice": {"media_base_url", "stale_seconds"},
    "desk": {"callback_token", "admin", "signing", "sources", "group"},
}


@pytest.mark.parametrize("backend", OWN)
def test_a_new_connection_is_asked_only_for_what_its_system_needs(boss, backend):
    page = boss.get(address(Connection, "add"), {"backend": backend}).content.decode()
    asked = {name for name in set().union(*OWN.values()) if f'name="{name}"' in page}
    assert asked == OWN[backend]
    assert f'href="?backend={backend}" aria-current="page"' in page
    assert f'type="hidden" name="backend" value="{backend}"' in page


def test_what_is_wrong_is_shown_in_the_form_of_the_chosen_system(boss, read):
    response = boss.post(address(Connection, "add"), fields(backend="desk", identity="ww1"))
    assert set(response.context["adminform"].errors) == {"identity", "admin", "secret"}
    assert 'name="group"' in response.content.decode()
    assert 'name="aes_key"' not in response.content.decode()


def test_the_steps_stand_in_their_order_with_the_address_at_its_own(boss):
    made = make_connection(secrets=SECRETS)
    page = boss.get(address(Connection, "change", made.pk)).content.decode()
    order = ["1. Make an app", 'name="secret"', "2. Open the callback form", 'name="aes_key"',
             "3. Save here, then there", made.callback_path, "4. Let it reach"]  # fmt: skip
    places = [page.index(each) for each in order]
    assert places == sorted(places)


def test_what_the_form_does_not_ask_for_stays(boss, read):
    kept = {"media_base_url": "https://files.example", "allow_private_media": True}
    made = make_connection(identity="ww1", secrets=SECRETS, options=kept)
    boss.post(address(Connection, "change", made.pk), fields(name="Renamed"))
    made.refresh_from_db()
    assert (made.name, made.options) == ("Renamed", {"media_base_url": "https://files.example"})


@pytest.mark.parametrize("key", ["short", "x" * 44, "!" * 43])
def test_a_wrong_aes_key_is_named_at_its_field(boss, read, key):
    response = boss.post(address(Connection, "add"), fields(**{**NEW, "aes_key": key}))
    [error] = response.context["adminform"].errors["aes_key"]
    assert "43" in error


@pytest.mark.django_db(transaction=True)
def test_credentials_that_do_not_work_are_told_with_the_remedy(boss, monkeypatch):
    def refuse(connection):
        raise SendError(60020, "not allow to access from your ip")

    monkeypatch.setattr(accounts, "refresh", refuse)
    boss.post(address(Connection, "add"), fields(**NEW))
    html = boss.get(address(Connection)).content.decode()
    assert "trusted IPs" in html
    assert Connection.objects.exists()


def test_accounts_are_read_again_by_an_action(boss, read):
    made = make_connection()
    action = {"action": "read_accounts", "_selected_action": [made.pk]}
    boss.post(address(Connection), action)
    assert read == [made]


def test_a_servicer_is_given_a_name(boss):
    servicer = make_servicer(make_account(), name="")
    management = {"servicers-TOTAL_FORMS": 1, "servicers-INITIAL_FORMS": 1}
    row = {"servicers-0-id": servicer.pk, "servicers-0-account": servicer.account_id,
           "servicers-0-name": "Li Si"}  # fmt: skip
    boss.post(address(Account, "change", servicer.account_id), {**management, **row})
    assert Servicer.objects.get().name == "Li Si"
