"""What is due next: an answer, a window, or a code by which one text may be sent outside the five."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from messaging.models import Code, Customer, State
from sessions import fragments, notices, waking
from sessions.models import Notice, Session
from sessions.models.triage import NEVER
from tests.factories import make_customer, make_session
from tests.wire import ALICE, SHOP, reply

pytestmark = [pytest.mark.django_db, pytest.mark.both]
POOLED = {"state": State.POOL, "code_kind": "pool"}


def in_pool(shop, session, lin) -> Session:
    session.accept(lin)
    session.transfer_to_pool(lin)
    shop.work()
    return shop.session


def expiring(hours: float, agent=None, **fields) -> Session:
    expires_at = timezone.now() + timedelta(hours=hours)
    customer = make_customer(**{**POOLED, "code_expires_at": expires_at, **fields})
    return make_session(customer, agent, is_native=True)


def test_the_code_of_a_transfer_is_a_deadline(shop, session, lin):
    session = in_pool(shop, session, lin)
    expires_at = Code.objects.get(kind="pool").expires_at
    assert session.code_until == expires_at
    assert session.deadline_at == session.waiting_since + timedelta(minutes=10)
    session.waiting_since = None
    session.customer.last_in_at = timezone.now() + timedelta(hours=1)
    session.save()
    assert session.deadline_at == expires_at


def test_a_code_that_was_used_is_none_any_more(shop, session, lin):
    session = in_pool(shop, session, lin)
    reply(session, lin, "You are third in the queue")
    assert shop.customer().code_expires_at is None
    assert shop.session.deadline_at == shop.session.closes_at
    shop.work()
    assert shop.session.code_until is None


def test_of_two_codes_the_one_that_is_left_is_the_deadline(shop, session, lin):
    session = in_pool(shop, session, lin)
    older = Code.objects.get(kind="pool")
    Code.objects.create(
        customer=session.customer, kind="pool", value="another", state=State.POOL,
        received_at=timezone.now(), expires_at=timezone.now() + timedelta(hours=48),
    )  # fmt: skip
    reply(session, lin, "You are third in the queue")
    assert shop.session.code_until == older.expires_at


def test_a_servicer_who_takes_it_over_brings_the_next_code(shop, session, lin):
    session = in_pool(shop, session, lin)
    Code.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    shop.simulator.pick_up(SHOP, ALICE, "carol")
    shop.work()
    assert shop.customer().get_code_kind_display() == "hand-over notice"
    assert shop.session.code_until == Code.objects.get(kind="pickup").expires_at


@pytest.mark.parametrize("change", [{"state": State.NEW}, {"code_kind": "pickup"}])
def test_a_code_works_in_its_own_state_only(change):
    session = expiring(1, **change)
    assert session.code_until is None
    assert session.deadline_at == session.closes_at


def test_what_has_ended_has_no_deadline():
    session = expiring(1)
    session.close(Session.EndedBy.AGENT)
    assert session.deadline_at == NEVER
    assert session.code_until is None


def test_a_code_that_nobody_used_is_over(lin):
    session = expiring(-0.01, lin)
    assert waking.expire() == 1
    session.refresh_from_db()
    assert session.customer.code_expires_at is None
    assert session.deadline_at == session.closes_at
    assert waking.expire() == 0


def test_its_agent_is_told_once_before_a_code_is_over(lin):
    soon, _later = expiring(5.97, lin), expiring(6.1, lin)
    expiring(5.97, lin, state=State.NEW)
    expiring(5.97)  # nobody's
    waking.Closing()()
    waking.Closing()()
    told = notices.of(lin).values_list("session", "event", "read_at")
    assert list(told) == [(soon.pk, "code", None)]
    assert Notice.objects.count() == 1


def test_codes_that_run_out_cost_no_look_at_all_sessions():
    for number in range(60):  # of nothing, any way is as good as another
        make_session(make_customer(nickname=f"Customer {number}"))
    now = timezone.now()
    rows = waking._near("customer__code_expires_at", now, now + timedelta(hours=6))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "customer_code" in rows.explain()


def test_row_and_header_say_what_can_be_sent_and_until_when(lin):
    session = expiring(30.5, lin)
    context = fragments.session_context(session)
    for template in ("sessions/_row.html", "sessions/_header.html"):
        html = fragments.draw(template, context)["en"]
        assert "One free text can be sent" in html
        assert ">in 30 h</span>" in html
    assert "Queue notice" in html


def test_a_row_without_a_code_shows_what_is_left_of_the_five(lin):
    session = make_session(agent=lin)
    html = fragments.draw("sessions/_row.html", {"session": session})["en"]
    assert "One free text" not in html
    assert "5 of 5 messages left" in html
    assert not Customer.objects.exclude(code_kind="").exists()
