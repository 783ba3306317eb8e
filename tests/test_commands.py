"""The commands of the README do what they say, and say what is wrong."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database

from kfconsole import checkup
from messaging import accounts
from messaging.models import Account, Connection, Servicer
from sessions.models import Agent
from tests.factories import make_account, make_agent
from tests.wire import AES_KEY, CORP, SECRET, SHOP, TOKEN

WECOM = [
    "connect", "wecom", "--name", "New", "--corp-id", CORP, "--token", TOKEN,
    "--aes-key", AES_KEY,
]  # fmt: skip


def run(*command, stdin="", monkeypatch=None):
    said = StringIO()
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", StringIO(stdin))
    call_command(*command, stdout=said)
    return said.getvalue()


def connect(shop, *options, secret=SECRET):
    return run(*WECOM, "--secret", secret, "--api-base", shop.simulator.base_url, *options)


def test_connect_lists_accounts_and_says_where_callbacks_go(shop):
    said = connect(shop)
    connection = Connection.objects.get(name="New")
    assert SHOP in said
    assert "carol" in said
    assert connection.callback_path in said


def test_connect_says_the_same_to_scripts(shop):
    said = json.loads(connect(shop, "--json"))
    connection = Connection.objects.get(name="New")
    assert said["connection"] == connection.pk
    assert said["callback_path"] == f"/hooks/wecom/{connection.slug}/"
    assert [account["open_kfid"] for account in said["accounts"]] == [SHOP]


def test_connect_again_changes_the_connection_and_keeps_its_address(shop):
    first = json.loads(connect(shop, "--json"))
    second = json.loads(connect(shop, "--json"))
    assert first == second


def test_connect_reads_long_lists_page_by_page(shop):
    for number in range(205):
        shop.simulator.add_account(f"Account {number}", f"wkMANY{number}")
    assert len(json.loads(connect(shop, "--json"))["accounts"]) == 206


def test_connect_keeps_who_may_not_be_managed(shop):
    shop.simulator.add_account("Foreign", "wkFOREIGN", manage_privilege=False)
    assert "not assigned" in connect(shop)
    assert not Account.objects.get(external_id="wkFOREIGN", connection__name="New").manage_privilege


def test_connect_with_a_wrong_secret_says_so_and_how_to_mend_it(shop):
    with pytest.raises(CommandError, match="The secret is not valid"):
        connect(shop, secret="wrong")
    assert Connection.objects.get(name="New").fault


def test_connect_with_a_short_key_is_refused_before_anything_is_stored(shop):
    with pytest.raises(CommandError, match="43 characters"):
        run(*WECOM[:-1], "short", "--secret", SECRET)
    assert not Connection.objects.filter(name="New").exists()


def test_secrets_are_unreadable_in_the_database(shop):
    with database.cursor() as cursor:
        cursor.execute("SELECT secrets FROM messaging_connection")
        (stored,) = cursor.fetchone()
    assert SECRET not in stored
    assert AES_KEY not in stored
    assert SECRET not in repr(Connection.objects.get().secrets)


def test_servicers_who_left_are_forgotten(shop):
    Servicer.objects.create(account=shop.account, external_id="gone")
    accounts.refresh(shop.connection)
    assert [servicer.external_id for servicer in Servicer.objects.all()] == ["carol"]


def test_adduser_makes_somebody_who_can_sign_in(db, monkeypatch):
    run("adduser", "lin", "--password-stdin", stdin="a good password\n", monkeypatch=monkeypatch)
    lin = Agent.objects.get()
    assert lin.check_password("a good password")
    assert lin.serves_all


def test_adduser_can_narrow_the_accounts(db, monkeypatch):
    account = make_account(external_id="wkONE")
    run("adduser", "lin", "--account", "wkONE", "--password-stdin",
        stdin="a good password\n", monkeypatch=monkeypatch)  # fmt: skip
    lin = Agent.objects.get()
    assert not lin.serves_all
    assert list(lin.visible_accounts()) == [account]


def test_adduser_refuses_an_account_that_is_not_there(db, monkeypatch):
    with pytest.raises(CommandError, match="There is no account wkNOBODY"):
        run("adduser", "lin", "--account", "wkNOBODY", "--password-stdin",
            stdin="a good password\n", monkeypatch=monkeypatch)  # fmt: skip
    assert not Agent.objects.exists()


def test_adduser_refuses_a_weak_password(db, monkeypatch):
    with pytest.raises(CommandError, match="too short"):
        run("adduser", "lin", "--password-stdin", stdin="abc\n", monkeypatch=monkeypatch)


def test_the_doctor_finds_nothing_wrong_with_a_working_shop(shop, settings):
    settings.KF_PUBLIC_URL = "https://kf.example.com"
    settings.ALLOWED_HOSTS = ["kf.example.com"]
    Agent.objects.create(username="lin")
    shop.work()
    said = run("doctor")
    assert "✗" not in said
    assert "Corp: Shop is read" in said


def test_the_doctor_names_the_remedy_and_fails(shop):
    shop.connection.secrets = {**shop.connection.secrets, "secret": "wrong"}
    shop.connection.token = {}
    shop.connection.save()
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=said)
    assert "The secret is not valid" in said.getvalue()
    assert "→ Check corp id and secret" in said.getvalue()
    assert "adduser" in said.getvalue()


def test_the_doctor_finds_the_password_of_a_demonstration(db, settings):
    make_agent("admin", is_superuser=True)  # the factory's password is the demo's
    settings.KF_DEMO = False
    found = next(f for f in checkup.findings() if "password of the demo" in f.what)
    assert not found.is_well
    assert "admin" in found.what
    settings.KF_DEMO = True
    assert not any("password of the demo" in f.what for f in checkup.findings())


def test_the_demo_is_not_served_to_the_world(db, settings):
    settings.KF_DEMO = True
    with pytest.raises(CommandError, match=r"127\.0\.0\.1 only"):
        run("serve", "--host", "0.0.0.0")
