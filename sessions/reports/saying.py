"""How a value is said: on a page in the reader's words, in a file as a spreadsheet reads it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400
NOTHING = "–"


class Kind(StrEnum):
    """Those of a metric (metric.Unit), and two more."""

    TEXT = "text"
    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    RATIO = "ratio"
    SCORE = "score"
    MOMENT = "moment"


PLACES = {Kind.COUNT: 0, Kind.SECONDS: 0, Kind.SHARE: 3, Kind.RATIO: 2, Kind.SCORE: 2}


def plain(value: Any, kind: Kind) -> Any:
    """As exact as it is ever shown: page, CSV and XLSX say the same."""
    if value is None or kind not in PLACES:
        return value
    rounded = round(float(value) + 1e-9, PLACES[kind])
    return int(rounded) if PLACES[kind] == 0 else rounded


def said(value: Any, kind: Kind) -> str:
    value = plain(value, kind)
    if value is None or value == "":
        return NOTHING
    if kind == Kind.SECONDS:
        return span_words(value)
    if kind == Kind.SHARE:
        return f"{_number(value * 100, 0 if value in (0, 1) else 1)}%"
    if kind == Kind.MOMENT:
        return _moment(value, "%Y-%m-%d %H:%M")
    return str(value) if kind == Kind.TEXT else _number(value, PLACES[kind])


def written(value: Any, kind: Kind) -> str:
    """For a CSV; what stands in a page's <data> as well."""
    value = plain(value, kind)
    if value is None:
        return ""
    if kind == Kind.SECONDS:
        return f"{value // HOUR}:{value % HOUR // MINUTE:02}:{value % MINUTE:02}"
    if kind == Kind.SHARE:
        return f"{value * 100:.1f}%"
    if kind == Kind.MOMENT:
        return _moment(value, "%Y-%m-%d %H:%M:%S")
    return str(value) if kind == Kind.TEXT else f"{value:.{PLACES[kind]}f}"


def span_words(seconds: int) -> str:
    """42 s, 4 min 5 s, 2 h 10 min, 3 d 4 h."""
    if seconds < MINUTE:
        return _("{n} s").format(n=seconds)
    if seconds < HOUR:
        return _two(seconds, MINUTE, 1, _("{n} min"), _("{n} min {m} s"))
    if seconds < DAY:
        return _two(seconds, HOUR, MINUTE, _("{n} h"), _("{n} h {m} min"))
    return _two(seconds, DAY, HOUR, _("{n} d"), _("{n} d {m} h"))


def short_span(seconds: int) -> str:
    """42 s, 4 min, 2 h 10, 3 d 4: where there is little room."""
    if seconds < HOUR:
        return span_words(seconds if seconds < MINUTE else seconds // MINUTE * MINUTE)
    if seconds < DAY:
        return _two(seconds, HOUR, MINUTE, _("{n} h"), _("{n} h {m}"))
    return _two(seconds, DAY, HOUR, _("{n} d"), _("{n} d {m}"))


def span_name(over: int | None, upto: int | None) -> str:
    """≤ 30 s, 1 min – 3 min, > 1 d."""
    if over is None:
        return f"≤ {span_words(upto or 0)}"
    return f"> {span_words(over)}" if upto is None else f"{span_words(over)} – {span_words(upto)}"


def _two(seconds: int, large: int, small: int, one: str, both: str) -> str:
    n, m = seconds // large, seconds % large // small
    return both.format(n=n, m=m) if m else one.format(n=n)


def _number(value: float, places: int) -> str:
    return number_format(round(value, places), places, force_grouping=True)  # it cuts off else


def _moment(value: datetime, pattern: str) -> str:
    return timezone.localtime(value).strftime(pattern)
