"""Signatures of Tencent Cloud Desk: UserSig for our calls, Sign for its callbacks.

Sign covers a moment and nothing else; the moment alone keeps a captured address from living on.
Nothing here knows of Django or of the database.
"""

import base64
import hashlib
import hmac
import json
import zlib
from typing import Any

WINDOW_SECONDS = 60  # "differences over one minute are to be rejected"
_TO_URL = str.maketrans("+/=", "*-_")  # not the alphabet of RFC 4648
_FROM_URL = str.maketrans("*-_", "+/=")


def user_sig(app_id: int, key: str, identifier: str, now: int, seconds: int) -> str:
    """The password of one account of an app for some seconds (TLSSigAPIv2)."""
    document = {
        "TLS.ver": "2.0",
        "TLS.identifier": identifier,
        "TLS.sdkappid": app_id,
        "TLS.expire": seconds,
        "TLS.time": now,
    }
    document["TLS.sig"] = _seal(document, key)
    packed = zlib.compress(json.dumps(document).encode())
    return base64.b64encode(packed).decode().translate(_TO_URL)


def opened(sig: str) -> dict[str, Any]:
    """What a UserSig says; raises ValueError of anything that is none."""
    try:
        packed = base64.b64decode(sig.translate(_FROM_URL), validate=True)
        document = json.loads(zlib.decompress(packed))
    except (zlib.error, RecursionError) as error:
        raise ValueError("no UserSig") from error
    if not isinstance(document, dict):
        raise ValueError("no UserSig")
    return document


def is_from(document: dict[str, Any], key: str) -> bool:
    """Was it made with this key? Compared in constant time."""
    given = str(document.get("TLS.sig", ""))
    return hmac.compare_digest(_seal(document, key).encode(), given.encode())


def _seal(document: dict[str, Any], key: str) -> str:
    names = ("identifier", "sdkappid", "time", "expire")
    raw = "".join(f"TLS.{name}:{document.get(f'TLS.{name}')}\n" for name in names)
    return base64.b64encode(hmac.new(key.encode(), raw.encode(), hashlib.sha256).digest()).decode()


def signature(token: str, request_time: str) -> str:
    """Of a callback: lower-case hex SHA-256 over token and Unix seconds."""
    return hashlib.sha256(f"{token}{request_time}".encode()).hexdigest()


def is_signed(given: str, token: str, request_time: str) -> bool:
    """Compare in constant time."""
    expected = signature(token, request_time)
    return hmac.compare_digest(expected.encode(), given.lower().encode())


def is_fresh(request_time: str, now: float) -> bool:
    is_number = request_time.isascii() and request_time.isdigit() and len(request_time) <= 11
    return is_number and abs(now - int(request_time)) <= WINDOW_SECONDS
