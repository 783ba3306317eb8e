"""Signature and encryption of WeCom callbacks (protocol/wecom_kf.md §2.3).

`receiveid` is the corp id for a corp's own app. Nothing here knows of Django or of the database.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher as _Cipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

BLOCK = 32  # bytes; PKCS#7 here pads to 32, not to the 16 of AES, so standard unpadders refuse it
KEY_LENGTH = 43  # characters of EncodingAESKey


class CryptoError(ValueError):
    """The body is not what a holder of the key would have sent."""


def signature(token: str, timestamp: str, nonce: str, encrypt: str) -> str:
    """Lower-case hex SHA-1 over the four strings, sorted and joined."""
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, encrypt])).encode()).hexdigest()


def is_signed(msg_signature: str, token: str, timestamp: str, nonce: str, encrypt: str) -> bool:
    """Compare in constant time."""
    expected = signature(token, timestamp, nonce, encrypt)
    return hmac.compare_digest(expected.encode(), msg_signature.encode())


class Cipher:
    """AES-256-CBC with the EncodingAESKey of one app. Raises CryptoError for a malformed key."""

    def __init__(self, encoding_aes_key: str) -> None:
        if len(encoding_aes_key) != KEY_LENGTH:
            raise CryptoError(f"EncodingAESKey must have {KEY_LENGTH} characters")
        try:
            key = base64.b64decode(encoding_aes_key + "=")
        except binascii.Error as error:
            raise CryptoError("EncodingAESKey is not base64") from error
        if len(key) != 32:
            raise CryptoError("EncodingAESKey must decode to 32 bytes")
        self._cipher = _Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def encrypt(self, message: str | bytes, receiveid: str) -> str:
        """Return base64 of random(16) | length | message | receiveid, padded."""
        body = message.encode() if isinstance(message, str) else message
        plain = os.urandom(16) + struct.pack(">I", len(body)) + body + receiveid.encode()
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted: str) -> tuple[bytes, str]:
        """Return (message, receiveid). Raises CryptoError."""
        plain = self._unpad(self._open(encrypted))
        if len(plain) < 20:
            raise CryptoError("too short")
        (length,) = struct.unpack(">I", plain[16:20])
        if length > len(plain) - 20:
            raise CryptoError("wrong length")
        message, receiveid = plain[20 : 20 + length], plain[20 + length :]
        try:
            return message, receiveid.decode()
        except UnicodeDecodeError as error:
            raise CryptoError("receiveid is not text") from error

    def _open(self, encrypted: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypted, validate=True)
            decryptor = self._cipher.decryptor()
            return decryptor.update(sealed) + decryptor.finalize()
        except ValueError as error:  # binascii.Error is one too
            raise CryptoError("not an encrypted body") from error

    @staticmethod
    def _unpad(plain: bytes) -> bytes:
        if not plain or not 1 <= plain[-1] <= BLOCK:
            raise CryptoError("wrong padding")
        return plain[: -plain[-1]]
