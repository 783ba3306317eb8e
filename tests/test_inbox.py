"""The list of sessions: its tabs and counts, its pages, and what they cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import State
from sessions import inbox
from sessions.counts import counts_of, counts_of_accounts
from sessions.inbox import Query
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_servicer,
    make_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


def names(client, tab: str, **query: str) -> list[str]:
    page = client.get("/", {"tab": tab, **query}).context["page"]
    return [str(row.customer) for row in page.rows]


def test_each_tab_lists_its_own(client, lin):
    make_session(make_customer(nickname="Mine"), lin)
    make_session(make_customer(nickname="Theirs"), make_agent("wang"))
    make_session(make_customer(nickname="Waiting"))
    make_session(make_customer(nickname="Native"), servicer="lisi", is_native=True)
    make_ended_session(make_customer(nickname="Over", state=State.ENDED))
    assert names(client, "mine") == ["Mine"]
    assert names(client, "queue") == ["Waiting"]
    assert set(names(client, "all")) == {"Mine", "Theirs", "Waiting", "Native"}
    assert names(client, "ended") == ["Over"]


def test_the_inbox_opens_on_all_open_sessions(client, lin):
    make_session(make_customer(nickname="Waiting"))
    make_ended_session(make_customer(nickname="Over", state=State.ENDED))
    page = client.get("/").content.decode()
    assert "Waiting" in page
    assert "Over" not in page


def test_tabs_are_counted_in_one_query(client, lin, django_assert_num_queries):
    for agent in (lin, make_agent("wang"), None, None):
        make_session(agent=agent)
    make_ended_session()
    with django_assert_num_queries(1):
        counts = counts_of(lin)
        assert [counts[tab] for tab in ("mine", "queue", "all", "ended")] == [1, 2, 4, ""]


def test_counts_of_an_account_say_whose_they_are(lin):
    wang, account = make_agent("wang"), make_account()
    for agent in (lin, lin, wang, None):
        make_session(make_customer(account), agent)
    make_session(make_customer(account), servicer="lisi", is_native=True)
    make_session(make_customer(make_account("Other")), lin)
    assert counts_of_accounts([account.pk])[account.pk] == {
        "all": 5,
        "awake": 5,
        "queue": 1,
        "closing": 0,
        "native": 1,
        "snoozed": 0,
        "mine": {str(lin.pk): 2, str(wang.pk): 1},
        "fresh": {},
        "mentioned": {},
    }


def test_an_agent_sees_only_the_accounts_they_serve(client):
    shop, other = make_account("Shop"), make_account("Other")
    make_session(make_customer(shop, "Ours"))
    make_session(make_customer(other, "Foreign"))
    client.force_login(make_agent("lin", shop))
    assert names(client, "all") == ["Ours"]
    assert client.get("/").context["counts"]["all"] == 1


@pytest.mark.both
def test_pages_follow_each_other_without_gap_or_repetition(client, lin, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE", 3)
    now = timezone.now()
    for number in range(8):  # pairs of the same moment
        make_session(
            make_customer(nickname=str(number)), latest_at=now - timedelta(seconds=number // 2)
        )
    found, cursor = [], ""
    while True:
        page = inbox.page_of(lin, Query("all"), cursor)
        found += [str(row.customer) for row in page.rows]
        cursor = page.cursor
        if not cursor:
            break
    assert found == ["1", "0", "3", "2", "5", "4", "7", "6"]


def test_a_cursor_that_makes_no_sense_is_the_first_page(lin):
    make_session()
    assert len(inbox.page_of(lin, Query(), "nonsense").rows) == 1
    assert len(inbox.page_of(lin, Query(), "9" * 40 + ".1").rows) == 1


def test_show_more_works_without_scripts(client, lin, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE", 1)
    make_session(make_customer(nickname="Older"), latest_at=timezone.now() - timedelta(hours=1))
    make_session(make_customer(nickname="Newer"))
    first = client.get("/", {"tab": "all"})
    assert names(client, "all") == ["Newer"]
    cursor = first.context["page"].cursor
    assert f"before-row={cursor}" in first.content.decode()
    assert names(client, "all", **{"before-row": cursor}) == ["Older"]


def test_htmx_gets_only_the_next_rows(client, lin):
    make_session(make_customer(nickname="Wang Fang"))
    answer = client.get("/", headers={"HX-Request": "true", "HX-Target": "div#more"})
    assert "Wang Fang" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_tab_keeps_the_session_that_is_open(client, lin):
    asked = {"HX-Request": "true", "HX-Target": "section#list"}
    asked["HX-Current-URL"] = "http://testserver/sessions/5/?tab=all"
    assert client.get("/?tab=queue", headers=asked)["HX-Push-Url"] == "/sessions/5/?tab=queue"


def test_a_row_says_who_waits_since_when_and_what_is_left(client, lin):
    session = make_session(make_customer(nickname="王芳", budget_used=3), lin)
    make_message(session, "在吗", sent_at=timezone.now() - timedelta(minutes=4))
    page = client.get("/").content.decode()
    for words in (">王芳</a>", "4 min", "在吗", "2 of 5 messages left", "unread", "Lin", "Shop"):
        assert words in page


def test_a_row_names_the_servicer_who_answers_in_wecom(client, lin):
    customer = make_customer(state=State.SERVICER, servicer="lisi")
    make_servicer(customer.account, "李四", external_id="lisi")
    make_session(customer, servicer="lisi", is_native=True)
    assert "李四 in WeCom" in client.get("/").content.decode()


def test_the_inbox_costs_the_same_queries_with_few_and_many(
    client, lin, django_assert_max_num_queries
):
    for number in range(30):
        customer = make_customer(make_account(f"Account {number}"), f"Customer {number}")
        make_message(make_session(customer, make_agent(f"agent{number}")))
    with django_assert_max_num_queries(5):
        client.get("/")


@pytest.mark.parametrize(
    ("tab", "words"),
    [("mine", "no open sessions"), ("queue", "Nothing waiting"), ("ended", "Nothing has ended")],
)
def test_an_empty_tab_says_why_and_what_next(client, lin, tab, words):
    make_account()
    assert words in client.get("/", {"tab": tab}).content.decode()


def test_who_is_not_signed_in_is_sent_to_the_door(client):
    assert client.get("/")["Location"] == "/login/?next=/"
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/sessions/5/"}
    answer = client.get("/", headers=asked)
    assert answer["HX-Redirect"] == "/login/?next=%2Fsessions%2F5%2F"
