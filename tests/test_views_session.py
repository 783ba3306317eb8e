"""A session's page: its thread, its card, and what it says may be done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import State
from sessions import inbox, thread
from sessions.fragments import session_context, verdicts_of
from sessions.models import Block, Session
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_messages,
    make_servicer,
    make_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


def text_of(client, session, **query: str) -> str:
    return client.get(f"/sessions/{session.pk}/", query).content.decode()


def test_a_foreign_session_is_not_there(client):
    client.force_login(make_agent("lin", make_account("Shop")))
    foreign = make_session(make_customer(make_account("Other")))
    assert client.get(f"/sessions/{foreign.pk}/").status_code == 404
    assert client.get("/sessions/since/", {"session": foreign.pk}).status_code == 404
    for verb in ("accept", "reply", "transfer", "end", "read"):
        assert client.post(f"/sessions/{foreign.pk}/{verb}/").status_code == 404


def test_the_page_shows_list_thread_and_customer(client, lin):
    customer = make_customer(nickname="王芳", entrance={"scene": "shop", "scene_param": "sku-1"})
    session = make_session(customer, lin)
    make_message(session, "我的包裹呢")
    page = text_of(client, session)
    for words in ("我的包裹呢", "王芳", "sku-1", customer.external_id, "5 of 5"):
        assert words in page


def test_htmx_gets_only_the_pane(client, lin):
    session = make_session(agent=lin)
    asked = {"HX-Request": "true", "HX-Target": "div#pane"}
    page = client.get(f"/sessions/{session.pk}/", headers=asked).content.decode()
    assert 'id="pane"' in page
    assert 'id="list"' not in page
    assert "<title>" in page


def test_history_restored_is_the_whole_page(client, lin):
    session = make_session(agent=lin)
    asked = {"HX-Request": "true", "HX-Target": "main#main"}
    page = client.get(f"/sessions/{session.pk}/", headers=asked).content.decode()
    assert "<html" in page


def test_earlier_messages_come_by_the_page(client, lin, monkeypatch):
    monkeypatch.setattr(thread, "PAGE", 5)
    session = make_session(agent=lin)
    make_messages(session, 12)
    first = client.get(f"/sessions/{session.pk}/").context["thread"]
    assert [m.text for m in first.messages] == [f"Message {n}" for n in range(8, 13)]
    second = client.get(f"/sessions/{session.pk}/", {"before": first.first}).context["thread"]
    assert [m.text for m in second.messages] == [f"Message {n}" for n in range(3, 8)]
    third = client.get(f"/sessions/{session.pk}/", {"before": second.first}).context["thread"]
    assert [m.text for m in third.messages] == ["Message 1", "Message 2"]
    assert not third.has_earlier


def test_earlier_messages_of_one_moment_are_not_lost(lin, monkeypatch):
    monkeypatch.setattr(thread, "PAGE", 2)
    session, now = make_session(agent=lin), timezone.now().replace(microsecond=0)
    for number in range(5):
        make_message(session, str(number), sent_at=now)
    page, found = thread.latest(session.customer), []
    while True:
        found = [m.text for m in page.messages] + found
        if not page.has_earlier:
            break
        page = thread.before(session.customer, page.first)
    assert found == list("01234")


def test_days_have_a_line_each(client, lin):
    session, now = make_session(agent=lin), timezone.now()
    make_message(session, "old", sent_at=now - timedelta(days=2))
    make_message(session, "new", sent_at=now)
    assert text_of(client, session).count('class="day"') == 2


def test_the_page_costs_a_small_and_constant_number_of_queries(
    client, lin, django_assert_max_num_queries
):
    session = make_session(agent=lin)
    make_messages(session, 60)
    for _ in range(5):
        make_ended_session(session.customer, agent=make_agent(f"agent{_}"))
    with django_assert_max_num_queries(11 + 3):  # tags, fields and notes of the customer
        client.get(f"/sessions/{session.pk}/")


def test_only_what_is_allowed_is_offered(client, lin):
    queued, mine = make_session(), make_session(agent=lin)
    assert f'id="accept-{queued.pk}"' in text_of(client, queued)
    assert f'id="accept-{mine.pk}"' not in text_of(client, mine)
    ended = text_of(client, make_ended_session())
    assert 'data-act="transfer"' in text_of(client, mine)
    assert 'data-act="transfer"' not in ended
    assert 'data-act="end"' not in ended
    shown = ended.partition('id="keyboard"')[0]  # below: the words of all commands, for the bar
    assert "Transfer" not in shown
    assert "End session" not in shown


def test_a_refused_button_says_why(client, lin):
    pooled = text_of(client, make_session(make_customer(state=State.POOL)))
    reason = "The session waits in WeCom&#x27;s pool for a servicer."
    assert f'disabled title="{reason}">End session' in pooled


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"budget_used": 5}, "All 5 messages are used"),
        ({"last_in_at": None}, "more than 48 hours ago"),
        ({"state": State.POOL}, "waits in WeCom"),
        ({"state": State.SERVICER, "servicer": "lisi"}, "李四 is answering in WeCom since"),
    ],
)
def test_the_composer_says_why_it_is_closed(client, lin, fields, reason):
    customer = make_customer(**fields)
    make_servicer(customer.account, "李四", external_id="lisi")
    page = text_of(client, make_session(customer, lin))
    assert reason in page
    assert 'data-may-reply="no"' in page
    assert " readonly>" in page


def test_an_ended_session_leads_to_the_one_that_followed(client, lin):
    ended = make_ended_session()
    follower = make_session(ended.customer)
    page = text_of(client, ended)
    assert f'<a href="/sessions/{follower.pk}/">Open the new session</a>' in page


def test_however_many_sessions_the_person_has_elsewhere(client, lin):
    ended = make_ended_session(make_customer(unionid="u1"))
    follower = make_session(ended.customer, opened_at=ended.opened_at + timedelta(seconds=1))
    for number in range(1, 12):
        elsewhere = make_customer(make_account(f"Shop {number}"), unionid="u1")
        make_session(elsewhere, opened_at=follower.opened_at + timedelta(seconds=number))
    assert f'<a href="/sessions/{follower.pk}/">Open the new session</a>' in text_of(client, ended)


def test_ended_sessions_that_are_drawn_anew_ask_together_what_followed(
    lin, django_assert_num_queries
):
    ended = [make_ended_session() for _ in range(5)]
    followers = [make_session(session.customer) for session in ended]
    found = list(inbox.with_names(Session.objects.ended()).order_by("id"))
    with django_assert_num_queries(2):  # what followed, and who receives
        drawn = [session_context(session, may) for session, may in verdicts_of(found)]
        assert [context["session"].newer for context in drawn] == [one.pk for one in followers]


def test_a_refusal_is_shown_on_the_page_of_an_older_session_too(client, lin):
    ended = make_ended_session()
    make_session(ended.customer)
    Block.objects.create(customer=ended.customer, by=make_agent("wang"), reason="Spam")
    address = f"/customers/{ended.customer_id}/unblock/"
    answer = client.post(address, headers={"HX-Request": "true"}).content.decode()
    notice = answer.split(f"""hx-target="#pane[data-customer='{ended.customer_id}'] #notice\"""")[1]
    assert "notice--danger" in notice.split("</hx-partial>")[0]


