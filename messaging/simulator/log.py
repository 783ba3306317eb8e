"""What sync_msg reads: an append-only log per account, its cursors, its tokens (protocol §3)."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

from .errors import Refused

RETENTION = 3 * 24 * 3600
TOKEN_LIFE = 600


@dataclass
class Log:
    """Rows oldest first; `first` is the number of rows[0], so numbers survive forgetting."""

    rows: list[dict] = field(default_factory=list)
    first: int = 0
    tokens: dict[str, float] = field(default_factory=dict)

    def append(self, row: dict) -> None:
        self.rows.append(row)

    def page(self, position: int, limit: int) -> tuple[list[dict], int, bool]:
        """Rows from `position` on, the position after them, and whether there are more."""
        start = max(position - self.first, 0)
        rows = self.rows[start : start + limit]
        after = self.first + start + len(rows)
        return rows, after, start + len(rows) < len(self.rows)

    def forget(self, now: float) -> None:
        """Drop rows past the 3 days of retention."""
        old = 0
        while old < len(self.rows) and self.rows[old]["send_time"] < now - RETENTION:
            old += 1
        if old:
            del self.rows[:old]
            self.first += old

    def issue_token(self, now: float) -> str:
        """A callback token, good for 10 minutes (protocol §2.5)."""
        for token in [t for t, until in self.tokens.items() if until < now]:
            del self.tokens[token]
        token = "ENC" + secrets.token_urlsafe(33)
        self.tokens[token] = now + TOKEN_LIFE
        return token

    def check_token(self, token: str, now: float) -> None:
        if self.tokens.get(token, 0) < now:
            raise Refused(95007)


def write_cursor(open_kfid: str, position: int) -> str:
    """An opaque cursor of one account."""
    return f"4{_mark(open_kfid)}{position:010x}"


def read_cursor(open_kfid: str, cursor: str, log: Log) -> int:
    """The position a cursor of this account stands for; 50100 for any other string."""
    if not cursor:
        return log.first
    match = re.fullmatch(r"4([0-9a-f]{20})([0-9a-f]{10})", cursor)
    if not match or match[1] != _mark(open_kfid):
        raise Refused(50100)
    position = int(match[2], 16)
    if position > log.first + len(log.rows):
        raise Refused(50100)
    return position


def _mark(open_kfid: str) -> str:
    return hashlib.sha1(open_kfid.encode()).hexdigest()[:20]
