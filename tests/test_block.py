"""A blocked customer is heard and kept, but opens nothing; and nothing is lost when it is lifted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import ingest
from messaging.backends import Inbound
from messaging.models import Message
from sessions import inbox, intake
from sessions.filters import Filters
from sessions.fragments import facts_of
from sessions.models import Block, Session
from tests.factories import make_agent, make_customer, make_message, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


@pytest.fixture
def mine(lin):
    session = make_session(make_customer(nickname="Spammer", external_id="wm1"), lin)
    make_message(session, "Buy!")
    return session


def block(client, session, reason="spam"):
    return client.post(f"/customers/{session.customer_id}/block/", {"reason": reason})


def unblock(client, session):
    return client.post(f"/customers/{session.customer_id}/unblock/")


def writes(session, text="Buy more!", msgid="m1", **fields):
    fields.setdefault("sent_at", timezone.now())
    row = Inbound(
        msgid=msgid, kind="text", direction="in", origin="customer", customer="wm1",
        content={"content": text}, **fields,
    )  # fmt: skip
    ingest.store(session.account, [row], is_history=False)
    intake.route()


def test_blocking_ends_the_session_and_says_who_and_why(client, mine, lin):
    assert (
        "opens no session and alerts nobody"
        not in client.get(f"/sessions/{mine.pk}/").content.decode()
    )
    assert block(client, mine).status_code == 302
    mine.refresh_from_db()
    assert mine.is_ended
    assert (Block.objects.get().by, Block.objects.get().reason) == (lin, "spam")
    html = client.get(f"/sessions/{mine.pk}/").content.decode()
    assert "Lin blocked the customer: spam" in html
    assert "chip--blocked" in html
    assert "what they write opens no session" in html
    assert "opens a new one" not in html
    assert "opens no session and alerts nobody" in html
    assert not Message.objects.filter(kind="msgmenu").exists()  # no survey


def test_blocking_needs_a_reason(client, mine):
    assert block(client, mine, reason=" ").status_code == 422
    assert not Block.objects.exists()


def test_what_a_blocked_customer_writes_is_kept_and_shown_but_opens_nothing(client, mine):
    block(client, mine)
    writes(mine)
    assert Session.objects.open().count() == 0
    assert not Message.objects.filter(is_routed=False).exists()
    assert "Buy more!" in client.get(f"/sessions/{mine.pk}/").content.decode()


def test_the_lifted_block_gives_what_came_meanwhile_a_session(client, mine):
    block(client, mine)
    writes(mine, "An old one", "m0", sent_at=timezone.now() - timedelta(days=3))
    writes(mine, "Sorry, a question")
    unblock(client, mine)
    intake.route()
    opened = Session.objects.open().get()
    assert [m.text for m in opened.messages.filter(direction="in")] == ["Sorry, a question"]
    assert Block.objects.get().lifted_by.username == "lin"


def test_after_it_is_lifted_all_is_as_before_and_it_can_be_blocked_again(client, mine):
    block(client, mine)
    unblock(client, mine)
    writes(mine)
    assert Session.objects.open().count() == 1
    assert block(client, mine).status_code == 302
    assert Session.objects.open().count() == 0
    assert Block.objects.count() == 2


def test_only_who_blocked_or_a_lead_lifts_it(client, mine):
    block(client, mine)
    client.force_login(make_agent("sam"))
    answer = unblock(client, mine)
    assert "Only a team lead lifts a block of somebody else." in answer.content.decode()
    assert "unblock-" not in answer.content.decode()
    client.force_login(make_agent("chen", role="lead"))
    assert unblock(client, mine).status_code == 302


def test_to_block_twice_is_refused(client, mine):
    block(client, mine)
    assert "blocked already" in block(client, mine).content.decode()


def test_blocked_customers_are_found_among_the_ended(client, mine):
    block(client, mine)
    make_session()
    assert list(Session.objects.filter(Filters(state=("blocked",)).rows())) == [mine]
    shown = inbox.with_names(Session.objects.filter(pk=mine.pk)).get()
    assert Filters(state=("blocked",)).shows(facts_of(shown))
    html = client.get("/?tab=ended&state=blocked").content.decode()
    assert f'id="session-{mine.pk}"' in html
    assert "Blocked" in html


def test_somebody_who_may_not_see_them_blocks_nobody(client, mine):
    client.force_login(make_agent("sam", serves_all=False))
    assert block(client, mine).status_code == 404