def test_reading_is_no_get_and_only_by_its_agent(client, lin):
    mine, waiting = make_session(agent=lin), make_session(make_customer(nickname="Other"))
    for session in (mine, waiting):
        make_message(session)
        client.get(f"/sessions/{session.pk}/")
        session.refresh_from_db()
        assert session.unread == 1
        client.post(f"/sessions/{session.pk}/read/")
        session.refresh_from_db()
    assert (mine.unread, waiting.unread) == (0, 1)


def test_what_was_missed_comes_in_one_answer(client, lin):
    session = make_session(make_customer(nickname="王芳"), lin)
    seen = make_message(session, "seen")
    make_message(session, "missed")
    query = {"tab": "mine", "session": session.pk, "after": seen.pk}
    answer = client.get("/sessions/since/", query).content.decode()
    assert '<hx-upsert hx-target="#messages"' in answer
    for words in ("missed", "王芳", f"#header-{session.pk}", "#tabs", "#sessions"):
        assert words in answer


def test_a_page_just_opened_gets_only_what_it_cannot_know(client, lin):
    session = make_session(agent=lin)
    seen, unsure, last = (make_message(session, text) for text in ("seen", "unsure", "last"))
    make_message(session, "missed")
    query = {"session": session.pk, "after": last.pk, "unsure": unsure.pk}
    answer = client.get("/sessions/since/", query).content.decode()
    assert f"message-{seen.pk}" not in answer
    assert f"message-{unsure.pk}" in answer
    assert "missed" in answer


def test_who_missed_more_than_a_page_gets_the_thread_anew(client, lin, monkeypatch):
    monkeypatch.setattr(thread, "PAGE", 3)
    session = make_session(agent=lin)
    messages = make_messages(session, 8)
    query = {"session": session.pk, "after": messages[0].pk}
    assert 'hx-target="#log"' in client.get("/sessions/since/", query).content.decode()
    query["after"] = messages[-2].pk
    assert 'hx-target="#log"' not in client.get("/sessions/since/", query).content.decode()


def test_a_page_just_opened_learns_what_was_recalled_or_failed_meanwhile(client, lin):
    session = make_session(agent=lin)
    recalled = make_message(session, "oops")
    failed = make_message(session, "no", ours=True, status="failed", failure_code=95001)
    last = make_message(session, "last")
    recalled.recalled_at = timezone.now()
    recalled.save()
    query = {"session": session.pk, "after": last.pk}
    answer = client.get("/sessions/since/", query).content.decode()
    assert f"message-{recalled.pk}" in answer
    assert f"message-{failed.pk}" in answer


@pytest.mark.parametrize("tab", [{}, {"tab": "mine"}])
def test_what_a_page_is_unsure_of_comes_however_far_above_it_stands(client, lin, monkeypatch, tab):
    monkeypatch.setattr(thread, "PAGE", 3)
    session = make_session(agent=lin)
    messages = make_messages(session, 8)
    foreign = make_message(make_session(), "of somebody else")
    unsure = f"{messages[1].pk},{foreign.pk}"
    query = {"session": session.pk, "after": messages[-1].pk, "unsure": unsure, **tab}
    answer = client.get("/sessions/since/", query).content.decode()
    assert f"message-{messages[1].pk}" in answer
    assert f"message-{foreign.pk}" not in answer


def test_a_muted_customer_is_marked_in_the_list_and_above_the_thread(client, lin):
    session = make_session(make_customer(rejects=True), lin)
    page = client.get(f"/sessions/{session.pk}/").content.decode()
    row = page.split(f'id="session-{session.pk}"')[1].split("</li>")[0]
    header = page.split(f'id="header-{session.pk}"')[1].split("</header>")[0]
    assert "Muted" in row
    assert "Muted" in header
