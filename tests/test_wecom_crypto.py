"""The official vector of protocol/wecom_kf.md §2.3, and what must be refused."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.backends.wecom.crypto import Cipher, CryptoError, is_signed, signature

TOKEN, CORP = "QDG6eK", "wx5823bf96d3bd56c7"
TIMESTAMP, NONCE = "1409659813", "1372623149"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SIGNATURE = "477715d11cdb4164915debcba66cb864d751f3e6"
ENCRYPT = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/"
    "sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZ"
    "fJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LA"
    "VGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H"
    "3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def test_the_official_signature_is_reproduced():
    assert signature(TOKEN, TIMESTAMP, NONCE, ENCRYPT) == SIGNATURE
    assert is_signed(SIGNATURE, TOKEN, TIMESTAMP, NONCE, ENCRYPT)


def test_the_official_body_is_decrypted():
    message, receiveid = Cipher(AES_KEY).decrypt(ENCRYPT)
    assert len(message) == 284
    assert b"<Content><![CDATA[hello]]></Content>" in message
    assert receiveid == CORP


def test_a_signature_with_another_letter_is_refused():
    assert not is_signed(SIGNATURE[:-1] + "7", TOKEN, TIMESTAMP, NONCE, ENCRYPT)
    assert not is_signed("é", TOKEN, TIMESTAMP, NONCE, ENCRYPT)


@given(st.text(max_size=300), st.text(max_size=40))
def test_what_is_encrypted_can_be_decrypted(message, receiveid):
    cipher = Cipher(AES_KEY)
    assert cipher.decrypt(cipher.encrypt(message, receiveid)) == (message.encode(), receiveid)


@given(st.binary(max_size=200))
def test_any_other_body_is_refused_with_one_error(body):
    with pytest.raises(CryptoError):
        Cipher(AES_KEY).decrypt(base64.b64encode(body).decode() + "!")


@given(st.binary(min_size=32, max_size=32))
def test_a_forged_block_never_escapes_as_another_error(body):
    with contextlib.suppress(CryptoError):
        Cipher(AES_KEY).decrypt(base64.b64encode(body).decode())


@pytest.mark.parametrize("key", ["", "short", "!" * 43])
def test_a_malformed_key_is_refused(key):
    with pytest.raises(CryptoError):
        Cipher(key)
