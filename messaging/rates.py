"""Rate limits of a connection, shared by all its workers: permits taken by the minute."""

import threading
import time

from django.conf import settings
from django.db import connection as database

from messaging.models import RateWindow

_STASH = 20  # permits taken at once, so that not every call is a write
_lock = threading.Lock()
_stash: dict[tuple[int, str], tuple[int, int]] = {}

_TAKE = """
    INSERT INTO messaging_ratewindow (connection_id, api, minute, used) VALUES (%s, %s, %s, %s)
    ON CONFLICT (connection_id, api, minute)
    DO UPDATE SET used = messaging_ratewindow.used + excluded.used RETURNING used
"""


def take(connection_id: int, api: str, limit: int | None = None) -> bool:
    """Take one permit for this minute; False when all of them together have used it up."""
    minute = int(time.time() // 60)
    limit = limit or settings.KF_SENDS_PER_MINUTE
    with _lock:
        stashed_minute, left = _stash.get((connection_id, api), (0, 0))
        if stashed_minute != minute:
            left = 0
        if left == 0:
            left = _take_more(connection_id, api, minute, limit)
        if left == 0:
            return False
        _stash[connection_id, api] = (minute, left - 1)
        return True


def _take_more(connection_id: int, api: str, minute: int, limit: int) -> int:
    wanted = min(_STASH, limit)
    with database.cursor() as cursor:
        cursor.execute(_TAKE, [connection_id, api, minute, wanted])
        (used,) = cursor.fetchone()
    return max(0, min(wanted, limit - (used - wanted)))


def forget_old() -> None:
    """Remove the windows of minutes that are over."""
    RateWindow.objects.filter(minute__lt=int(time.time() // 60) - 60).delete()


def forget() -> None:
    """Drop what this process holds (tests, and a worker that starts)."""
    with _lock:
        _stash.clear()
