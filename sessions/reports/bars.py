"""Lying bars with a name above each, as they are drawn: pure, like charts.py."""

from dataclasses import dataclass
from typing import ClassVar

from sessions.reports.charts import Chart
from sessions.reports.saying import said

LONGEST_NAME = 44  # of narrow letters; Chinese ones are two


@dataclass(frozen=True)
class Bar:
    name: str
    words: str
    width: float
    top: int


@dataclass(frozen=True)
class Bars(Chart):
    """Lying ones with their names above them, the first series only."""

    template = "reports/charts/bars.html"
    ROW: ClassVar[int] = 38  # pixels

    @property
    def bars(self) -> list[Bar]:
        top = self.most or 1
        return [
            Bar(cut(name), said(value, self.kind), round((value or 0) / top * 100, 2), n * self.ROW)
            for n, (name, value) in enumerate(zip(self.names, self.series[0].values, strict=True))
        ]

    @property
    def height(self) -> int:
        return len(self.names) * self.ROW


def cut(name: str, longest: int = LONGEST_NAME) -> str:
    """A name that fits: the rest is said by the table beside."""
    room = longest
    for place, letter in enumerate(name):
        room -= 1 if letter.isascii() else 2
        if room < 0:
            return name[: max(1, place - 1)] + "…"
    return name
