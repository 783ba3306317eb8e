"""Setting up staffService: the command, the form, and what the doctor says."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kfconsole import checkup
from messaging import failures
from messaging.admin.forms import ConnectionForm
from messaging.models import Connection
from tests.staff import connected

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.fixture
def app(monkeypatch):
    return connected(monkeypatch)


def test_connect_makes_the_connection_and_says_where_the_app_sends():
    out = StringIO()
    call_command(
        "connect", "staffservice", "--name", "Shop app", "--app-id", "77", "--app-secret", "s",
        "--app-url", "https://shop.example/qmt", "--media-base", "https://files.example/up",
        "--stale-seconds", "0", "--json", stdout=out,
    )  # fmt: skip
    said = json.loads(out.getvalue())
    connection = Connection.objects.get(identity="77")
    assert said["callback_path"] == f"/hooks/staffservice/{connection.slug}/"
    assert [account["open_kfid"] for account in said["accounts"]] == ["77"]
    assert connection.options == {"media_base_url": "https://files.example/up", "stale_seconds": 0}


def test_a_base_of_files_is_a_web_address():
    with pytest.raises(CommandError):
        call_command(
            "connect", "staffservice", "--name", "Shop app", "--app-id", "77", "--app-secret", "s",
            "--app-url", "https://shop.example/qmt", "--media-base", "/var/files",
        )  # fmt: skip


def form_with(**fields):
    given = {"backend": "staffservice", "name": "B", "identity": "77", "is_enabled": "on"}
    return ConnectionForm(given | {"api_base": "https://b.example", "secret": "s"} | fields)


def test_the_form_asks_for_what_this_backend_needs(app):
    assert form_with().is_valid()
    assert set(form_with(secret="").errors) == {"secret"}
    assert set(form_with(api_base="").errors) == {"api_base"}


def test_the_form_keeps_what_was_chosen_and_clears_what_it_mends(app):
    form = form_with(
        media_base_url="https://files.example", allow_private_media="on", stale_seconds=0
    )
    assert form.is_valid()
    made = form.save()
    chosen = {
        "media_base_url": "https://files.example",
        "allow_private_media": True,
        "stale_seconds": 0,
    }
    assert made.options == chosen
    made.report_fault(failures.NO_MEDIA_BASE, "")
    given = {"backend": "staffservice", "name": "B", "identity": "77", "is_enabled": "on"}
    form = ConnectionForm(given | {"api_base": "https://b.example"}, instance=made)
    assert form.is_valid()
    made = form.save()
    assert (made.options, made.fault) == ({}, None)


def test_the_doctor_says_when_the_secret_is_missing(app):
    connection = Connection.objects.get()
    assert all(finding.is_well for finding in list(checkup._connection(connection))[:1])
    connection.secrets = {}
    assert "no secret" in next(checkup._connection(connection)).what
