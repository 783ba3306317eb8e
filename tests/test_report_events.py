"""What happens in a session is written down once, in the transaction in which it happens."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging import outbox
from messaging.models import Message
from sessions import intake, surveys
from sessions.models import SessionEvent, SessionFact
from sessions.reports import backfill, folding
from tests.factories import make_agent
from tests.wire import ALICE, SHOP, reply

pytestmark = pytest.mark.both


def told(session):
    """What is known of a session, in order."""
    events = SessionEvent.objects.filter(session=session).order_by("at", "id")
    return [event.kind for event in events]


def event(session, kind):
    return SessionEvent.objects.get(session=session, kind=kind)


def fails(shop, message):
    """It is accepted, and some moments later WeCom says that it did not arrive."""
    shop.simulator.fault("send_fail", api="kf/send_msg", fail_type=13)
    shop.work()
    shop.simulator.advance(5)
    shop.work()


def test_a_first_message_opens(shop, session):
    assert told(session) == ["opened", "in"]
    assert event(session, "opened").at == session.opened_at == event(session, "in").at


def test_a_reply_counts_when_it_is_accepted(shop, session, lin):
    message = reply(session, lin)
    assert told(session) == ["opened", "in", "assigned"]
    shop.work()
    assert told(session) == ["opened", "in", "assigned", "out"]
    message.refresh_from_db()
    out = event(session, "out")
    assert (out.agent, out.is_human, out.message) == (lin, True, message.pk)
    assert out.at == message.accepted_at


def test_what_was_accepted_is_told_once_however_often_it_is_routed(shop, session, lin):
    message = reply(session, lin)
    shop.work()
    for _ in range(2):
        Message.objects.filter(pk=message.pk).update(is_routed=False)
        intake.route()
    assert told(session).count("out") == 1


def test_what_failed_later_was_accepted_once(shop, session, lin):
    fails(shop, reply(session, lin))
    assert told(session)[-2:] == ["out", "failed"]
    assert event(session, "failed").facts["type"] == "fail_type"


def test_what_was_sent_again_counts_again(shop, session, lin):
    message = reply(session, lin)
    fails(shop, message)
    outbox.retry(Message.objects.get(pk=message.pk))
    shop.work()
    assert told(session)[-3:] == ["out", "failed", "out"]


def test_a_transfer_leaves_what_was_before(shop, session, lin):
    wang = make_agent("wang")
    session.accept(lin)
    session.transfer_to_agent(wang, lin)
    session.unassign(wang)
    events = SessionEvent.objects.filter(session=session, kind__endswith="assigned")
    assert [event.agent for event in events.order_by("id")] == [lin, wang, None]
    assert told(session)[-3:] == ["assigned", "assigned", "unassigned"]


def test_wecoms_side_takes_it_when_wecom_says_so(shop, session, lin):
    session.transfer_to_servicer(shop.account.servicers.get(), lin)
    assert "state" not in told(session)
    shop.work()
    assert event(session, "state").servicer == "carol"
    shop.simulator.write(SHOP, ALICE, "carol", "text", content="I am Carol")
    shop.work()
    out = event(session, "out")
    assert (out.servicer, out.is_human) == ("carol", True)


def test_the_survey_is_no_reply_and_its_answer_no_message(shop, session, lin):
    session.end(lin, survey=surveys.menu)
    shop.work()
    assert told(session) == ["opened", "in", "closed", "asked"]
    assert event(session, "closed").agent == lin
    menu = shop.simulator.transcript(SHOP, ALICE)[-1]
    chosen = menu["content"]["list"][1]["click"]["id"]
    shop.simulator.click(SHOP, ALICE, menu["msgid"], chosen)
    shop.work()
    assert event(session, "rated").facts == {"score": 4}


def test_notes_and_naps_are_told(shop, session, lin):
    session.note(lin, "She is waiting for a refund.")
    session.snooze(timezone.now() + timezone.timedelta(hours=1), lin)
    session.wake(lin)
    assert told(session)[-3:] == ["note", "snoozed", "woken"]


def test_a_refused_transfer_tells_nothing(shop, session, lin):
    session.transfer_to_pool(lin)
    Message.objects.filter(kind="transfer").update(status="failed", is_routed=False)
    intake.route()
    assert "state" not in told(session)


def test_a_batch_costs_one_statement_more(shop, session):
    shop.says("And?")
    with CaptureQueriesContext(connection) as queries:
        shop.work()
    about = [query["sql"] for query in queries if "sessionevent" in query["sql"]]
    assert len(about) == 1
    assert about[0].startswith("INSERT")


def test_an_accepted_reply_is_counted_and_nothing_else_is_done(shop, session, lin):
    message = reply(session, lin)
    shop.work()
    Message.objects.filter(pk=message.pk).update(is_routed=False)
    with CaptureQueriesContext(connection) as queries:
        intake.route()
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert [sql.split('"')[1] for sql in written] == [
        "kf_sessions_sessionevent",
        "messaging_message",
    ]


def test_messages_tell_what_was_there_before_events(shop, session, lin):
    """The same rows, whether they were written as it happened or are told from messages later."""
    wang = make_agent("wang")
    reply(session, lin)
    shop.work()
    session.transfer_to_agent(wang, lin)
    session.note(wang, "Mine now")
    shop.says("Thanks")
    shop.work()
    session.end(wang, survey=surveys.menu)
    shop.work()
    menu = shop.simulator.transcript(SHOP, ALICE)[-1]
    chosen = menu["content"]["list"][0]["click"]["id"]
    shop.simulator.click(SHOP, ALICE, menu["msgid"], chosen)
    shop.work()
    names = (
        "session",
        "customer",
        "account",
        "message",
        "kind",
        "at",
        "agent",
        "servicer",
        "facts",
    )
    live = list(SessionEvent.objects.order_by("at", "kind", "message").values(*names))
    SessionEvent.objects.all().delete()
    backfill.fill([session.pk])
    assert list(SessionEvent.objects.order_by("at", "kind", "message").values(*names)) == live


def test_the_facts_follow_within_a_step(shop, session, lin):
    reply(session, lin)
    shop.work()
    while folding.step():
        pass
    fact = SessionFact.objects.get()
    assert (fact.messages_in, fact.replies, fact.first_agent) == (1, 1, lin)
    assert not SessionEvent.objects.filter(is_folded=False).exists()
    assert folding.step() == 0
