"""What is pushed when a session changes, and which page is given what of it."""

import asyncio
from datetime import UTC
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from messaging import live
from messaging.link import Frame
from sessions import consumers
from sessions.consumers import DeskConsumer, Viewer, place_of, viewer_of
from sessions.fragments import announce_session
from sessions.inbox import Query
from sessions.lists import Watcher
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_session,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pushed(monkeypatch) -> list[Frame]:
    frames: list[Frame] = []

    def announce(group, html="", data=None):
        frames.append(Frame(group=group, html=html, data=data))

    monkeypatch.setattr(live, "announce", announce)
    return frames


def page(agent: int = 1, tab: str | None = "all", language: str = "en") -> DeskConsumer:
    consumer = DeskConsumer()
    who = Watcher(agent, mates=(agent, 3), accounts=(7,))
    consumer.viewer = Viewer(SimpleNamespace(pk=agent), frozenset(), language, who, UTC)
    consumer.query = Query.parse(QueryDict(f"tab={tab}")) if tab else None
    return consumer


QUIET = {
    **dict.fromkeys(("ended", "native", "snoozed", "waiting"), False),
    **{"closes": 4e9, "opened": 1e9, "priority": 0, "tags": [], "mentioned": [], "unread": 0},
}


def row(**facts) -> Frame:
    facts = {"session": 5, "account": 1, "agent": None, "at": 0, **QUIET, **facts}
    html = {"en": "<hx-upsert>row", "zh-hans": "<hx-upsert>行"}
    return Frame(group="account-1", html="", data={**facts, "html": html, "gone": "<hx-partial>"})


def test_a_session_is_pushed_to_its_account_and_its_customer(pushed):
    session = make_session(make_customer(nickname="王芳"))
    announce_session(session)
    to_lists, to_pages = pushed
    assert to_lists["group"] == f"account-{session.account_id}"
    counts = to_lists["data"]["counts"]
    assert (counts["queue"], counts["all"], counts["mine"]) == (1, 1, {})
    assert "王芳" in to_lists["data"]["html"]["en"]
    assert to_pages["group"] == f"customer-{session.customer_id}"
    assert set(to_pages["data"]["html"]) == {"en", "zh-hans"}


def test_what_is_pushed_is_what_was_committed(pushed):
    session = make_session()
    with transaction.atomic():
        announce_session(session)
        assert not pushed
        session.unread = 7
        session.save()
    assert pushed[0]["data"]["unread"] == 7


def test_without_a_move_nothing_is_counted(pushed, django_assert_max_num_queries):
    session = make_session()
    with django_assert_max_num_queries(2):
        announce_session(session, moved=False)
    assert "counts" not in pushed[0]["data"]


def test_nothing_that_is_pushed_depends_on_who_looks(pushed):
    announce_session(make_session())
    for frame in pushed:
        for html in frame["data"]["html"].values():
            assert "csrf" not in html
            assert "aria-current" not in html


@pytest.mark.parametrize(
    ("tab", "facts", "is_listed"),
    [
        ("all", {}, True),
        ("all", {"ended": True}, False),
        ("queue", {}, True),
        ("queue", {"agent": 2}, False),
        ("queue", {"native": True}, False),
        ("mine", {"agent": 1}, True),
        ("mine", {"agent": 2}, False),
        ("mine", {"agent": 1, "ended": True}, False),
        ("ended", {"ended": True}, True),
        ("ended", {}, False),
        ("mine", {"agent": 1, "snoozed": True}, False),
        ("snoozed", {"agent": 1, "snoozed": True}, True),
        ("team", {"agent": 3}, True),
        ("team", {"account": 7}, True),
        ("team", {"agent": 2}, False),
        ("native", {"native": True}, True),
        ("closing", {"waiting": True, "closes": 1e9}, True),
        ("closing", {"waiting": True}, False),
        ("mentioned", {"mentioned": [1]}, True),
        ("mentioned", {"mentioned": [2]}, False),
        ("all&tag=4&tag=5", {"tags": [5]}, True),
        ("all&tag=4", {"tags": [5]}, False),
        ("all&agent=none&priority=2", {"priority": 2}, True),
        ("all&agent=none&priority=2", {"priority": 2, "agent": 1}, False),
    ],
)
def test_a_tab_is_given_the_row_or_its_removal(tab, facts, is_listed):
    seen = page(tab=tab).forward(row(**facts))
    assert seen["html"] == ("<hx-upsert>row" if is_listed else "<hx-partial>")
    assert seen["data"]["session"] == 5
    assert "html" not in seen["data"]


def test_each_page_has_its_language():
    assert page(language="zh-hans").forward(row())["html"] == "<hx-upsert>行"


def test_equal_answers_are_one_object():
    frame = row()
    assert page(agent=1).forward(frame) is page(agent=2).forward(frame)
    assert page(language="zh-hans").forward(frame) is not page().forward(frame)


def test_a_page_without_a_list_is_given_the_facts_only():
    seen = page(tab=None).forward(row())
    assert (seen["html"], seen["data"]["session"]) == ("", 5)


def test_forwarding_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        page().forward(row())


def cookies_of(agent) -> list[tuple[bytes, bytes]]:
    client = Client()
    client.force_login(agent)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"
    return [(b"cookie", cookie.encode())]


def test_a_socket_is_its_agents():
    shop, _ = make_account("Shop"), make_account("Other")
    lin = make_agent("lin", shop)
    scope = {"headers": cookies_of(lin), "query_string": b"language=zh-hans"}
    viewer = viewer_of(scope)
    assert (viewer.agent, viewer.accounts, viewer.language) == (lin, {shop.pk}, "zh-hans")


def test_a_stranger_has_no_socket():
    assert viewer_of({"headers": []}) is None
    assert viewer_of({"headers": [(b"cookie", b"sessionid=forged")]}) is None


def test_who_was_disabled_has_no_socket():
    lin = make_agent("lin")
    headers = cookies_of(lin)
    get_user_model().objects.update(is_active=False)
    assert viewer_of({"headers": headers}) is None


def test_a_page_may_watch_only_what_its_agent_may_see():
    lin = make_agent("lin", make_account("Shop"))
    ours = make_session(make_customer(lin.accounts.get()))
    foreign = make_ended_session(make_customer(make_account("Other")))
    assert place_of(lin, ours.pk) == (ours.customer_id, ours.account_id)
    assert place_of(lin, foreign.pk) == (None, None)


def test_what_a_page_watches_is_said_back_and_changes_its_groups(monkeypatch):
    monkeypatch.setattr(consumers, "place_of", lambda agent, session: (session * 10, 1))
    consumer, groups, said = page(), set(), []
    monkeypatch.setattr(consumer, "watch", groups.add)
    monkeypatch.setattr(consumer, "unwatch", groups.discard)

    async def send(text_data):
        said.append(text_data)

    monkeypatch.setattr(consumer, "send", send)
    asyncio.run(consumer.receive_json({"watch": {"list": "tab=mine&tag=3", "session": 4}}))
    assert (str(consumer.query), groups) == ("tab=mine&tag=3", {"customer-40"})
    asyncio.run(consumer.receive_json({"watch": {"list": None, "session": 5}}))
    assert (consumer.query, groups) == (None, {"customer-50"})
    assert said[0] == '{"data": [{"watching": {"list": "tab=mine&tag=3", "session": 4}}]}'
    asyncio.run(consumer.receive_json({"watch": {"list": "tab=all", "session": None}}))
    assert not groups
