"""Where the lines of an axis stand: round steps, of durations those of a clock. Pure."""

from math import ceil, log10

from sessions.reports.saying import DAY, HOUR, MINUTE, Kind

LINES = 4  # about so many
CLOCK = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 5, 10, 20, 50, 100)),
)


def ticks(most: float, kind: Kind, lines: int = LINES) -> list[float]:
    """From zero to what is not below the highest value."""
    if kind == Kind.SCORE:
        return [0, 1, 2, 3, 4, 5]
    step = _step(most / lines, kind)
    count = max(1, ceil(round(most / step, 9)))
    found = [round(step * n, 9) for n in range(count + 1)]
    return found if kind != Kind.SHARE else [tick for tick in found if tick <= 1]


def _step(least: float, kind: Kind) -> float:
    if kind == Kind.SECONDS:
        return next((step for step in CLOCK if step >= least), CLOCK[-1] * ceil(least / CLOCK[-1]))
    if least <= 0:
        return 1 if kind == Kind.COUNT else 0.25
    size = 10 ** int(log10(least) // 1)
    steps = (1, 2, 2.5, 5, 10) if kind != Kind.COUNT or size >= 10 else (1, 2, 5, 10)
    step = next(size * n for n in steps if size * n >= least * (1 - 1e-9))
    return max(1, step) if kind == Kind.COUNT else step
