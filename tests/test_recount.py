"""When hours are changed, the figures since then follow by themselves, and are those of a rebuild."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions.models import Agent, Hours, Recount, ReplyFact, SessionEvent, SessionFact
from sessions.models.hours import PIECE
from sessions.reports import folding, recounting
from sessions.reports.alone import LOCK
from tests.factories import make_account, make_agent, make_customer, make_session
from tests.report_site import tell
from tests.test_report_rebuild import counted

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WEEK = {str(day): [["09:00", "18:00"]] for day in range(5)}


@pytest.fixture
def store():
    return make_account("Shop")


@pytest.fixture
def wang(store):
    """The stories of report_stories.py were counted while nobody had hours."""
    wang = make_agent("wang", role=Agent.Role.LEAD)
    tell(store, make_account("Other"), {"lin": make_agent("lin").pk, "wang": wang.pk})
    SessionFact.objects.update(entrance="")  # told for pages, and by no event
    return wang


def hours(store, since=date(2026, 1, 1), **fields):
    return Hours(account=store, since=since, **{"weekly": WEEK, **fields})


def fold():
    while folding.step():
        pass


def business(store):
    return [
        sorted(model.objects.filter(account=store).values_list(*names), key=str)
        for model, *names in (
            (SessionFact, "pk", "resolution_business", "first_reply_business", "queued_business"),
            (ReplyFact, "session", "seconds_business"),
        )
    ]


def test_figures_follow_and_are_those_of_a_rebuild(store, wang):
    other = Hours(account_id=SessionFact.objects.exclude(account=store).first().account_id)
    always, others = business(store), business(other.account)
    days = {f"2026-10-{day:02}": [] for day in range(1, 8)} | {"2026-10-10": WEEK["0"]}
    recounting.keep(hours(store, days=days), wang)
    assert business(store) == always
    assert Recount.objects.get().left == SessionFact.objects.filter(account=store).count()
    fold()
    assert not Recount.objects.exists()
    live = counted()
    assert business(store) != always
    assert business(other.account) == others
    call_command("rebuild_reports", verbosity=0)
    assert counted() == live


def test_an_update_that_brings_new_facts_has_them_made(store, wang):
    known = counted()
    SessionFact.objects.update(unanswered_at=None, muted_at=None, handled=0)
    assert counted() != known
    import_module("sessions.migrations.0018_count_anew").ask(apps, None)
    fold()
    assert counted() == known
    assert not Recount.objects.exists()


def test_deleted_hours_count_no_more(store, wang):
    always = business(store)
    recounting.keep(hours(store), wang)
    fold()
    recounting.delete(Hours.objects.get(), wang)
    fold()
    assert business(store) == always


def test_only_what_ended_since_the_first_day_that_differs_is_counted_anew(store, wang):
    recounting.keep(hours(store), wang)
    fold()
    recounting.keep(hours(store, date(2026, 10, 5), weekly={"0": [["10:00", "11:00"]]}), wang)
    asked = Recount.objects.get()
    assert asked.since == date(2026, 10, 5)
    late = SessionFact.objects.filter(account=store, closed_at__gte="2026-10-04T00:00Z")
    still = SessionFact.objects.filter(account=store, closed_at=None)
    assert asked.left == late.count() + still.count()
    seen = []
    while Recount.objects.exists():
        seen += Recount.objects.get().next_piece()
    assert sorted(seen) == sorted(
        [*late.values_list("pk", flat=True), *still.values_list("pk", flat=True)]
    )


def test_days_that_are_still_to_come_cost_nothing(store, wang):
    recounting.keep(hours(store), wang)
    fold()
    soon = timezone.localdate() + timedelta(days=30)
    recounting.keep(hours(store, days={soon.isoformat(): []}), wang)
    recounting.keep(hours(store, soon, weekly={}), wang)
    assert not Recount.objects.exists()


def test_hours_changed_again_meanwhile_begin_again_from_the_earlier_day(store, wang):
    recounting.keep(hours(store, date(2026, 3, 1)), wang)
    folding.step()
    recounting.keep(hours(store, date(2026, 9, 1), weekly={"0": WEEK["0"]}), wang)
    asked = Recount.objects.get()
    assert (asked.since, asked.until, asked.session) == (date(2026, 3, 1), None, 0)
    fold()
    live = business(store)
    call_command("rebuild_reports", verbosity=0)
    assert business(store) == live


def many(store, count):
    """Sessions that were opened, and half of them ended in the same second."""
    end = timezone.now() - timedelta(hours=1)
    for number in range(count):
        session = make_session(make_customer(store), opened_at=end - timedelta(hours=3))
        events = [SessionEvent.opening(session)]
        if number % 2:
            session.ended_at, session.ended_by = end, "agent"
            events.append(SessionEvent.closing(session, None))
        SessionEvent.keep(events)
    fold()


def test_it_goes_in_pieces_and_what_is_new_goes_first(store, lin):
    many(store, 3 * PIECE)
    recounting.keep(hours(store, weekly={"0": WEEK["0"]}), lin)
    SessionFact.objects.update(first_answer=7)  # nobody has answered
    made = SessionFact.objects.filter(first_answer=None)
    counts = [made.count()]
    new = make_session(make_customer(store))
    SessionEvent.keep([SessionEvent.opening(new)])
    while folding.step():
        counts.append(made.count())
    assert SessionFact.objects.filter(pk=new.pk).exists()
    assert max(b - a for a, b in zip(counts, counts[1:], strict=False)) <= PIECE + 1
    assert made.count() == 3 * PIECE + 1


def test_asking_and_each_piece_cost_the_same_for_few_and_for_many(store, lin):
    def cost(act):
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    def costs(count, **week):
        many(store, count)
        asked = cost(lambda: recounting.keep(hours(store, weekly=week), lin))
        piece = cost(folding.step)
        fold()
        return asked, piece

    costs(1)  # the first row of hours is made, later ones are changed
    few, more = costs(2 * PIECE, **{"0": WEEK["0"]}), costs(6 * PIECE, **{"1": WEEK["0"]})
    assert few == more


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_a_piece_waits_for_nobody(store, lin):
    recounting.keep(hours(store), lin)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert folding.step() == 0
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    other.close()
    assert folding.step() > 0


def test_who_changed_it_and_when_is_kept(store, wang):
    with transaction.atomic():
        recounting.keep(hours(store), wang)
    kept = Hours.objects.get()
    assert kept.changed_by == wang
    assert timezone.now() - kept.changed_at < timedelta(minutes=1)
