"""The door of a staffService app: what is signed comes in as one row, the rest is told why not."""

import json
import time

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfconsole.asgi import is_ours
from messaging import hooks
from messaging.backends.staffservice.crypto import signature
from messaging.models import Callback, Connection, Message, Refusal
from tests.staff import APP, BARE, SECRET, ask, connected, text, work

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def app(monkeypatch):
    return connected(monkeypatch)


def test_the_signature_is_that_of_the_protocol():
    expected = "82f369268e6a8ea96b0731fe4acdd823cdc122d0"
    assert signature(APP, SECRET, "1407812629434") == expected


@pytest.mark.parametrize("path", [BARE, f"/hooks/staffservice/app{BARE}"])
@pytest.mark.parametrize("unit", [1, 1000])
def test_a_message_is_one_committed_row_when_it_is_answered(app, path, unit):
    assert is_ours(path)
    at = str(int(time.time() * unit))
    assert ask(text(), path=path, at=at) == (200, {"errcode": 0, "errmsg": "ok"})
    assert Callback.objects.get().body == text()


def test_what_cannot_be_stored_now_is_told_in_the_words_of_the_protocol(app, monkeypatch):
    def fail(callbacks):
        raise OperationalError("the disk is full")

    monkeypatch.setattr(hooks.commit, "_write", fail)
    status, answer = ask(text())
    assert (status, answer["errcode"]) == (200, 30004)
    assert not Callback.objects.exists()


NOW = "1407812629434"


@pytest.mark.parametrize(
    ("call", "code", "reason"),
    [
        ({"query": {}}, 30001, "no signature"),
        ({"query": {"timestamp": NOW}}, 30001, "no signature"),
        ({"path": "/api/v1/1002/staffService/message"}, 30002, "unknown address"),
        ({"path": "/hooks/staffservice/app/api/v1/9/staffService/message"}, 30002, "unknown address"),
        ({"query": {"timestamp": NOW, "signature": "0" * 40}}, 30003, "signature"),
        ({"at": NOW}, 30003, "stale"),
        ({"at": "soon"}, 30003, "stale"),
        ({"headers": {"content-type": "text/plain"}}, 30005, "content type"),
        ({"body": b"{"}, 30005, "malformed"),
        ({"body": b"[]"}, 30005, "malformed"),
        ({"body": b"\xff"}, 30005, "malformed"),
        ({"body": b'{"Tag": NaN}'}, 30005, "malformed"),
        ({"body": b'{"Tag": 1e999}'}, 30005, "malformed"),
        ({"body": b"[" * 50_000}, 30005, "malformed"),
        ({"body": text(Tag=json.loads("[" * 40 + "]" * 40))}, 30005, "malformed"),
        ({"body": b" " * 70_000}, 30005, "too large"),
        ({"body": {"MsgType": "text", "Content": "x"}}, 30005, "no customer"),
        ({"body": text(FromUserId="u" * 65)}, 30005, "no customer"),
        ({"body": {"FromUserId": "u1", "Content": "x"}}, 30005, "no kind"),
        ({"body": {"FromUserId": "u1", "MsgType": "text"}}, 30005, "no content"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_why_and_leaves_nothing(app, call, code, reason):
    status, answer = ask(call.pop("body", text()), **call)
    assert (status, answer["errcode"]) == (200, code)
    assert Callback.objects.count() == 0
    assert Refusal.objects.filter(reason=reason).exists()


def test_a_switched_off_connection_is_as_unknown_as_none(app):
    Connection.objects.update(is_enabled=False)
    assert ask(text())[1]["errcode"] == 30002


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["FromUserId", "MsgType", "Content", "Tag", "MsgId", "other"])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.dictionaries(KEYS, JSON_VALUES),
    kind=st.sampled_from(["text", "image", "location", "event.CLICK.RG", "event.SCAN", "?"]),
)
def test_whatever_is_accepted_can_be_stored_and_shown(app, body, kind):
    """No body makes the door fall over, and none stops those behind it."""
    before = Message.objects.count()
    given = {"FromUserId": "u1", "MsgType": kind, **body}
    status, answer = ask(json.dumps(given).encode())
    assert status == 200
    assert answer["errcode"] in (0, 30005)
    work()
    assert Callback.objects.count() == 0
    assert Message.objects.count() - before in ((0, 1) if answer["errcode"] == 0 else (0,))
