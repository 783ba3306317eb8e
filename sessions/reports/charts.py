"""Where everything of a chart stands: pure, in per cent of its plot, so that text keeps its size.

templates/reports/charts/ draw it. A value that is None is a gap, not a zero. Nothing in a chart is
only there: beside each stands a table.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.reports.saying import Kind, said
from sessions.reports.scales import ticks
from sessions.reports.strokes import Part, Value, finished, path, rest, stretches

Text = str | Promise
FEW_LABELS, MOST_LABELS, MOST_LABELS_NARROW = 10, 8, 4
MOST_DOTS = 32
USUAL, BEYOND = 0.9, 4  # nine of ten are usual; four times as much as those is beyond
FILLED = 0.7  # of a column's place
THIN, UNFINISHED = "thin", "unfinished"


@dataclass(frozen=True)
class Series:
    """`thin`: the places of those that are made of few."""

    name: Text
    values: Sequence[Value]
    thin: Collection[int] = ()


@dataclass(frozen=True)
class Unfinished:
    """The place of the step that still goes on, and until when it is known."""

    place: int
    words: str


@dataclass(frozen=True)
class Label:
    at: float
    words: str
    is_wide: bool = False  # left out where it is narrow


@dataclass(frozen=True)
class Mark:
    """A bar, or a dot at its `x` and `y`; `place` says of which series it is."""

    x: float
    y: float
    width: float
    height: float
    place: int
    words: str
    look: str = ""  # THIN, UNFINISHED


@dataclass(frozen=True)
class Chart:
    """`names` are those of the places along the x axis, in order; `name` makes ids different."""

    name: str
    title: Text
    names: Sequence[str]
    series: Sequence[Series]
    kind: Kind = Kind.COUNT
    unfinished: Unfinished | None = None
    template: ClassVar[str] = ""

    @cached_property
    def is_empty(self) -> bool:
        return all(value is None for one in self.series for value in one.values)

    @cached_property
    def most(self) -> float:
        return max((v for one in self.series for v in one.values if v is not None), default=0)

    @cached_property
    def scale(self) -> list[float]:
        return ticks(self.most, self.kind)

    @property
    def lines(self) -> list[Label]:
        return [Label(self._y(tick), self._tick(tick)) for tick in self.scale]

    def _tick(self, value: float) -> str:
        is_even = self.kind == Kind.SHARE and all(
            round(tick * 100, 9) % 1 == 0 for tick in self.scale
        )
        return f"{value:.0%}" if is_even else said(value, self.kind)

    @property
    def labels(self) -> list[Label]:
        """As many as can be read, at even distances."""
        count = len(self.names)
        wide = 1 if count <= FEW_LABELS else _every(count, MOST_LABELS)
        narrow = -(-_every(count, MOST_LABELS_NARROW) // wide) * wide
        return [
            Label(self._x(n), name, is_wide=n % narrow != 0)
            for n, name in enumerate(self.names)
            if n % wide == 0
        ]

    @property
    def has_legend(self) -> bool:
        return len(self.series) > 1

    @property
    def signs(self) -> list[tuple[str, str]]:
        """What a legend says of the looks that there are."""
        at = self.unfinished and self.unfinished.place
        is_going = at is not None and any(self._is_drawn(one.values[at]) for one in self.series)
        going = [(UNFINISHED, self.unfinished.words)] if is_going else []
        thin = [(THIN, _("of fewer than 5"))] if any(one.thin for one in self.series) else []
        return going + thin

    def _is_drawn(self, value: Value) -> bool:
        return value is not None

    def _is_unfinished(self, place: int) -> bool:
        return self.unfinished is not None and self.unfinished.place == place

    def _look(self, one: Series, place: int) -> str:
        if self._is_unfinished(place):
            return UNFINISHED
        return THIN if place in one.thin else ""

    @property
    def summary(self) -> str:
        """In words, what the eye sees first: the highest and the lowest of each series."""
        if self.is_empty:
            return _("Nothing in this period.")
        told = [self._summary(one) for one in self.series]
        if going := self.unfinished:
            told.append(f"{self.names[going.place]}: {going.words}.")
        return " ".join(told)

    def _summary(self, one: Series) -> str:
        known = [
            (place, (value, self.names[place]))
            for place, value in enumerate(one.values)
            if value is not None
        ]
        if not known:
            return _("%(series)s: nothing.") % {"series": one.name}
        # What goes on is low because it goes on.
        whole = [pair for place, pair in known if not self._is_unfinished(place)]
        known = [pair for _place, pair in known]
        (high, at_high), (low, at_low) = max(known, key=_value), min(whole or known, key=_value)
        told = {"series": one.name, "high": said(high, self.kind), "low": said(low, self.kind)}
        told |= {"at_high": at_high, "at_low": at_low}
        if high == low:
            return _("%(series)s: %(high)s throughout.") % told
        return _("%(series)s: highest %(high)s (%(at_high)s), lowest %(low)s (%(at_low)s).") % told

    def _x(self, place: int) -> float:
        """The middle of a place."""
        return round((place + 0.5) / max(1, len(self.names)) * 100, 2)

    def _y(self, value: float) -> float:
        """What is beyond the scale stands at its end."""
        return max(0.0, round(100 - value / self.scale[-1] * 100, 2))

    def _words(self, one: Series, place: int) -> str:
        before = f"{one.name}, " if self.has_legend else ""
        words = f"{before}{self.names[place]}: {said(one.values[place], self.kind)}"
        few = [_("few")] if place in one.thin else []
        until = [self.unfinished.words] if self._is_unfinished(place) else []
        return f"{words} ({', '.join(few + until)})" if few or until else words


@dataclass(frozen=True)
class Line(Chart):
    """Of durations a few that are far beyond all others are cut off, and say so."""

    template = "reports/charts/line.html"

    @cached_property
    def most(self) -> float:
        known = sorted(v for one in self.series for v in one.values if v is not None)
        usual = known[int(len(known) * USUAL)] * BEYOND if known else 0
        is_cut = self.kind == Kind.SECONDS and len(known) >= FEW_LABELS and known[-1] > usual > 0
        return max((v for v in known if not is_cut or v <= usual), default=0)

    @property
    def cut(self) -> list[Label]:
        return [
            Label(self._x(at), f"↑ {said(value, self.kind)}")
            for one in self.series
            for at, value in enumerate(one.values)
            if value is not None and value > self.scale[-1]
        ]

    @property
    def paths(self) -> list[tuple[int, str]]:
        """Of each series the stretches without a gap, as they stand in `d`."""
        return self._paths(finished)

    @property
    def unfinished_paths(self) -> list[tuple[int, str]]:
        """The way to what still goes on."""
        return self._paths(rest)

    def _paths(self, part: Part) -> list[tuple[int, str]]:
        going = self.unfinished and self.unfinished.place
        return [
            (place, path((self._x(at), self._y(value)) for at, value in stretch))
            for place, one in enumerate(self.series)
            for stretch in part(stretches(one.values), going)
        ]

    @property
    def dots(self) -> list[Mark]:
        """All of them while there are few; of many only those that no line reaches or that differ."""
        return [
            Mark(self._x(at), self._y(value), 0, 0, place, self._words(one, at), look)
            for place, one in enumerate(self.series)
            for stretch in stretches(one.values)
            for at, value in stretch
            if (look := self._look(one, at))
            or len(self.names) <= MOST_DOTS
            or len(stretch) == 1
            or value > self.scale[-1]
        ]


@dataclass(frozen=True)
class Columns(Chart):
    """Several series stand on top of each other."""

    template = "reports/charts/columns.html"

    @cached_property
    def most(self) -> float:
        return max((sum(v or 0 for v in some) for some in self._stacks()), default=0)

    def _is_drawn(self, value: Value) -> bool:
        return bool(value)

    def _stacks(self) -> list[tuple[Value, ...]]:
        return list(zip(*(one.values for one in self.series), strict=True))

    @property
    def bars(self) -> list[Mark]:
        found = []
        step = 100 / max(1, len(self.names))
        for at, stack in enumerate(self._stacks()):
            below = 0.0
            for place, value in enumerate(stack):
                if value:
                    y, height = self._y(below + value), value / self.scale[-1] * 100
                    x, width = (at + (1 - FILLED) / 2) * step, step * FILLED
                    one = self.series[place]
                    words, look = self._words(one, at), self._look(one, at)
                    found.append(
                        Mark(round(x, 2), y, round(width, 2), round(height, 2), place, words, look)
                    )
                    below += value
        return found


@dataclass(frozen=True)
class Spark:
    """A line as small as a word, of values over time."""

    values: Sequence[Value] = field(default_factory=tuple)
    unfinished: Unfinished | None = None

    @property
    def paths(self) -> list[str]:
        return self._paths(finished)

    @property
    def unfinished_paths(self) -> list[str]:
        return self._paths(rest)

    def _paths(self, part: Part) -> list[str]:
        known = [value for value in self.values if value is not None]
        if len(known) < 2:
            return []
        high, step = max(known) or 1, 100 / (len(self.values) - 1)
        return [
            path((round(at * step, 2), round(22 - value / high * 20, 2)) for at, value in stretch)
            for stretch in part(stretches(self.values), self.unfinished and self.unfinished.place)
        ]


def _every(count: int, most: int) -> int:
    return max(1, -(-count // most))


def _value(pair: tuple[float, str]) -> float:
    return pair[0]
