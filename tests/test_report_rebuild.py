"""Whatever happened, what was counted as it happened is what is counted when all is made anew."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.models import Message
from sessions import surveys
from sessions.models import ReplyFact, Session, SessionEvent, SessionFact, StintFact
from sessions.reports import folding
from sessions.reports.alone import LOCK
from tests.factories import make_agent, make_customer, make_session
from tests.wire import ALICE, BOB, SHOP, reply

pytestmark = pytest.mark.both
FACTS = (SessionFact, ReplyFact, StintFact)


def counted():
    """All facts; only the keys of replies and stints are new each time."""
    return [
        sorted(
            model.objects.values_list(*[f.attname for f in model._meta.fields if f.name != "id"]),
            key=str,
        )
        for model in FACTS
    ]


def fold():
    while folding.step():
        pass


@pytest.fixture
def busy_day(shop, session, lin):
    """Some of all that can happen, each step taken up as it happens."""
    wang = make_agent("wang")
    reply(session, lin)
    shop.work()
    fold()
    shop.simulator.fault("send_fail", api="kf/send_msg", fail_type=13)
    reply(session, lin, "and this")
    session.transfer_to_agent(wang, lin)
    shop.work()
    fold()
    shop.says("Hello?", who=BOB)
    shop.simulator.advance(5)
    shop.says("Thanks")
    shop.work()
    session.end(wang, survey=surveys.ask)
    shop.work()
    fold()
    shop.simulator.advance(5)
    shop.says("One more thing")
    shop.work()
    shop.session.transfer_to_servicer(shop.account.servicers.get(), lin)
    shop.work()
    shop.simulator.write(SHOP, ALICE, "carol", "text", content="I am Carol")
    shop.work()
    fold()


def test_made_anew_it_is_the_same(busy_day):
    live = counted()
    assert SessionFact.objects.get(reopened_in__isnull=False).failed == 1
    for model in FACTS:
        model.objects.all().delete()
    call_command("rebuild_reports", verbosity=0)
    assert counted() == live


def test_from_messages_alone_it_is_the_same(busy_day):
    """As for an installation that had no events yet."""
    live = counted()
    SessionEvent.objects.all().delete()
    call_command("rebuild_reports", verbosity=0)
    assert counted() == live


def test_a_session_from_before_is_told_when_something_happens_in_it(shop, session, lin):
    SessionEvent.objects.all().delete()
    session.accept(lin)
    fold()
    fact = SessionFact.objects.get()
    assert (fact.messages_in, fact.first_holder) == (1, lin)


def test_a_transfer_from_before_names_its_agent_by_name(shop, session, lin):
    wang = make_agent("wang")
    session.accept(lin)
    session.transfer_to_agent(wang, lin)
    SessionEvent.objects.all().delete()
    for row in Message.objects.filter(kind__in=("accept", "transfer")):
        del row.content["pk"]
        row.save()
    call_command("rebuild_reports", verbosity=0)
    assert [stint.agent for stint in StintFact.objects.order_by("id")] == [lin, wang]


def test_what_was_counted_stays_when_a_customer_goes(busy_day):
    live = counted()
    Message.objects.all().delete()
    Session.objects.all().delete()
    call_command("rebuild_reports", verbosity=0)
    assert counted() == live


def test_an_interrupted_rebuild_goes_on(busy_day):
    first, second, *_ = Session.objects.order_by("pk").values_list("pk", flat=True)
    SessionFact.objects.all().delete()
    call_command("rebuild_reports", "--from", str(second), verbosity=0)
    assert not SessionFact.objects.filter(pk=first).exists()
    assert SessionFact.objects.filter(pk=second).exists()


def test_facts_that_have_not_changed_are_not_written_again(shop, session, lin):
    reply(session, lin)
    shop.work()
    fold()
    before = ReplyFact.objects.get().pk
    shop.says("Thanks")
    shop.work()
    fold()
    assert ReplyFact.objects.get().pk == before


def test_a_step_costs_as_many_queries_for_many_as_for_few(lin):
    def cost(count):
        for _ in range(count):
            session = make_session(make_customer())
            SessionEvent.keep([SessionEvent.opening(session)])
            session.accept(lin)
            session.note(lin, "Hm")
            session.end(lin)
        with CaptureQueriesContext(connection) as queries:
            assert folding.step() == 4 * count
        return len(queries)

    cost(1)
    assert cost(20) - cost(2) <= (3 if connection.vendor == "sqlite" else 0)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_one_folds_at_a_time(session):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert folding.step() == 0
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    other.close()
    assert folding.step() == 2


def test_a_session_that_cannot_be_counted_leaves_the_others_alone(lin, caplog):
    odd, fine = make_session(make_customer()), make_session(make_customer())
    SessionEvent.keep([SessionEvent.opening(odd), SessionEvent.opening(fine)])
    SessionEvent.keep([SessionEvent.about(odd, "rated", odd.opened_at)])  # without a score
    fold()
    assert SessionFact.objects.get().session_id == fine.pk
    assert f"session {odd.pk} cannot be counted" in caplog.text
