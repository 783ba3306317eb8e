"""Medians and percentiles, over all rows and never over averages: pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

PAIR = tuple[int, int]  # seconds, and how many rows have them


@dataclass(frozen=True)
class Spread:
    n: int
    median: float
    p90: float
    mean: float

    @classmethod
    def of(cls, pairs: Iterable[PAIR]) -> "Spread | None":
        pairs = sorted(pairs)
        if not pairs:
            return None
        ends = list(accumulate(count for _, count in pairs))
        mean = sum(value * count for value, count in pairs) / ends[-1]
        return cls(ends[-1], _at(pairs, ends, 0.5), _at(pairs, ends, 0.9), mean)


def _at(pairs: Sequence[PAIR], ends: Sequence[int], share: float) -> float:
    """Between the two rows around that place, as PostgreSQL's percentile_cont has it."""
    place = (ends[-1] - 1) * share
    low = _nth(pairs, ends, int(place))
    high = _nth(pairs, ends, min(int(place) + 1, ends[-1] - 1))
    return low + (high - low) * (place - int(place))


def _nth(pairs: Sequence[PAIR], ends: Sequence[int], place: int) -> int:
    return pairs[bisect_right(ends, place)][0]
