"""What a figure reports: lines with a value, the target of the design beside it, and ok or miss."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    what: str
    value: str
    target: str = ""
    is_reached: bool | None = None
    beside: str = ""  # the baseline, and whatever else explains the value

    @property
    def verdict(self) -> str:
        return {True: "ok", False: "MISS", None: ""}[self.is_reached]


def line(
    what: str,
    value: float,
    unit: str = "",
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    beside: str = "",
) -> Line:
    target, is_reached = "", None
    if at_least is not None:
        target, is_reached = f"≥ {shown(at_least)}{unit}", value >= at_least
    if at_most is not None:
        target, is_reached = f"≤ {shown(at_most)}{unit}", value <= at_most
    return Line(what, f"{shown(value)}{unit}", target, is_reached, beside)


def shown(value: float) -> str:
    """Three digits, however large."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def text_of(title: str, lines: Iterable[Line]) -> str:
    rows = [
        f"  {line.what:<58} {line.value:>11}  {line.target:>10}  {line.verdict:<4}  {line.beside}"
        for line in lines
    ]
    return "\n".join([title, *(row.rstrip() for row in rows)])


def markdown_of(title: str, lines: Iterable[Line]) -> str:
    rows = [
        f"| {line.what} | {line.value} | {line.target} | {line.verdict} | {line.beside} |"
        for line in lines
    ]
    head = [
        f"### {title}",
        "",
        "| | measured | to reach | | beside it |",
        "| --- | ---: | ---: | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])
