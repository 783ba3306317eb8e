"""Medians and percentiles, over all rows and never over averages: pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul


@dataclass(frozen=True)
class Spread:
    n: int
    median: float
    p90: float
    mean: float

    @classmethod
    def of(cls, seconds: Mapping[int, int]) -> "Spread | None":
        """How many rows have how many seconds."""
        values = sorted(seconds)
        if not values:
            return None
        counts = [seconds[value] for value in values]
        ends = list(accumulate(counts))
        mean = sum(map(mul, values, counts)) / ends[-1]
        return cls(ends[-1], _at(values, ends, 0.5), _at(values, ends, 0.9), mean)


def _at(values: Sequence[int], ends: Sequence[int], share: float) -> float:
    """Between the two rows around that place, as PostgreSQL's percentile_cont has it."""
    place = (ends[-1] - 1) * share
    low = values[bisect_right(ends, int(place))]
    high = values[bisect_right(ends, min(int(place) + 1, ends[-1] - 1))]
    return low + (high - low) * (place - int(place))
