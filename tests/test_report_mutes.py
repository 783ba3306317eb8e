"""Who muted an account, and what they had heard last: from a failing message to the report."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from messaging.models import Customer
from sessions import surveys
from sessions.models import Agent, SessionEvent, SessionFact, Survey
from sessions.reports import folding
from sessions.reports.figures import figures
from sessions.reports.pages import REPORTS
from sessions.reports.periods import Period
from sessions.reports.selection import Selection
from tests.factories import make_agent, make_customer, make_phrase, make_session
from tests.report_site import reading
from tests.wire import ALICE, SHOP, outcome, reply

pytestmark = pytest.mark.both
TITLE = "What was said last before a customer muted us"


@pytest.fixture
def lead():
    return make_agent("boss", role=Agent.Role.LEAD)


@pytest.fixture
def phrase(shop):
    return make_phrase(shop.account, title="Five stars, please")


@pytest.fixture
def muted(client, shop, session, lin, phrase):
    """Alice mutes the shop after a phrase; the next message tells it."""
    client.force_login(lin)
    sent = {"text": "Rate us!", "phrases": f"{make_phrase(lin).pk},{phrase.pk}"}
    assert client.post(f"/sessions/{session.pk}/reply/", sent).status_code == 302
    shop.work()
    shop.simulator.block(SHOP, ALICE)
    failing = reply(session, lin)
    shop.work()
    shop.work()
    assert outcome(failing) == "failed"
    fold()
    return session


def fold():
    while folding.step():
        pass


def said_last(reader) -> list[tuple]:
    table = REPORTS["failures"].draw(reading(reader, "period=today")).table("by-muted-after")
    assert table.title == TITLE
    return [(row[0].value, row[1].value) for row in table.rows]


def test_the_phrase_that_was_put_in_last_stands_in_the_report(muted, lin, lead, phrase):
    fact = SessionFact.objects.get(session=muted)
    assert (fact.muted_after, fact.muted_agent) == (str(phrase.pk), lin)
    assert said_last(lead) == [("Five stars, please", 1)]
    phrase.delete()
    assert said_last(lead) == [("(gone)", 1)]


def test_the_list_says_so_until_it_is_over(client, muted):
    assert "Muted</span>" in client.get("/?tab=mine").content.decode()
    Customer.objects.update(rejects=False)
    assert "Muted</span>" not in client.get("/?tab=mine").content.decode()


def test_a_phrase_that_the_reader_may_not_see_is_not_named(muted, lead):
    other = make_phrase(make_agent("sam"), title="Secret")
    SessionFact.objects.update(muted_after=str(other.pk))
    assert said_last(lead) == [("A colleague's own phrase", 1)]


def test_from_events_and_from_messages_alone_it_is_the_same(muted):
    def counted():
        return list(SessionFact.objects.values("muted_at", "muted_after", "muted_agent"))

    live = counted()
    call_command("rebuild_reports", verbosity=0)
    assert counted() == live
    SessionEvent.objects.all().delete()
    call_command("rebuild_reports", verbosity=0)
    assert counted() == live


def test_nothing_of_the_phrase_goes_to_the_platform(muted, shop, phrase):
    sent = shop.simulator.calls("kf/send_msg")[0]["request"]
    assert sent["text"] == {"content": "Rate us!"}


def test_the_rate_counts_customers_and_not_their_sessions(db, lead):
    now = timezone.now()
    alice, bob = make_customer(), make_customer()
    for customer, muted_at in ((alice, now), (alice, now), (alice, None), (bob, None)):
        session = make_session(customer, ended_at=now)
        of = {"session": session, "customer": customer, "account_id": customer.account_id}
        SessionFact.objects.create(**of, opened_at=now, messages_in=1, muted_at=muted_at)
    today = Selection(Period.preset("today"))
    rate = figures(lead, ["mute_rate"], today)["mute_rate"]
    assert (rate.value, rate.count, rate.n) == (0.5, 1, 2)
    for _start, some in (line for line in reading(lead, "period=today").series("mute_rate")):
        assert (some["mute_rate"].count, some["mute_rate"].n) in [(1, 2), (0, 0)]


def test_no_survey_goes_to_who_mutes_us(shop, session, lin):
    Customer.objects.update(rejects=True)
    session.end(lin, survey=surveys.ask)
    shop.work()
    survey = Survey.objects.get()
    assert (survey.skipped, survey.message) == ("muted", None)
    assert "msgmenu" not in shop.phone()
