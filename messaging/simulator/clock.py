"""A clock that tests can move: windows of 48 h and codes of 20 s without waiting."""

import time


class Clock:
    """Wall time plus an offset; frozen at `start` when one is given."""

    def __init__(self, start: float | None = None) -> None:
        self.start = start
        self.offset = 0.0

    def now(self) -> float:
        """Unix seconds of the simulated world."""
        return (time.time() if self.start is None else self.start) + self.offset

    def advance(self, seconds: float) -> float:
        """Move forward (never back: logs and cursors rely on it); return the new time."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self.offset += seconds
        return self.now()
