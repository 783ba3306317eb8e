"""Public holidays and make-up days (调休) of mainland China, as the State Council decreed them.

Nobody knows them before November of the year before: of a year that the library does not have,
nothing is said.
"""

from datetime import date, timedelta

import chinese_calendar
from django.utils.translation import get_language
from django.utils.translation import gettext as _

YEARS = range(2004, 2200)


def of_china(year: int) -> dict[date, tuple[str, bool]] | None:
    """{day: (its name, is it worked)}; none for a year that is not known."""
    if year not in YEARS:
        return None
    day, found = date(year, 1, 1), {}
    while day.year == year:
        try:
            is_free, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            return None
        if name:
            found[day] = (_said(name, is_free), not is_free)
        day += timedelta(days=1)
    return found


def _said(name: str, is_free: bool) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    said = chinese_calendar.Holiday(name).chinese if is_chinese else name
    return said if is_free else _("%(holiday)s, make-up day") % {"holiday": said}
