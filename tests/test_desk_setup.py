"""Setting up a connection to Desk: command, form, doctor; and what its pages say."""

import json
import zlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kfconsole import checkup
from messaging import failures, failures_desk
from messaging.admin.forms import ConnectionForm
from messaging.backends.desk import crypto, wire
from messaging.backends.desk.client import Client, api_address
from messaging.cures import Cure
from messaging.models import Connection, Message
from messaging.simulator.desk.background import running_desk
from tests.desk import ask, connect, event, take_in
from tests.factories import make_agent
from tests.simulated_desk import KEY, a_world

pytestmark = pytest.mark.django_db(transaction=True)


def connecting(*more):
    out = StringIO()
    call_command(
        "connect", "desk", "--name", "Shop app", "--sdk-app-id", "1400000000", "--admin", "admin",
        "--secret-key", "k", *more, "--json", stdout=out,
    )  # fmt: skip
    return json.loads(out.getvalue())


def test_connect_makes_the_connection_and_says_where_desk_calls_back():
    said = connecting("--callback-token", "t", "--region", "sgp", "--source", "10.0.0.0/8")
    connection = Connection.objects.get()
    assert said == {
        "connection": connection.pk,
        "callback_path": f"/hooks/desk/{connection.slug}/",
        "accounts": [],
    }
    assert connection.options == {"admin": "admin", "sources": ["10.0.0.0/8"]}
    assert dict(connection.secrets) == {"secret": "k", "token": "t"}
    assert connection.api_base == "https://adminapisgp.im.qcloud.com"


@pytest.mark.parametrize(
    "wrong", [("--source", "home"), ("--signing", "required"), ("--sdk-app-id", "app")]
)
def test_connect_says_what_is_wrong(wrong):
    with pytest.raises(CommandError, match=wrong[0]):
        connecting(*wrong)


def test_the_api_lies_where_it_is_said_with_or_without_its_version():
    assert api_address("") == "https://console.tim.qq.com/v4"
    assert api_address("http://a/v4/") == api_address("http://a") == "http://a/v4"


def form_with(**fields):
    given = {"backend": "desk", "name": "B", "identity": "140", "is_enabled": "on"}
    return ConnectionForm(given | {"admin": "a", "secret": "s"} | fields)


def test_the_form_asks_for_what_desk_needs():
    assert set(form_with(secret="", admin="").errors) == {"secret", "admin"}
    assert set(form_with(identity="ww1").errors) == {"identity"}
    assert set(form_with(sources="nowhere").errors) == {"sources"}
    assert set(form_with(signing="required").errors) == {"signing"}
    form = form_with(sources="10.0.0.0/8\n1.2.3.4", group="7", callback_token="t")
    assert form.is_valid(), form.errors
    connection = form.save()
    assert connection.options == {"admin": "a", "sources": ["10.0.0.0/8", "1.2.3.4"], "group": 7}
    again = ConnectionForm(instance=connection)
    assert again.initial["sources"] == "10.0.0.0/8\n1.2.3.4"


def test_the_forms_of_other_backends_need_none_of_it():
    given = {"backend": "staffservice", "name": "B", "identity": "app", "is_enabled": "on"}
    form = ConnectionForm(given | {"api_base": "https://b.example", "secret": "s"})
    assert form.is_valid()
    assert form.save().options == {}


def test_the_doctor_asks_desk_itself():
    with running_desk(a_world()) as desk:
        connection = connect(desk.base_url)
        assert all(finding.is_well for finding in checkup._connection(connection))
        connection.secrets = {"secret": "another key", "token": "t"}
        finding = next(checkup._connection(connection))
        assert "signature" in finding.what
        connection.options = {}
        assert "no administrator account" in next(checkup._connection(connection)).what


def test_the_doctor_warns_of_callbacks_that_anybody_could_send():
    with running_desk(a_world()) as desk:
        connection = connect(desk.base_url, secrets={"secret": KEY})
        assert not all(finding.is_well for finding in checkup._connection(connection))


