"""The lists, filters and orders: the same from the database and by the facts of a pushed row."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from messaging.models import State
from sessions import inbox, lists
from sessions.counts import counts_of
from sessions.fragments import facts_of
from sessions.inbox import Query, with_names
from sessions.models import Mention, Pin, Session, Tag, Team
from sessions.models.triage import NEVER
from sessions.sorts import SORTS
from sessions.surroundings import surroundings_of, watcher_of
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FILTERS = (
    "",
    "account={shop}",
    "account={shop}&account={other}",
    "agent=none",
    "agent={lin}&agent=none",
    "agent={wang}&state=waiting",
    "tag={refund}",
    "tag={refund}&tag={vip}&unread=1",
    "state=waiting&state=native",
    "state=answered",
    "state=snoozed",
    "priority=1&priority=2",
    "unread=1",
    "since=2026-01-10&until=2026-01-20",
    "since=2026-01-15&priority=2&agent=none",
    "account=999&tag=999",
)


def query(text: str) -> Query:
    return Query.parse(QueryDict(text))


@pytest.fixture
def crowd(lin):
    """Sixty sessions of all sorts, and what is in them by name."""
    wang, mei = make_agent("wang"), make_agent("mei")
    shop, other = make_account("Shop"), make_account("Other")
    tags = {name: Tag.objects.create(name=name) for name in ("refund", "vip")}
    team = Team.objects.create(name="Sales")
    team.agents.set([lin, wang])
    team.accounts.set([other])
    dice = random.Random(7)
    for _ in range(60):
        _some_session(dice, (shop, other), (lin, wang, mei, None), tuple(tags.values()))
    keys = {"lin": lin.pk, "wang": wang.pk, "shop": shop.pk, "other": other.pk}
    return keys | {name: tag.pk for name, tag in tags.items()}


def _some_session(dice, accounts, agents, tags) -> Session:
    now = timezone.now()
    wrote = now - timedelta(hours=dice.choice((1, 20, 43, 47)))
    customer = make_customer(dice.choice(accounts), last_in_at=wrote)
    make = dice.choice((make_session, make_session, make_session, make_ended_session))
    opened = datetime(2026, 1, dice.randint(1, 28), tzinfo=UTC)
    session = make(customer, agent=dice.choice(agents), opened_at=opened, latest_at=wrote)
    if not session.is_ended:
        session.waiting_since = dice.choice((None, wrote))
        session.unread, session.priority = dice.choice((0, 3)), dice.choice((0, 0, 1, 2))
        session.is_native = dice.random() < 0.3
        session.snoozed_until = dice.choice((None, None, now + timedelta(hours=1)))
        session.save()
    session.tags.set(dice.sample(tags, dice.randint(0, 2)))
    if dice.random() < 0.3:
        message = make_message(session, sent_at=wrote)
        agent = dice.choice([agent for agent in agents if agent])
        seen_at = dice.choice((None, now))
        Mention.objects.create(agent=agent, session=session, message=message, seen_at=seen_at)
    return session


@pytest.mark.parametrize("tab", lists.BY_NAME)
def test_what_a_page_keeps_of_pushed_rows_is_what_it_would_list(lin, crowd, tab):
    who, everything = watcher_of(lin), list(with_names(Session.objects.all()))
    for text in FILTERS:
        asked = query(f"tab={tab}&{text.format(**crowd)}")
        listed = set(asked.rows(lin).values_list("pk", flat=True))
        assert listed == {s.pk for s in everything if asked.shows(facts_of(s), who)}, text


def test_the_crowd_has_somebody_in_every_list(lin, crowd):
    for tab in lists.BY_NAME:
        assert query(f"tab={tab}").rows(lin).exists(), tab


def test_the_number_at_a_list_is_that_of_its_rows(lin, crowd):
    counts = counts_of(lin, surroundings_of(lin).who)
    for each in lists.LISTS:
        if each.is_counted:
            assert counts[each.name] == query(f"tab={each.name}").rows(lin).count(), each.name


@pytest.mark.parametrize("tab", lists.BY_NAME)
def test_pages_in_every_order_follow_each_other_without_gap(lin, crowd, tab, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE", 4)
    Pin.objects.create(agent=lin, session=Session.objects.open().first())
    for sort in lists.BY_NAME[tab].sorts:
        asked, found, cursor = query(f"tab={tab}&sort={sort}"), [], ""
        while True:
            page = inbox.page_of(lin, asked, cursor)
            found += page.rows
            cursor = page.cursor
            if not cursor:
                break
        others = [row for row in found if not row.is_pinned]
        column = SORTS[sort].order[0]
        assert others == list(
            asked.rows(lin).exclude(pins__agent=lin).order_by(column, *SORTS[sort].order[1:])
        )
        assert len(found) == asked.rows(lin).count()


def test_what_is_pinned_stands_above_all_others_of_its_list(lin):
    old = make_session(latest_at=timezone.now() - timedelta(days=1))
    new = make_session()
    Pin.objects.create(agent=lin, session=old)
    assert inbox.page_of(lin, Query()).rows == [old, new]
    assert inbox.page_of(make_agent("wang"), Query()).rows == [new, old]
    assert inbox.page_of(lin, Query("ended")).rows == []


def test_keys_put_rows_in_the_order_of_the_pages(lin, crowd):
    """The page's scripts compare keys piece by piece, as numbers, largest first."""
    for sort in SORTS.values():
        rows = list(Session.objects.order_by(*sort.order))
        keys = [tuple(map(int, sort.key(row).split("."))) for row in rows]
        assert keys == sorted(keys, reverse=True), sort.name


