"""What lies at an address that somebody else gave, through the guard; refusals as SendError."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from messaging import failures, guard
from messaging.backends import SendError
from messaging.models import Connection

SECONDS = 60
PASSING = (408, 425, 429)
TOO_LARGE = 45001


@contextmanager
def fetched(
    address: str, connection: Connection, most: int = 0, seconds: float = SECONDS
) -> Iterator[guard.Answer]:
    """A file that is read in pieces, `most` bytes of it."""
    limits = {
        "seconds": seconds,
        "pause": settings.KF_HTTP_SECONDS,
        "most": most or settings.KF_MEDIA_BYTES,
    }
    near = bool(connection.options.get("allow_private_media"))
    try:
        with guard.call("GET", address, near=near, **limits) as answer:
            _check(answer.status)
            yield answer
    except guard.Forbidden as error:
        raise SendError(failures.ADDRESS_BARRED, str(error)) from None
    except guard.Away as error:
        raise SendError(failures.ADDRESS_AWAY, str(error)) from None
    except guard.TooLarge:
        raise SendError(TOO_LARGE) from None


def _check(status: int) -> None:
    if 200 <= status < 300:
        return
    may_pass = status in PASSING or status >= 500
    code = failures.ADDRESS_AWAY if may_pass else failures.ADDRESS_EMPTY
    raise SendError(code, f"HTTP {status}")
