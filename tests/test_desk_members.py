"""Members of Desk and the agents who serve as them: who may be given what, and who is there."""

import pytest
from django.core.management import call_command

from messaging.models import Servicer
from sessions import presence
from sessions.actions import Action
from sessions.models import Agent, ReplyFact, SessionEvent, SessionFact
from sessions.reports import folding
from tests.desk import running_platform
from tests.factories import make_agent
from tests.simulated_desk import ANN, BEN, OUT

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk():
    with running_platform() as platform:
        yield platform


@pytest.fixture
def lin():
    return make_agent("lin")


@pytest.fixture
def here(monkeypatch):
    """The agents who have a page open."""
    found = set()
    monkeypatch.setattr(presence.together, "online", lambda: found)
    return found


def status(desk, member):
    return desk.desk.overview()["members"][member]["status"]


def test_a_members_presence_follows_the_agents(desk, lin, here):
    desk.link(lin, OUT)
    Servicer.objects.update(presence="")
    step = presence.Presence()
    here.add(lin.pk)
    assert step("worker") == 1
    assert status(desk, OUT) == "STATUS_FREE"
    lin.be(Agent.Status.AWAY)
    assert step("worker") == 1
    assert status(desk, OUT) == "STATUS_REST"
    assert step("worker") == 0  # nothing has changed


def test_a_page_that_is_loaded_anew_is_no_absence(desk, lin, here, monkeypatch):
    desk.link(lin, OUT)
    step = presence.Presence()
    here.add(lin.pk)
    step("worker")
    here.clear()
    step("worker")
    assert status(desk, OUT) == "STATUS_FREE"
    monkeypatch.setattr(presence, "GONE_SECONDS", 0)
    step("worker")
    assert status(desk, OUT) == "STATUS_NOT_READY"


def test_a_refused_member_is_not_told_again_and_again(desk, lin, here):
    desk.link(lin, "nobody@example.com")
    here.add(lin.pk)
    Servicer.objects.update(presence="")
    step = presence.Presence()
    step("worker")
    step("worker")
    assert len(desk.calls("set_member_status")) == 1


def test_the_platform_asks_us_whom_to_take(desk, lin):
    desk.desk.set_service("@shop", policy="Business Server")
    desk.link(lin, BEN)
    desk.desk.set_status(BEN, "STATUS_FREE")
    desk.says("Hello")
    desk.desk.ask_human("alice")
    desk.work()
    assert desk.live["agent_id"] == BEN
    assert desk.session.agent == lin


def test_a_session_is_handed_to_a_member_who_is_none_of_ours(desk, lin):
    desk.link(lin, ANN)
    desk.desk.set_status(BEN, "STATUS_NOT_READY")
    session = desk.served()
    assert session.agent == lin
    assert not session.actions()[Action.TRANSFER_SERVICER]
    desk.desk.set_status(BEN, "STATUS_FREE")
    ben = Servicer.objects.create(account=session.account, external_id=BEN)
    assert session.actions()[Action.TRANSFER_SERVICER]
    session.transfer_to_servicer(ben, by=lin)
    desk.work()
    assert desk.live["agent_id"] == BEN
    assert (desk.session.agent, desk.session.is_native) == (None, True)


def test_who_has_accepted_it_here_keeps_it_when_desk_gives_it_to_a_member(desk, lin):
    wei = make_agent("wei")
    for member in (ANN, BEN):
        desk.link(wei, member)
        desk.desk.set_status(member, "STATUS_NOT_READY")
    desk.says("Hello")
    desk.desk.ask_human("alice")
    desk.work()
    desk.session.accept(lin)
    desk.desk.set_status(ANN, "STATUS_FREE")
    desk.work()
    assert desk.live["agent_id"] == ANN
    assert desk.session.agent == lin


# --- who answers in Desk's own workbench ----------------------------------------------------------


def answered_there(desk, linked) -> tuple[SessionFact, ReplyFact]:
    """Ann has answered at Desk, and served it to its end; what reports count of it."""
    if linked:
        desk.link(linked, ANN)
    desk.desk.set_status(BEN, "STATUS_NOT_READY")
    desk.served()
    desk.desk.agent_say(desk.live["session_id"], "I am Ann")
    desk.work()
    while folding.step():
        pass
    return SessionFact.objects.get(), ReplyFact.objects.get()


@pytest.mark.parametrize("anew", [False, True])
def test_what_a_linked_agent_says_at_desk_is_their_reply(desk, lin, anew):
    answered_there(desk, lin)
    if anew:  # from messages alone
        SessionEvent.objects.all().delete()
        call_command("rebuild_reports", verbosity=0)
    fact, reply = SessionFact.objects.get(), ReplyFact.objects.get()
    assert (reply.agent, fact.first_agent) == (lin, lin)
    assert (fact.was_native, fact.transfers, fact.native) == (False, 0, 0)


def test_what_nobody_of_ours_says_there_is_native(desk, lin):
    fact, reply = answered_there(desk, None)
    assert (reply.agent, reply.servicer, fact.was_native) == (None, ANN, True)
