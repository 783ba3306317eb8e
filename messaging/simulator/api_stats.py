"""Statistics (protocol §8): whole days of China time, yesterday … 180 days back."""

from collections.abc import Callable

from .call import Call
from .errors import Refused
from .fields import integer, string
from .stats import DAY, day_start

READY = 6 * 3600  # yesterday's figures are there from 6:00 on
MAX_SPAN, OLDEST = 31, 180  # days


def corp_statistic(call: Call) -> dict:
    open_kfid = call.account().open_kfid
    return _by_day(call, lambda day: call.world.stats.corp_figures(open_kfid, day))


def servicer_statistic(call: Call) -> dict:
    """Without servicer_userid: all servicers of the account together."""
    account = call.account()
    userid = string(call.body, "servicer_userid", required=False)
    if userid and userid not in call.corp.members:
        raise Refused(60111)
    stats = call.world.stats
    return _by_day(call, lambda day: stats.servicer_figures(account.open_kfid, day, userid))


def _by_day(call: Call, figures: Callable[[int], dict | None]) -> dict:
    """`statistic` is absent on days without any, and while it is not computed yet."""
    first, last = _span(call)
    rows = []
    for day in range(first, last + 1, DAY):
        found = figures(day) if call.now >= day + DAY + READY else None
        rows.append({"stat_time": day, **({"statistic": found} if found else {})})
    return {"statistic_list": rows}


def _span(call: Call) -> tuple[int, int]:
    start = day_start(integer(call.body, "start_time", 0, 2**32 - 1))
    end = day_start(integer(call.body, "end_time", 0, 2**32 - 1))
    today = day_start(call.now)
    if not today - OLDEST * DAY <= start <= end < today or end - start >= MAX_SPAN * DAY:
        raise Refused(40058, "start_time or end_time out of range")
    return start, end
