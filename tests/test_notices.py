"""Who is told what: about whom they may serve, as they wish, once for each piece of news."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging import live
from messaging.models import Message
from sessions import intake, notes, notices, waking
from sessions.models import Event, Notice, Session, Survey
from sessions.scales import click_id
from sessions.wishes import Wishes
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_message,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def heard(monkeypatch):
    """What is pushed, with everybody listening."""
    pushed = []
    monkeypatch.setattr(live, "is_heard", lambda group: True)
    monkeypatch.setattr(
        live, "announce", lambda group, html="", data=None: pushed.append((group, data or {}))
    )
    return pushed


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told(agent) -> list[tuple[int, str]]:
    rows = notices.of(agent).unread().order_by("at", "id")
    return list(rows.values_list("session", "event"))


def wish(agent, **changes) -> None:
    agent.wishes = {**Wishes.of(agent).kept(), **changes}
    agent.save()


def comes_in(session: Session, text: str = "Hello?", **fields) -> None:
    make_message(session, text, is_routed=False, **fields)
    intake.route()


def toasts(heard, group: str) -> list[str]:
    return [data["html"]["en"] for name, data in heard if name == group and "toast" in str(data)]


# --- who is told ----------------------------------------------------------------------------------


def test_who_has_the_session_is_told_that_the_customer_writes(lin):
    wang, session = make_agent("wang"), make_session(agent=lin)
    comes_in(session)
    assert told(lin) == [(session.pk, "message")]
    assert told(wang) == []


def test_ten_messages_are_one_notice(lin):
    session = make_session(agent=lin)
    for number in range(10):
        comes_in(session, f"Message {number}")
    assert told(lin) == [(session.pk, "message")]


def test_a_message_of_the_past_is_no_news(lin):
    comes_in(make_session(agent=lin), is_history=True)
    assert told(lin) == []


def test_who_does_not_want_to_know_is_not_told(lin):
    wish(lin, how={Event.MESSAGE: ""})
    comes_in(make_session(agent=lin))
    assert not Notice.objects.exists()


def test_who_is_given_a_session_is_told_by_whom(client, lin):
    wang, session = make_agent("wang"), make_session(agent=lin)
    client.force_login(lin)
    client.post(f"/sessions/{session.pk}/transfer/", {"to": f"agent-{wang.pk}"})
    assert told(wang) == [(session.pk, "assigned")]
    assert Notice.objects.get().by == "Lin"


def test_who_takes_a_session_is_not_told_of_it(client, lin):
    session = make_session()
    client.force_login(lin)
    client.post(f"/sessions/{session.pk}/accept/")
    client.post("/bulk/", {"act": "assign", "session": session.pk, "to": lin.pk})
    assert told(lin) == []


def test_who_is_named_in_a_note_is_told(lin):
    wang, session = make_agent("wang"), make_session()
    notes.write(session, lin, "@Wang please look")
    assert told(wang) == [(session.pk, "mention")]
    assert Notice.objects.get().text == "@Wang please look"


def test_who_wrote_what_was_not_sent_is_told(lin):
    wang, session = make_agent("wang"), make_session(agent=lin)
    failed = {"status": Message.Status.FAILED, "is_routed": False, "author": wang}
    make_message(session, "On its way", ours=True, **failed)
    intake.route()
    assert told(wang) == [(session.pk, "failed")]
    assert told(lin) == []


def test_many_messages_that_were_lost_cost_no_query_each(lin):
    def route(number: int) -> int:
        for _ in range(number):
            failed = {"status": Message.Status.FAILED, "is_routed": False, "author": lin}
            make_message(make_session(make_customer(), lin), ours=True, **failed)
        with CaptureQueriesContext(connection) as queries:
            intake.route()
        return len(queries)

    assert route(2) == route(20)


def test_the_end_of_a_window_is_told_once(lin):
    customer = make_customer(last_in_at=timezone.now() - timedelta(hours=43))
    session = make_session(customer, lin, waiting_since=timezone.now())
    Session.objects.filter(pk=session.pk).update(closes_at=timezone.now() + timedelta(hours=5.97))
    waking.Closing()()
    assert told(lin) == [(session.pk, "closing")]
    notices.read(lin, session)
    waking.Closing()()
    assert told(lin) == []


def test_who_waits_in_the_last_hour_of_a_window_is_told_to_the_leads(lin):
    boss = make_agent("boss", role="lead")
    session = make_session(make_customer(), waiting_since=timezone.now())
    answered = make_session(make_customer())
    soon = timezone.now() + timedelta(hours=0.97)
    Session.objects.filter(pk__in=[session.pk, answered.pk]).update(closes_at=soon)
    waking.Closing()()
    assert told(boss) == [(session.pk, "lapsing")]
    assert told(lin) == []
    notices.read(boss, session)
    waking.Closing()()
    assert told(boss) == []


def test_what_was_snoozed_is_told_when_it_is_back(lin):
    session = make_session(agent=lin, snoozed_until=timezone.now() - timedelta(seconds=1))
    waking.wake()
    assert told(lin) == [(session.pk, "back")]


@pytest.mark.parametrize(("rating", "is_told"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_low_rating_is_told_to_who_served(lin, rating, is_told):
    session = make_session(agent=lin)
    clicked = click_id(Survey.objects.create(session=session).token, rating)
    comes_in(session, content={"content": "Thanks", "menu_id": clicked})
    assert told(lin) == ([(session.pk, "rating")] if is_told else [])


# --- who may know ---------------------------------------------------------------------------------


def test_nobody_is_told_about_accounts_they_may_not_see(heard, committed):
    shop, other = make_account("Shop"), make_account("Other")
    eve = make_agent("eve", shop)
    mine = make_session(make_customer(shop), eve)
    foreign = make_session(make_customer(other), eve)  # their right was taken away meanwhile
    with committed():
        notices.tell([notices.News(eve, each, Event.ASSIGNED) for each in (mine, foreign)])
    assert told(eve) == [(mine.pk, "assigned")]
    [toast] = toasts(heard, f"user-{eve.pk}")
    assert f"/sessions/{mine.pk}/" in toast
    assert f"/sessions/{foreign.pk}/" not in toast
    assert [data["unread"] for _, data in heard if "bell" in data] == [1]


def test_who_left_is_not_told(heard, committed):
    gone = make_agent("gone", is_active=False)
    with committed():
        notices.tell([notices.News(gone, make_session(agent=gone), Event.MESSAGE)])
    assert heard == []
    assert not Notice.objects.exists()


def test_a_new_customer_is_told_to_the_pages_of_that_account(heard, committed, lin):
    shop = make_account("Shop")
    with committed():
        comes_in_new(shop)
    [toast] = toasts(heard, f"account-{shop.pk}")
    assert "A new customer is in the queue of Shop" in toast
    assert not Notice.objects.exists()


def comes_in_new(account) -> None:
    customer = make_customer(account)
    customer.record(
        "text",
        {"content": "Hi"},
        direction=Message.Direction.IN,
        origin=Message.Origin.CUSTOMER,
        is_routed=False,
    )
    intake.route()


# --- how it is said -------------------------------------------------------------------------------


def test_hidden_content_says_neither_who_nor_what(heard, committed, lin):
    wish(lin, hides=True)
    wang, session = make_agent("wang"), make_session(make_customer(nickname="Secret Person"))
    with committed():
        notes.write(session, wang, "@Lin the card number is 4242")
    [toast] = toasts(heard, f"user-{lin.pk}")
    assert "You were named in a note" in toast
    assert "4242" not in toast
    assert "Secret Person" not in toast


def test_what_customers_write_is_not_markup(heard, committed, lin):
    session = make_session(make_customer(nickname="<b>Bold"), lin)
    with committed():
        comes_in(session, "<script>alert(1)</script>")
    [toast] = toasts(heard, f"user-{lin.pk}")
    assert "&lt;b&gt;Bold has written" in toast
    assert "<script>" not in toast


def test_a_burst_is_a_few_toasts_and_a_number(heard, committed, lin):
    sessions = [make_session(make_customer(nickname=f"C{n}"), lin) for n in range(50)]
    for session in sessions:
        make_message(session, is_routed=False)
    with committed():
        intake.route()
    [toast] = toasts(heard, f"user-{lin.pk}")
    assert toast.count("has written") == notices.AT_ONCE
    assert "47 more notices" in toast
    [data] = [data for _, data in heard if "bell" in data]
    assert data["unread"] == 50


def test_nothing_is_drawn_while_nobody_listens(committed, lin, monkeypatch):
    monkeypatch.setattr(live, "is_heard", lambda group: False)
    monkeypatch.setattr(notices, "draw", lambda *a: pytest.fail("was drawn"))
    session = make_session(agent=lin)
    with committed():
        comes_in(session)
    assert told(lin) == [(session.pk, "message")]


def test_a_batch_of_intake_is_one_statement_more(lin):
    def route(number: int) -> int:
        for _ in range(number):
            make_message(make_session(make_customer(), lin), is_routed=False)
        with CaptureQueriesContext(connection) as queries:
            intake.route()
        return sum("kf_sessions_notice" in query["sql"] for query in queries)

    assert route(2) == route(40) == 1
