"""The platform's own figures, read by night through the simulator."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from messaging import statistics
from messaging.models import Account, Servicer, Statistic
from tests.wire import SHOP

pytestmark = pytest.mark.both
CHINA = ZoneInfo("Asia/Shanghai")


def days_ago(shop, number: int):
    """(date, unix time of its midnight in China), as the platform counts."""
    today = datetime.fromtimestamp(shop.simulator.now(), CHINA).replace(hour=0, minute=0, second=0)
    day = today - timedelta(days=number)
    return day.date(), int(day.timestamp())


@pytest.fixture
def counted(shop):
    """What the platform counted two, forty and a hundred days ago."""
    found = {}
    for number, sessions in ((2, 7), (40, 5), (100, 3)):
        day, moment = days_ago(shop, number)
        shop.simulator.statistic(SHOP, moment, {"session_cnt": sessions, "customer_cnt": 1})
        shop.simulator.statistic(
            SHOP, moment, {"session_cnt": 1, "reply_rate": 1.0}, servicer_userid="*"
        )
        found[day] = sessions
    return found


def sessions_by_day(servicer="") -> dict:
    rows = Statistic.objects.filter(servicer=servicer).order_by("-day")
    return {row.day: row.figures["session_cnt"] for row in rows}


def test_half_a_year_is_read_at_first_in_spans_that_the_platform_allows(shop, counted):
    assert statistics.pull("worker") == 1
    assert sessions_by_day() == counted
    assert sessions_by_day("*") == dict.fromkeys(counted, 1)
    calls = shop.simulator.calls("kf/get_corp_statistic")
    assert {call["errcode"] for call in calls} == {0}


def test_a_figure_that_the_platform_does_not_tell_is_absent(shop, counted):
    statistics.pull("worker")
    assert "first_reply_average_sec" not in Statistic.objects.filter(servicer="*")[0].figures


def test_it_is_read_once_a_night_and_then_the_last_days_only(shop, counted):
    statistics.pull("worker")
    assert statistics.pull("worker") == 0
    again = shop.account.statistics_at
    assert again > timezone.now()
    assert again.astimezone(CHINA).time() >= statistics.READY
    before = len(shop.simulator.calls("kf/get_corp_statistic"))
    day, moment = days_ago(shop, 2)
    shop.simulator.statistic(SHOP, moment, {"session_cnt": 8, "customer_cnt": 1})
    Account.objects.update(statistics_at=timezone.now())
    statistics.pull("worker")
    assert len(shop.simulator.calls("kf/get_corp_statistic")) == before + 1
    assert sessions_by_day() == counted | {day: 8}


def test_a_servicer_who_has_left_keeps_nobody_elses_figures_back(shop, counted):
    Servicer.objects.create(account=shop.account, external_id="gone")
    statistics.pull("worker")
    assert sessions_by_day() == counted
    assert shop.account.statistics_at > timezone.now() + timedelta(minutes=1)


def test_a_platform_that_is_busy_is_asked_again_in_an_hour(shop, counted):
    shop.simulator.fault("errcode", api="kf/get_corp_statistic", errcode=-1)
    statistics.pull("worker")
    left = shop.account.statistics_at - timezone.now()
    assert timedelta(minutes=50) < left <= statistics.PAUSE


@pytest.mark.parametrize(("hour", "back"), [(5, 2), (7, 1)], ids=["before six", "in the morning"])
def test_yesterday_is_ready_in_the_morning(hour, back):
    now = datetime(2026, 11, 20, hour, tzinfo=CHINA)
    assert statistics.last_ready(now) == now.date() - timedelta(days=back)
    account = Account(pk=1)
    assert statistics.next_night(account, now) > now
    assert statistics.last_ready(statistics.next_night(account, now)) > statistics.last_ready(now)
