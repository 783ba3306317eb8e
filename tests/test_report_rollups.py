"""Days that are over are kept, and nobody can tell: every number is that of its facts."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kfconsole.worker import lanes
from sessions.models import Agent, Hours, Rollup, RollupDay, SessionEvent, SessionFact
from sessions.reports import backlog as backlogs
from sessions.reports import folding, keeping
from sessions.reports.backlog import backlog
from sessions.reports.figures import breakdown, distribution, figures, rows, series
from sessions.reports.metrics import METRICS
from sessions.reports.packing import Packed, pack
from sessions.reports.periods import Period
from sessions.reports.selection import Selection
from tests.report_stories import ZONE

pytest_plugins = ["tests.report_site"]
# From the day of the first story on.
OVER = Selection(Period(date(2026, 3, 2), date(2026, 10, 31), ZONE))
LIMITS = (60, 300, 3600)
DURATIONS = [name for name, metric in METRICS.items() if metric.is_duration]
FACTS = [f'FROM "kf_sessions_{name}"' for name in ("sessionfact", "replyfact", "stintfact")]
WHOSE = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 9))
with_database = [pytest.mark.django_db, pytest.mark.both]


def facts_of(work) -> list[str]:
    """The statements that looked at facts."""
    with CaptureQueriesContext(connection) as asked:
        work()
    return [q["sql"] for q in asked if any(table in q["sql"] for table in FACTS)]


def everything(reader: Agent, selection: Selection) -> dict:
    """All that pages show of a selection."""
    found = {("all", None): figures(reader, METRICS, selection, compare=False)}
    for by in ("agent", "account", "entrance", "closed_by"):
        parts = breakdown(reader, METRICS, selection, by)
        found |= {(by, key): some for key, some in parts.items()}
    for step in ("day", "week", "month"):
        found |= {(step, start): some for start, some in series(reader, METRICS, selection, step)}
    numbers = {
        (*place, name): (each.value, each.count, each.p90, each.mean)
        for place, some in found.items()
        for name, each in some.items()
        if each.count
    }
    return numbers | {name: distribution(reader, name, selection, LIMITS) for name in DURATIONS}


@pytest.fixture(autouse=True)
def hours(request):
    if "store" in request.fixturenames:
        weekly = {str(day): [["09:00", "18:00"]] for day in range(5)}
        store = request.getfixturevalue("store")
        Hours.objects.create(account=store, since=date(2026, 1, 1), weekly=weekly)


@pytest.fixture
def kept(lead):
    """Every day until yesterday."""
    assert sum(keeping.make_all()) > 200


class TestKeeping:
    pytestmark = with_database

    @pytest.mark.parametrize("zone", [ZONE, ZoneInfo("Asia/Manila"), ZoneInfo("Europe/Berlin")])
    def test_what_is_kept_counts_as_its_facts_do(self, lead, store, zone):
        lin = Agent.objects.get(username="lin")
        one = Selection(Period(date(2026, 1, 1), date(2026, 11, 20), zone))
        asked = [
            (lead, one),
            (lead, replace(one, is_business=True)),
            (lead, replace(one, accounts=(store.pk,))),
            (lead, replace(one, agents=(lin.pk,))),
            (lin, one),
        ]
        before = [everything(*each) for each in asked]
        assert all(before)
        assert before[0] != before[1]
        assert sum(keeping.make_all()) > 200
        assert [everything(*each) for each in asked] == before

    def test_a_year_that_is_kept_is_read_without_its_facts(self, lead, kept):
        assert not facts_of(lambda: everything(lead, OVER))

    @pytest.mark.parametrize("step", ["day", "week", "month"])
    def test_the_open_sessions_of_days_that_are_kept_are_those_of_facts(self, lead, store, step):
        asked = [OVER, replace(OVER, accounts=(store.pk,)), replace(OVER, tags=(1,))]
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(backlogs, "_is_kept", lambda *asked: False)
            before = [backlog(lead, one, step) for one in asked]
        assert [backlog(lead, one, step) for one in asked] == before
        assert max(many for _start, many in before[0]) > 0
        assert sum(keeping.make_all()) > 200
        assert [backlog(lead, one, step) for one in asked] == before
        assert len(facts_of(lambda: backlog(lead, OVER, step))) == 1  # those open at its beginning

    def test_a_reader_of_another_zone_has_days_of_their_own(self, lead, kept):
        def ask(zone: str) -> list[str]:
            one = replace(OVER, period=replace(OVER.period, zone=ZoneInfo(zone)))
            return facts_of(lambda: figures(lead, METRICS, one, compare=False))

        assert ask("Asia/Tokyo")
        assert not ask("Asia/Manila")  # where the sun is as high as in Shanghai

    def test_what_happened_since_is_counted_at_once(self, lead, kept):
        before = figures(lead, ["replies", "failed"], OVER, compare=False)
        reply = SessionEvent.objects.filter(kind="out", is_human=True).exclude(message=0).first()
        SessionEvent.objects.filter(pk=reply.pk).update(kind="failed", is_folded=False)
        while folding.step():
            pass
        after = figures(lead, ["replies", "failed"], OVER, compare=False)
        assert after["replies"].value == before["replies"].value - 1
        assert after["failed"].value == before["failed"].value + 1
        stale = RollupDay.objects.filter(is_stale=True)
        assert 0 < stale.count() < 5

    def test_a_day_is_made_again_when_it_has_been_quiet(self, lead, kept):
        RollupDay.touch(date(2026, 3, 2))
        assert keeping.step() == 0
        RollupDay.objects.filter(is_stale=True).update(
            touched_at=timezone.now() - keeping.QUIET - timedelta(seconds=1)
        )
        assert keeping.step() == 1
        assert not RollupDay.objects.filter(is_stale=True).exists()

    def test_what_changes_while_a_day_is_made_is_not_lost(self, lead, monkeypatch):
        monday, counted = Period(date(2026, 3, 2), date(2026, 3, 3), ZONE), keeping._Counting.all

        def all_but_late(self):
            found = counted(self)
            RollupDay.touch(date(2026, 3, 2))
            return found

        monkeypatch.setattr(keeping._Counting, "all", all_but_late)
        assert keeping.make(monday) == 1
        assert list(RollupDay.objects.filter(is_stale=True).values_list("day", flat=True)) == [
            date(2026, 3, 2)
        ]

    def test_a_metric_that_means_something_else_now_is_counted_anew(self, lead, kept):
        RollupDay.objects.update(made_as="what it meant before")
        assert facts_of(lambda: figures(lead, METRICS, OVER))
        assert sum(keeping.make_all()) > 200

    def test_who_is_deleted_stays_counted_as_nobody(self, lead, kept):
        lin = Agent.objects.get(username="lin")
        before = breakdown(lead, ["replies"], OVER, "agent")
        gone, pk = before[lin.pk]["replies"].value, lin.pk
        lin.delete()
        after = breakdown(lead, ["replies"], OVER, "agent")
        assert pk not in after
        assert after[None]["replies"].value == before[None]["replies"].value + gone
        assert sum(keeping.make_all()) > 200
        assert everything(lead, OVER)["agent", None, "replies"][0] == after[None]["replies"].value

    def test_an_account_that_is_deleted_takes_its_numbers_along(self, lead, store, kept):
        store.delete()
        found = figures(lead, ["sessions"], OVER, compare=False)["sessions"]
        assert found.value == rows(lead, "sessions", OVER).count()

    def test_today_is_not_kept(self, lead, kept):
        assert not RollupDay.objects.filter(day__gte=timezone.localdate()).exists()

    def test_without_facts_there_is_nothing_to_make(self):
        assert keeping.step() == 0
        assert not RollupDay.objects.exists()

    def test_rebuilding_makes_all_days_stale(self, lead, kept):
        list(folding.rebuild())
        assert not RollupDay.objects.filter(is_stale=False).exists()
        assert Rollup.objects.exists()
        assert SessionFact.objects.exists()


def test_a_worker_keeps_days():
    assert "rollups" in [lane.name for lane in lanes()]


@given(st.dictionaries(WHOSE, st.lists(st.integers(0, 2**32 - 1), max_size=5)))
def test_what_is_packed_comes_out_again(by_whose):
    found = Packed.read(pack(by_whose))
    parts = {(account, agent): list(values) for account, agent, values in found.parts()}
    assert parts == by_whose
    assert sorted(found.values) == sorted(sum(by_whose.values(), []))
    some = found.only(lambda account, agent: agent == 3)
    assert {agent for _account, agent, _values in some.parts()} <= {3}
