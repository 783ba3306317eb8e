"""Values over time as strokes of a line: none over a gap, and apart the one to what still goes on."""

from collections.abc import Callable, Iterable, Sequence

Value = float | None
Point = tuple[float, float]
Stretch = list[tuple[int, float]]  # places and values, without a gap
Part = Callable[[list[Stretch], int | None], list[Stretch]]


def path(points: Iterable[Point]) -> str:
    return " ".join(f"{'L' if n else 'M'}{x} {y}" for n, (x, y) in enumerate(points))


def finished(found: list[Stretch], going: int | None) -> list[Stretch]:
    kept = [[point for point in stretch if point[0] != going] for stretch in found]
    return [stretch for stretch in kept if len(stretch) > 1]


def rest(found: list[Stretch], going: int | None) -> list[Stretch]:
    """From the last that is finished to the one that goes on, if both are known."""
    ends = [stretch[-2:] for stretch in found if stretch[-1][0] == going]
    return [stretch for stretch in ends if len(stretch) > 1]


def stretches(values: Sequence[Value]) -> list[Stretch]:
    found: list[Stretch] = [[]]
    for at, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append((at, value))
    return [stretch for stretch in found if stretch]
