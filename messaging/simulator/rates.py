"""Counting calls: so many per minute and hour, then a block (protocol §1.4)."""

from dataclasses import dataclass, field

from .errors import Refused


@dataclass
class Rates:
    """Windows start with their first call; going over blocks for the length of the window."""

    windows: dict[tuple, tuple[float, int]] = field(default_factory=dict)
    blocked: dict[tuple, float] = field(default_factory=dict)

    def count(self, key: tuple, limit: int, seconds: int, now: float) -> None:
        """One more call under `key`; 45009 when that is more than `limit` in `seconds`."""
        key = (*key, seconds)
        self.check(key, now)
        start, calls = self.windows.get(key, (now, 0))
        if now - start >= seconds:
            start, calls = now, 0
        self.windows[key] = (start, calls + 1)
        if calls + 1 > limit:
            self.blocked[key] = now + seconds
            raise Refused(45009)

    def check(self, key: tuple, now: float) -> None:
        """45009 while `key` is blocked."""
        if self.blocked.get(key, 0) > now:
            raise Refused(45009)
