"""What Tencent Cloud signs with, against the vectors of its own documentation."""

import base64
import json
import zlib

import pytest

from messaging.backends.desk.crypto import (
    BadUserSig,
    ExpiredUserSig,
    callback_sign,
    read_user_sig,
    user_sig,
)

APP, KEY = 1400000000, "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"
NOW, DAY = 1_700_000_000, 86_400


def fields_of(sig):
    packed = sig.replace("*", "+").replace("-", "/").replace("_", "=")
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def test_a_user_sig_is_that_of_the_documentation():
    assert fields_of(user_sig(APP, KEY, "xiaojun", NOW, DAY)) == {
        "TLS.ver": "2.0",
        "TLS.identifier": "xiaojun",
        "TLS.sdkappid": APP,
        "TLS.expire": DAY,
        "TLS.time": NOW,
        "TLS.sig": "SNF4FmVCPucoXsBOpbVF3fFCf57JPm0ezZ1jeVILlVc=",
    }


def test_a_callback_sign_is_that_of_the_documentation():
    expected = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061"
    assert callback_sign("xxxxyyyy", "1669872112") == expected


def test_a_user_sig_holds_for_its_user_until_it_expires():
    sig = user_sig(APP, KEY, "administrator", NOW, DAY)
    assert set(sig).isdisjoint("+/=")
    read_user_sig(sig, APP, KEY, "administrator", NOW + DAY - 1)
    with pytest.raises(ExpiredUserSig):
        read_user_sig(sig, APP, KEY, "administrator", NOW + DAY)


@pytest.mark.parametrize(
    ("app", "key", "user"),
    [(APP + 1, KEY, "a"), (APP, KEY[:-1] + "f", "a"), (APP, KEY, "b")],
)
def test_a_user_sig_of_others_is_refused(app, key, user):
    with pytest.raises(BadUserSig):
        read_user_sig(user_sig(APP, KEY, "a", NOW, DAY), app, key, user, NOW)


@pytest.mark.parametrize(
    "sig", ["", "abc", "é", base64.b64encode(zlib.compress(b"[1]")).decode().translate({61: "_"})]
)
def test_garbage_is_no_user_sig(sig):
    with pytest.raises(BadUserSig):
        read_user_sig(sig, APP, KEY, "a", NOW)
