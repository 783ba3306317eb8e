"""The hours of a day as people write them, "09:00-12:00, 13:30-18:00", and the way back. Pure.

Every reader of hours goes through here: forms, rows that came by another way, and figures.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from itertools import groupby, pairwise

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Span = tuple[time, time]  # an end of 00:00 is midnight, the end of the day
Week = Mapping[int, Sequence[Span]]  # Monday is 0; a day that is not named is closed
ALL_DAY: Span = (time.min, time.min)
MIDNIGHT = 24 * 60

CLOSED_WORDS = {"", "-", "closed", "off", "休", "休息", "关闭", "放假", "不营业"}
ALL_DAY_WORDS = {"24h", "24小时", "全天", "all day", "always"}
DASH = re.compile(r"\s*(?:[‐‑‒–—―−~〜至到-]|\bto\b)\s*")
BETWEEN = re.compile(r"[\s,;、/&]+")
MOMENT = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.点时h](?P<minute>\d{2})?(?::00)?分?)?|(?P<compact>\d{4})"
)


class Unclear(ValueError):
    """What is wrong, in a sentence for whoever wrote it."""


def parse(text: str) -> list[Span]:
    """In order; nothing is open when nothing is written."""
    words = unicodedata.normalize("NFKC", text).strip().lower()
    if words in CLOSED_WORDS:
        return []
    if words in ALL_DAY_WORDS:
        return [ALL_DAY]
    parts = [part for part in BETWEEN.split(DASH.sub("-", words)) if part]
    return _apart([_span(*part.split("-")) for part in parts])


def write(spans: Iterable[Span]) -> str:
    return ", ".join(f"{_clock(begin)}-{_end(end)}" for begin, end in spans)


def read(kept: Iterable[Sequence[str]]) -> list[Span]:
    """From [["09:00", "18:00"], …], as rows keep it."""
    return _apart([_span(*pair) for pair in kept])


def keep(spans: Iterable[Span]) -> list[list[str]]:
    return [[_clock(begin), _clock(end)] for begin, end in spans]


def say(spans: Sequence[Span]) -> str:
    if not spans:
        return pgettext("hours", "closed")
    if list(spans) == [ALL_DAY]:
        return _("the whole day")
    return ", ".join(f"{_clock(begin)}–{_end(end)}" for begin, end in spans)


def say_week(week: Week) -> list[str]:
    """ "Mon–Fri 09:00–18:00", "Sat–Sun closed": neighbours that are alike are said together."""
    alike = groupby(range(7), lambda day: say(week.get(day, ())))
    return [f"{_say_days([*days])} {words}" for words, days in alike]


def _say_days(days: list[int]) -> str:
    first, last = str(WEEKDAYS_ABBR[days[0]]), str(WEEKDAYS_ABBR[days[-1]])
    if len(days) == 7:
        return _("every day")
    if len(days) == 1:
        return first
    return _("%(first)s–%(last)s") % {"first": first, "last": last}


def _span(*ends: str) -> Span:
    if len(ends) != 2 or not all(isinstance(each, str) for each in ends):
        raise Unclear(_not_understood("-".join(map(str, ends))))
    begin, end = (_minutes(each) for each in ends)
    end = end or MIDNIGHT
    if begin == MIDNIGHT:
        raise Unclear(_("24:00 is the end of a day: nothing can begin then."))
    told = {"begin": _clock(_time(begin)), "end": _end(_time(end))}
    if begin == end:
        raise Unclear(_("%(begin)s-%(end)s takes no time. Write 24h for the whole day.") % told)
    if end < begin:
        words = _(
            "%(end)s is before %(begin)s: write %(end)s-%(begin)s, or %(begin)s-24:00 and the rest "
            "on the next day."
        )
        raise Unclear(words % told)
    return _time(begin), _time(end)


def _minutes(text: str) -> int:
    found = MOMENT.fullmatch(text)
    if not found:
        raise Unclear(_not_understood(text))
    if compact := found["compact"]:
        hour, minute = int(compact[:2]), int(compact[2:])
    else:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if minute > 59 or hour * 60 + minute > MIDNIGHT:
        raise Unclear(_("%(text)s is no time of day.") % {"text": text})
    return hour * 60 + minute


def _not_understood(text: str) -> str:
    words = _("“%(text)s” is not understood: write 09:00-18:00, and a comma between several.")
    return words % {"text": text[:40]}


def _apart(spans: list[Span]) -> list[Span]:
    """In order, and none in another."""
    found = sorted(spans)
    for one, other in pairwise(found):
        if one[1] == time.min or one[1] > other[0]:
            told = {"one": write([one]), "other": write([other])}
            raise Unclear(_("%(one)s and %(other)s overlap.") % told)
    return found


def _time(minutes: int) -> time:
    return time(*divmod(minutes % MIDNIGHT, 60))


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"


def _end(moment: time) -> str:
    return _clock(moment) if moment > time.min else "24:00"
