"""Who may call the simulated Desk, and how: each refusal of its gate."""

import base64
import json
import zlib

import pytest

from messaging.backends.desk.crypto import signature, user_sig
from tests.simulated_desk import ADMIN, ANN, APP, KEY, START, Caller

DEMO_KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"


@pytest.fixture
def caller():
    return Caller()


def sig(app=APP, key=KEY, user=ADMIN, since=START, seconds=3600):
    return user_sig(app, key, user, since, seconds)


def status(caller, **changes):
    """What set_member_status answers to this query."""
    content = json.dumps({"MemberMail": ANN, "Status": "STATUS_FREE"})
    response = caller.request("set_member_status", params=caller.query(**changes), content=content)
    assert response.status_code == 200
    return response.json()["ErrorCode"]


def test_both_signatures_are_those_of_the_documentation():
    packed = user_sig(1400000000, DEMO_KEY, "xiaojun", 1700000000, 86400)
    raw = zlib.decompress(base64.b64decode(packed.translate(str.maketrans("*-_", "+/="))))
    assert json.loads(raw)["TLS.sig"] == "SNF4FmVCPucoXsBOpbVF3fFCf57JPm0ezZ1jeVILlVc="
    expected = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061"
    assert signature("xxxxyyyy", "1669872112") == expected


def test_a_good_call_is_answered_as_documented(caller):
    response = caller.request(
        "set_member_status", content=json.dumps({"MemberMail": ANN, "Status": "STATUS_REST"})
    )
    answer = response.json()
    assert (answer["ActionStatus"], answer["ErrorCode"], answer["ErrorInfo"]) == ("OK", 0, "")
    assert caller.world.members[ANN].status == "STATUS_REST"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sdkappid": None}, 60012),
        ({"sdkappid": "abc"}, 60006),
        ({"sdkappid": APP + 1}, 70020),
        ({"identifier": None}, 60004),
        ({"usersig": None}, 60004),
        ({"usersig": "eJw*garbage"}, 60005),
        ({"usersig": sig(key="another")}, 60005),
        ({"usersig": sig(app=APP + 1)}, 60005),
        ({"usersig": sig(user="somebody")}, 60005),
        ({"identifier": "somebody", "usersig": sig(user="somebody")}, 60010),
        ({"usersig": sig(since=START - 3600)}, 70052),
        ({"random": None}, 60002),
        ({"random": 2**32}, 60002),
        ({"random": -1}, 60002),
        ({"contenttype": "xml"}, 60002),
        ({"contenttype": None}, 60002),
    ],
)
def test_a_call_that_is_not_addressed_well_is_refused(caller, changes, code):
    assert status(caller, **changes) == code


def test_names_of_the_query_are_case_sensitive(caller):
    assert status(caller, sdkappid=None, SdkAppid=APP) == 60012


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"[" * 5000, b'{"a": NaN}'])
def test_a_body_that_is_no_json_object_is_refused(caller, content):
    answer = caller.request("end_session", content=content).json()
    assert answer["ErrorCode"] == 60003
    assert answer["ActionStatus"] == "FAIL"


def test_an_unknown_command_and_another_method_are_refused(caller):
    assert caller.request("fly").json()["ErrorCode"] == 60009
    assert caller.request("end_session", method="GET").json()["ErrorCode"] == 60002


def test_an_app_without_desk_is_refused(caller):
    caller.world.app.is_desk = False
    assert status(caller) == 141000


def test_too_many_calls_are_refused_for_a_minute(caller):
    caller.world.options.limit_per_minute = 2
    assert [status(caller) for _ in range(3)] == [0, 0, 141009]
    caller.world.advance(61)
    assert status(caller) == 0


def test_the_log_of_calls_names_command_and_outcome(caller):
    caller.code("end_session", SessionId="nowhere")
    (call,) = caller.world.calls
    assert (call["api"], call["errcode"]) == ("end_session", 141005)
    assert call["request"] == {"SessionId": "nowhere"}
