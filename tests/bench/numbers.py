"""Medians, percentiles and taking turns."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def in_turns(rounds: int, **ways: Callable[[], Any]) -> dict[str, list[Any]]:
    """Each way once per round, one after another, so that a noisy moment hits all of them."""
    results: dict[str, list[Any]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            results[name].append(way())
    return results


def ratio(results: dict[str, list[float]], ours: str, theirs: str) -> float:
    """The median over the rounds: what disturbs one round disturbs both."""
    return median(a / b for a, b in zip(results[ours], results[theirs], strict=True))


def medians(results: dict[str, list[float]]) -> dict[str, float]:
    return {name: median(values) for name, values in results.items()}