def test_a_deadline_is_the_reply_that_is_due_or_the_window_that_closes(lin, settings):
    settings.KF_REPLY_MINUTES = 10
    now = timezone.now()
    session = make_session(make_customer(last_in_at=now))
    assert (session.deadline_at, session.waiting_order) == (now + timedelta(hours=48), NEVER)
    make_message(session, sent_at=now)
    assert session.deadline_at == now + timedelta(minutes=10)
    session.customer.last_in_at = session.waiting_since - timedelta(hours=47, minutes=55)
    session.save()
    assert session.deadline_at == session.waiting_since + timedelta(minutes=5)
    session.close(Session.EndedBy.AGENT)
    assert {session.deadline_at, session.closes_at, session.waiting_order} == {NEVER}


def test_intake_keeps_the_deadline(shop, session):
    assert session.waiting_order == session.waiting_since
    assert session.deadline_at == session.waiting_since + timedelta(minutes=10)
    assert session.closes_at == shop.customer().last_in_at + timedelta(hours=48)


def test_what_makes_no_sense_in_an_address_is_left_out(lin):
    asked = query(
        "tab=nonsense&agent=x&tag=-1&state=gone&priority=9&since=yesterday&sort=size&view=x"
    )
    assert asked == Query(sort="size")
    assert str(asked) == "tab=all"
    assert asked.order(lin).name == "newest"
    assert not asked.rows(lin).exists()


def test_a_filter_is_taken_away_alone(lin):
    asked = query("tab=all&agent=none&agent=5&unread=1&since=2026-01-01")
    assert len(asked.filters) == 4
    for name, value in asked.filters.pairs():
        left = list(asked.filters.without(name, value).pairs())
        assert (name, value) not in left
        assert len(left) == 3


def test_days_are_those_of_the_agents_zone(lin):
    session = make_session(opened_at=datetime(2026, 1, 10, 17, tzinfo=UTC))  # the 11th in Shanghai
    assert list(query("since=2026-01-11&until=2026-01-11").rows(lin)) == [session]
    assert not query("since=2026-01-10&until=2026-01-10").rows(lin).exists()


def test_the_order_is_remembered_for_each_list(client, lin):
    client.force_login(lin)
    client.post("/sort/", {"tab": "queue", "order": "waiting", "sort": "newest"})
    lin.refresh_from_db()
    assert Query("queue").order(lin).name == "waiting"
    assert Query("mine").order(lin).name == "newest"
    assert Query("queue", sort="deadline").order(lin).name == "deadline"
    client.post("/sort/", {"tab": "ended", "order": "waiting"})
    lin.refresh_from_db()
    assert Query("ended").order(lin).name == "newest"


def test_the_filter_page_offers_what_there_is_and_keeps_what_is_chosen(client, lin, crowd):
    client.force_login(lin)
    page = client.get("/filter/", {"tab": "mine", "tag": crowd["refund"], "since": "2026-01-02"})
    html = page.content.decode()
    assert f'name="tag" value="{crowd["refund"]}" checked' in html
    assert 'value="2026-01-02"' in html
    for words in ("refund", "vip", "Wang", "Other", "Waiting on us", "Nobody"):
        assert words in html


def test_active_filters_are_named_and_can_be_removed(client, lin, crowd):
    client.force_login(lin)
    asked = {"tab": "all", "tag": crowd["refund"], "agent": ["none", crowd["wang"]], "unread": "1"}
    html = client.get("/", asked).content.decode()
    for words in ("Remove the filter refund", "Remove the filter Nobody", "Remove the filter Wang"):
        assert words in html
    assert f'href="/?tab=all&amp;agent=none&amp;tag={crowd["refund"]}&amp;unread=1"' in html


@pytest.mark.parametrize("text", FILTERS)
def test_no_list_and_no_filter_costs_more_queries(
    client, lin, crowd, text, django_assert_max_num_queries
):
    client.force_login(lin)
    for tab in lists.BY_NAME:
        with django_assert_max_num_queries(6):
            client.get(f"/?tab={tab}&sort=waiting&{text.format(**crowd)}")


def test_a_tag_does_not_show_a_foreign_accounts_name(client):
    shop, other = make_account("Shop"), make_account("Hidden")
    lin = make_agent("lin", shop)
    assert surroundings_of(lin, query(f"account={other.pk}").filters).names == {}


@pytest.mark.parametrize("sort", ["newest", "waiting", "deadline", "window"])
def test_each_order_has_its_index(lin, sort):
    tab = "closing" if sort == "window" else "all"
    asked = query(f"tab={tab}&sort={sort}")
    order = asked.order(lin)
    rows = order.after(asked.rows(lin), "1700000000000000.5").order_by(*order.order)[:51]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = rows.explain()
    name = {"newest": "session_open", "window": "session_closing"}.get(sort, f"session_{sort}")
    assert name in plan, plan
    assert "TEMP B-TREE" not in plan.upper()


def test_native_sessions_are_not_in_the_queue_but_in_their_own_list(client, lin):
    native = make_session(make_customer(state=State.POOL), is_native=True)
    assert list(query("tab=native").rows(lin)) == [native]
    assert not query("tab=queue").rows(lin).exists()
