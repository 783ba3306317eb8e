"""The door for callbacks: what is signed and sealed comes in, nothing else leaves a trace."""

import asyncio
import time
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging import hooks
from messaging.backends.wecom.crypto import Cipher, signature
from messaging.models import Callback, Connection, Refusal
from tests.test_wecom_crypto import AES_KEY, CORP, ENCRYPT, NONCE, SIGNATURE, TIMESTAMP, TOKEN

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]

NEWS = (
    "<xml><ToUserName><![CDATA[{corp}]]></ToUserName><CreateTime>1348831860</CreateTime>"
    "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>"
    "<Token><![CDATA[ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMzxhFmHVGcra996NR]]></Token>"
    "<OpenKfId><![CDATA[wkxxxxxxx]]></OpenKfId></xml>"
)
CHANGED = (
    "<xml><ToUserName>{corp}</ToUserName><FromUserName>sys</FromUserName>"
    "<MsgType>event</MsgType><Event>kf_account_auth_change</Event>"
    "<AuthAddOpenKfId>wk1</AuthAddOpenKfId><AuthAddOpenKfId>wk2</AuthAddOpenKfId>"
    "<AuthDelOpenKfId>wk3</AuthDelOpenKfId></xml>"
)


@pytest.fixture
def connection():
    hooks._known.clear()
    hooks._logged.clear()
    return Connection.objects.create(
        name="Corp",
        slug="corp",
        identity=CORP,
        secrets={"token": TOKEN, "aes_key": AES_KEY, "secret": "s"},
    )


def ask(method="POST", path="/hooks/wecom/corp/", query=None, body=b""):
    """One request to the ASGI application, and time for what it leaves to do."""

    async def once():
        transport = httpx.ASGITransport(hooks.hooks)
        async with httpx.AsyncClient(transport=transport, base_url="http://kf") as client:
            answer = await client.request(method, f"{path}?{urlencode(query or {})}", content=body)
        if answer.status_code != 200:
            hooks._flush()
            hooks._threads.submit(int).result()
        return answer

    return asyncio.run(once())


def sealed(event=NEWS, *, corp=CORP, at=None, token=TOKEN, key=AES_KEY):
    """A callback as WeCom sends it: (query, body)."""
    encrypted = Cipher(key).encrypt(event.format(corp=corp), corp)
    timestamp = str(int(time.time() if at is None else at))
    query = {
        "msg_signature": signature(token, timestamp, "n0nce", encrypted),
        "timestamp": timestamp,
        "nonce": "n0nce",
    }
    body = f"<xml><ToUserName>{corp}</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    return query, body.encode()


def refused(reason):
    assert Callback.objects.count() == 0
    return Refusal.objects.filter(reason=reason).exists()


def test_news_becomes_one_small_row(connection):
    query, body = sealed()
    answer = ask(query=query, body=body)
    assert (answer.status_code, answer.content) == (200, b"")
    row = Callback.objects.get()
    assert (row.connection, row.open_kfid) == (connection, "wkxxxxxxx")
    assert row.token == "ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMzxhFmHVGcra996NR"


def test_changed_accounts_are_noted(connection):
    query, body = sealed(CHANGED)
    assert ask(query=query, body=body).status_code == 200
    assert Callback.objects.get().event == "kf_account_auth_change"


def test_an_event_of_another_kind_is_politely_ignored(connection):
    query, body = sealed("<xml><ToUserName>{corp}</ToUserName><Event>subscribe</Event></xml>")
    assert ask(query=query, body=body).status_code == 200
    assert Callback.objects.count() == 0


def test_the_address_is_verified_with_the_exact_plaintext(connection):
    encrypted = Cipher(AES_KEY).encrypt("1616140317555161061", CORP)
    timestamp = str(int(time.time()))
    answer = ask(
        "GET",
        query={
            "msg_signature": signature(TOKEN, timestamp, "n", encrypted),
            "timestamp": timestamp,
            "nonce": "n",
            "echostr": encrypted,
        },
    )
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")


def test_the_official_vector_opens_the_door(connection, settings):
    settings.KF_STALE_SECONDS = 0  # it was signed in 2014
    answer = ask(
        "GET",
        query={
            "msg_signature": SIGNATURE,
            "timestamp": TIMESTAMP,
            "nonce": NONCE,
            "echostr": ENCRYPT,
        },
    )
    assert answer.status_code == 200
    assert b"<Content><![CDATA[hello]]></Content>" in answer.content


def test_a_forged_signature_is_refused(connection):
    query, body = sealed(token="another")
    assert ask(query=query, body=body).status_code == 403
    assert refused("signature")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_stale_callback_is_refused(connection, seconds):
    query, body = sealed(at=time.time() + seconds)
    assert ask(query=query, body=body).status_code == 403
    assert refused("stale")


def test_another_corps_callback_is_refused(connection):
    query, body = sealed(corp="wwANOTHER")
    assert ask(query=query, body=body).status_code == 403
    assert refused("receiveid")


def test_a_body_sealed_with_another_key_is_refused(connection):
    query, body = sealed(key="a" * 42 + "E")
    assert ask(query=query, body=body).status_code == 403
    assert refused("encryption")


def test_entities_are_not_expanded(connection):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>'
    assert ask(query=sealed()[0], body=bomb).status_code == 403
    assert refused("malformed")


def test_a_huge_body_is_refused(connection):
    assert ask(query=sealed()[0], body=b"x" * 70_000).status_code == 413
    assert refused("too large")


def test_an_unknown_address_is_not_found(connection):
    assert ask(path="/hooks/wecom/nobody/", query=sealed()[0]).status_code == 404


def test_a_disabled_connection_is_not_found(connection):
    Connection.objects.update(is_enabled=False)
    query, body = sealed()
    assert ask(query=query, body=body).status_code == 404


def test_refusals_are_counted_and_logged_once(connection, caplog):
    query, body = sealed(token="another")
    for _ in range(3):
        ask(query=query, body=body)
    assert Refusal.objects.get(reason="signature").count == 3
    assert caplog.text.count("was refused: signature") == 1


def test_too_many_at_once_are_told_to_come_back(connection, monkeypatch):
    monkeypatch.setattr(hooks.commit, "limit", 0)
    query, body = sealed()
    answer = ask(query=query, body=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), nonce=st.text(max_size=9), signed=st.text(max_size=40))
def test_whatever_else_comes_is_refused_and_nothing_is_stored(connection, body, nonce, signed):
    query = {"msg_signature": signed, "timestamp": str(int(time.time())), "nonce": nonce}
    assert ask(query=query, body=body).status_code == 403
    assert Callback.objects.count() == 0


@pytest.mark.parametrize("slug", ["a%00b", "%E5%AE%A2", "a%20b", "x" * 500])
def test_what_can_be_no_address_is_not_looked_for(connection, slug, monkeypatch):
    monkeypatch.setattr(hooks, "_load", lambda *wanted: pytest.fail(f"looked for {wanted}"))
    assert ask(path=f"/hooks/wecom/{slug}/", query=sealed()[0]).status_code == 404