# --- what calls carry -----------------------------------------------------------------------------


def test_a_usersig_is_that_of_the_notes():
    key = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"
    sig = crypto.user_sig(1400000000, key, "xiaojun", 1700000000, 86400)
    assert not set(sig) & set("+/=")
    opened = crypto.opened(sig)
    assert opened["TLS.sig"] == "SNF4FmVCPucoXsBOpbVF3fFCf57JPm0ezZ1jeVILlVc="
    assert opened["TLS.sdkappid"] == 1400000000


def test_the_sign_of_a_callback_is_that_of_the_documentation():
    expected = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061"
    assert crypto.signature("xxxxyyyy", "1669872112") == expected


def test_one_usersig_serves_for_a_day_and_is_renewed_when_it_is_refused():
    with running_desk(a_world()) as desk:
        client = Client(connect(desk.base_url))
        assert client._sig(renew=False) == client._sig(renew=False)
        desk.fault("errcode", api="get_session_state", count=1, errcode=70052)
        client.post("get_session_state", {"ClientUserId": "alice", "CustomerServiceId": "@shop"})
        assert [call["errcode"] for call in desk.calls("get_session_state")] == [70052, 0]


def test_the_same_message_has_the_same_number_however_often_it_is_sent():
    message = Message(kind="text", content={"content": "x"})
    first, second = wire.outbound(message, "s"), wire.outbound(message, "s")
    assert first == second
    assert first["MsgRandom"] == zlib.crc32(message.msgid.encode()) < 2**32


def test_the_same_number_means_something_else_on_another_platform():
    assert failures.of("desk", 60011).cure is Cure.RETRY
    assert failures.of_errcode(60011).cure is Cure.NONE
    assert failures.of("desk", 999).is_known is False
    assert "Desk" in str(failures.of("desk", 999).sentence)
    assert all(len(str(failures.of("desk", code).sentence)) > 10 for code in failures_desk.DESK)


# --- pages ----------------------------------------------------------------------------------------


def test_pages_of_a_desk_session_do_not_speak_of_wecom(client):
    connect()
    ask(event("TransferToHumanSuccess", AgentId="ann@example.com"))
    ask(event("Human.UserSendMsg"))
    ask(event("Human.AgentSendMsg", AgentId="ann@example.com", MsgKey="2"))
    ask(event("AgentForward", AgentId="b@example.com", ForwardFromAgentId="ann@example.com"))
    ask(event("ChatBot.RobotSendMsg", CloudCustomData='{"role": "robot"}'))
    take_in()
    session = Message.objects.exclude(session=None).first().session
    client.force_login(make_agent("lin"))
    page = client.get(f"/sessions/{session.pk}/").content.decode()
    for words in ("Desk gave the session to ann@example.com", "in Desk", "Bot", "Location"):
        assert words in page
    for words in ("WeCom", "Messages left", "Window closes", "Question with", "Mini program"):
        assert words not in page
    dialog = client.get(f"/sessions/{session.pk}/transfer/", headers={"HX-Request": "true"})
    assert "WeCom" not in dialog.content.decode()
    build = client.get(f"/sessions/{session.pk}/send/link/")
    assert build.status_code == 200
    assert "Picture" not in build.content.decode()


def test_health_and_admin_show_a_desk_connection(client):
    connection = connect()
    ask(event())
    take_in()
    client.force_login(make_agent("boss", role="admin", is_superuser=True))
    assert "@shop" in client.get("/admin/health/").content.decode()
    page = client.get(f"/admin/messaging/connection/{connection.pk}/change/")
    assert 'value="administrator"' in page.content.decode()
    account = connection.accounts.get()
    page = client.get(f"/admin/messaging/account/{account.pk}/change/").content.decode()
    assert "servicers-0-agent" in page or "servicers-__prefix__-agent" in page
