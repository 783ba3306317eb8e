"""What Tencent Cloud signs with: UserSig for our calls, Sign for its callbacks.

Nothing here knows of Django or of the database.
"""

import base64
import binascii
import hashlib
import hmac
import json
import zlib

# Not RFC 4648's alphabet for addresses.
TO_SAFE = str.maketrans("+/=", "*-_")
FROM_SAFE = str.maketrans("*-_", "+/=")
MOST_BYTES = 4096


class BadUserSig(Exception):
    """No UserSig of this application and this user."""


class ExpiredUserSig(BadUserSig):
    """It was one, but its time is over."""


def user_sig(sdk_app_id: int, key: str, user: str, now: int, expire: int) -> str:
    """A UserSig (TLSSigAPIv2) of `user`, good for `expire` seconds from `now`."""
    fields = {
        "TLS.ver": "2.0",
        "TLS.identifier": user,
        "TLS.sdkappid": sdk_app_id,
        "TLS.expire": expire,
        "TLS.time": now,
        "TLS.sig": _signed(sdk_app_id, key, user, now, expire),
    }
    packed = zlib.compress(json.dumps(fields).encode())
    return base64.b64encode(packed).decode().translate(TO_SAFE)


def read_user_sig(sig: str, sdk_app_id: int, key: str, user: str, now: int) -> None:
    """Raise BadUserSig unless it is the user's, ExpiredUserSig when it was."""
    fields = _unpacked(sig)
    moment, expire = fields.get("TLS.time"), fields.get("TLS.expire")
    if type(moment) is not int or type(expire) is not int:
        raise BadUserSig("no time")
    if (fields.get("TLS.identifier"), fields.get("TLS.sdkappid")) != (user, sdk_app_id):
        raise BadUserSig("another user's or application's")
    expected = _signed(sdk_app_id, key, user, moment, expire)
    if not hmac.compare_digest(expected.encode(), str(fields.get("TLS.sig")).encode()):
        raise BadUserSig("wrong key")
    if moment + expire <= now:
        raise ExpiredUserSig("expired")


def callback_sign(token: str, request_time: str | int) -> str:
    """The `Sign` of a callback; it covers neither the body nor the rest of the address."""
    return hashlib.sha256(f"{token}{request_time}".encode()).hexdigest()


def _signed(sdk_app_id: int, key: str, user: str, now: int, expire: int) -> str:
    raw = (
        f"TLS.identifier:{user}\nTLS.sdkappid:{sdk_app_id}\nTLS.time:{now}\nTLS.expire:{expire}\n"
    )
    return base64.b64encode(hmac.digest(key.encode(), raw.encode(), "sha256")).decode()


def _unpacked(sig: str) -> dict:
    try:
        packed = base64.b64decode(sig.translate(FROM_SAFE), validate=True)
        raw = zlib.decompressobj().decompress(packed, MOST_BYTES)
        fields = json.loads(raw)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise BadUserSig("not readable") from error
    if not isinstance(fields, dict):
        raise BadUserSig("not readable")
    return fields
