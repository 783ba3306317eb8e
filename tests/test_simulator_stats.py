"""Statistics of the simulated platform (protocol §8)."""

import pytest

from messaging.simulator.stats import day_start
from tests.simulated import ALICE, BOB, CAROL, KF, START, Caller

DAY = 24 * 3600
TODAY = day_start(START)


@pytest.fixture
def api():
    return Caller()


def corp(api, start=TODAY, end=TODAY):
    return api.post("kf/get_corp_statistic", open_kfid=KF, start_time=start, end_time=end)


def servicer(api, **more):
    span = {"start_time": TODAY, "end_time": TODAY}
    rows = api.post("kf/get_servicer_statistic", open_kfid=KF, **span, **more)["statistic_list"]
    return rows[0].get("statistic")


def wait_for_the_figures(api):
    api.wait(TODAY + DAY + 6 * 3600 - api.world.now)


def test_days_begin_at_midnight_in_china():
    assert TODAY % DAY == 16 * 3600
    assert TODAY <= START < TODAY + DAY


def test_a_day_of_service_is_counted(api):
    for customer in (ALICE, BOB):
        api.world.say(KF, customer, content="hi")
    api.text()
    api.trans(3, servicer_userid=CAROL)
    api.world.say(KF, ALICE, content="a human, please")
    api.wait(30)
    api.world.write(KF, ALICE, CAROL, content="here I am")
    wait_for_the_figures(api)
    figures = corp(api)["statistic_list"][0]["statistic"]
    assert (figures["session_cnt"], figures["customer_cnt"]) == (1, 2)
    assert (figures["customer_msg_cnt"], figures["ai_session_reply_cnt"]) == (3, 1)
    assert figures["ai_transfer_rate"] == 1
    human = servicer(api, servicer_userid=CAROL)
    assert (human["session_cnt"], human["customer_msg_cnt"], human["reply_rate"]) == (1, 1, 1)
    assert human["first_reply_average_sec"] == 30
    assert human["satisfaction_investgate_cnt"] == 0
    assert servicer(api) == human


def test_a_day_without_anything_has_no_figures(api):
    wait_for_the_figures(api)
    assert corp(api, TODAY - DAY, TODAY)["statistic_list"] == [
        {"stat_time": TODAY - DAY},
        {"stat_time": TODAY},
    ]
    assert servicer(api) is None


def test_yesterday_is_ready_at_six(api):
    api.world.say(KF, ALICE, content="hi")
    api.wait(TODAY + DAY + 6 * 3600 - 1 - api.world.now)
    assert "statistic" not in corp(api)["statistic_list"][0]
    api.wait(1)
    assert "statistic" in corp(api)["statistic_list"][0]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (TODAY, TODAY),  # today is not over
        (TODAY - 181 * DAY, TODAY - 180 * DAY),
        (TODAY - 32 * DAY, TODAY - DAY),
        (TODAY - DAY, TODAY - 2 * DAY),
    ],
)
def test_spans_have_their_limits(api, start, end):
    assert corp(api, start, end)["errcode"] == 40058


def test_31_days_are_allowed_and_times_are_floored(api):
    rows = corp(api, TODAY - 31 * DAY + 5, TODAY - DAY + 5)["statistic_list"]
    assert len(rows) == 31
    assert rows[0]["stat_time"] == TODAY - 31 * DAY


def test_an_unknown_member_is_refused(api):
    span = {"start_time": TODAY - DAY, "end_time": TODAY - DAY}
    body = {"open_kfid": KF, "servicer_userid": "nobody"} | span
    assert api.post("kf/get_servicer_statistic", **body)["errcode"] == 60111
