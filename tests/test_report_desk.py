"""What Desk does beside us is counted for what it is: its bot, its ends, its stars."""

import pytest

from sessions import surveys
from sessions.models import SessionEvent, SessionFact
from sessions.reports import folding
from tests.desk import ALICE, running_platform
from tests.factories import make_agent
from tests.simulated_desk import ANN
from tests.wire import reply

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk():
    with running_platform() as platform:
        yield platform


def fact(desk) -> SessionFact:
    desk.work()
    while folding.step():
        pass
    return SessionFact.objects.order_by("-pk")[0]


def test_who_is_content_with_the_bot_has_waited_for_nobody(desk):
    desk.says("Where is my parcel?")
    desk.work()
    desk.desk.leave(ALICE)
    found = fact(desk)
    assert (found.messages_in, found.queued, found.waited_for_us) == (1, None, 0)
    assert found.automatic >= 1
    assert (found.is_unanswered, found.is_abandoned) == (False, False)


def test_who_asks_for_a_person_and_goes_has_given_up(desk):
    desk.says("Hello")
    desk.desk.ask_human(ALICE)
    desk.work()
    assert SessionEvent.objects.filter(kind="called").exists()
    desk.desk.leave(ALICE)
    found = fact(desk)
    assert (found.closed_by, found.is_abandoned, found.is_unanswered) == ("customer", True, True)


@pytest.mark.parametrize("order", [["reason", "end"], ["end", "reason"]])
def test_reports_say_who_ended_it_in_whatever_order_it_is_told(desk, order):
    desk.desk.options(ends=order)
    desk.served()
    desk.desk.leave(ALICE)
    assert fact(desk).closed_by == "customer"


def test_its_own_stars_are_no_text(desk):
    lin = make_agent("lin")
    session = desk.served(by=ANN)
    reply(session, lin)
    session.end(lin, survey=surveys.ask)
    assert fact(desk).asked_by == "platform"
