"""The signature of staffService calls, the same in both directions.

It covers neither the body nor the path; the time alone keeps a captured address from living on.
Nothing here knows of Django or of the database.
"""

import hashlib
import hmac


def signature(appid: str, secret: str, timestamp: str) -> str:
    """Lower-case hex SHA-1 over the three strings as they are, in this order."""
    return hashlib.sha1(f"{appid}{secret}{timestamp}".encode()).hexdigest()


def is_signed(given: str, appid: str, secret: str, timestamp: str) -> bool:
    """Compare in constant time."""
    expected = signature(appid, secret, timestamp)
    return hmac.compare_digest(expected.encode(), given.lower().encode())


def seconds(timestamp: str) -> float | None:
    """The moment in Unix seconds: some write milliseconds, some seconds; None if it is none."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 14):
        return None
    moment = int(timestamp)
    return moment / 1000 if len(timestamp) > 11 else float(moment)
