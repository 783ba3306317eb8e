"""The live board: what it counts, for whom, and when it is pushed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.hub import Hub
from messaging.models import Callback
from sessions import board, board_feed
from sessions.board import board_of
from sessions.models import Agent, ReplyFact, Session, SessionEvent, SessionFact
from tests.factories import make_account, make_agent, make_customer, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MOST_QUERIES = 9


@pytest.fixture
def shop(db):
    return make_account("Shop")


@pytest.fixture
def here(monkeypatch):
    """Say which agents have a page open."""
    online: set[int] = set()
    monkeypatch.setattr(board.together, "online", lambda: online)
    return online


def session_of(account, minutes=None, **fields) -> Session:
    """An open one, in which the customer has waited for so many minutes, if any."""
    made = make_session(make_customer(account), fields.pop("agent", None))
    since = minutes and timezone.now() - timedelta(minutes=minutes)
    Session.objects.filter(pk=made.pk).update(waiting_since=since, **fields)
    made.refresh_from_db()
    return made


def test_who_waits_in_the_queue_and_who_waits_on_us(shop, here):
    lin = make_agent("lin")
    oldest = session_of(shop, minutes=9)
    session_of(shop, minutes=2)
    held = session_of(shop, minutes=30, agent=lin)
    session_of(shop, agent=lin)
    found = board_of([shop.pk]).all
    assert (found.queued, found.queued_since) == (2, oldest.waiting_since)
    assert (found.waiting, found.waiting_since) == (3, held.waiting_since)


def test_what_is_snoozed_held_in_wecom_or_over_waits_in_no_queue(shop, here):
    now = timezone.now()
    session_of(shop, minutes=5, snoozed_until=now + timedelta(hours=1))
    session_of(shop, minutes=5, is_native=True)
    session_of(shop, minutes=5, ended_at=now)
    assert board_of([shop.pk]).all.queued == 0


def test_the_windows_that_close_within_the_hour_while_somebody_waits(shop, here):
    soon = timezone.now() + timedelta(minutes=40)
    session_of(shop, minutes=5, closes_at=soon)
    session_of(shop, minutes=5, closes_at=soon + timedelta(hours=1))
    session_of(shop, closes_at=soon)
    found = board_of([shop.pk]).all
    assert (found.closing, found.closes_at) == (1, soon)


def test_the_agents_who_are_here_and_those_who_left_sessions_behind(shop, here):
    lin, wang, gone = make_agent("lin"), make_agent("wang"), make_agent("gone")
    make_agent("nobody")
    wang.be(Agent.Status.AWAY)
    here.update({lin.pk, wang.pk})
    session_of(shop, minutes=3, agent=lin)
    session_of(shop, agent=lin)
    session_of(shop, agent=gone)
    found = [
        (str(line.agent), line.presence, line.held, line.waiting)
        for line in board_of([shop.pk]).agents
    ]
    assert found == [("Lin", "online", 2, 1), ("Wang", "away", 0, 0), ("Gone", "offline", 1, 0)]


def test_news_that_nobody_reads_and_accounts_that_cannot_be_read(shop, here):
    now = timezone.now()
    for seconds in (1, 90, 30):
        Callback.objects.create(
            connection=shop.connection,
            open_kfid=shop.external_id,
            created_at=now - timedelta(seconds=seconds),
        )
    make_account("Broken", failed_pulls=3)
    found = board_of(list(type(shop).objects.values_list("pk", flat=True)))
    assert (found.unread, found.unread_since) == (2, now - timedelta(seconds=90))
    assert found.failing == 1


def test_how_it_went_lately_is_what_the_reports_count(shop, here):
    now = timezone.now()
    for minutes, seconds in ((5, 40), (30, 60), (59, 200), (61, 5)):
        session, at = session_of(shop), now - timedelta(minutes=minutes)
        of = {"session": session, "account": shop}
        SessionFact.objects.create(
            **of, customer=session.customer, opened_at=at, first_reply_at=at, first_reply=seconds
        )
        ReplyFact.objects.create(**of, message=1, at=at, seconds=seconds)
        event = SessionEvent.about(session, "failed", at)
        SessionEvent.keep([event])
    SessionFact.objects.filter(first_reply=200).update(lost_at=now)
    lately = board_of([shop.pk]).lately
    assert (lately.first_reply, lately.replies) == (60, 3)
    assert (lately.failed, lately.lost) == (1, 1)


def test_the_last_two_hours_of_who_waited_for_us(shop, here):
    """At full five minutes: 10:05, 10:10 … 12:00."""
    noon = timezone.localtime().replace(hour=12, minute=2, second=30, microsecond=0)

    def at(clock: str):
        hour, minute = map(int, clock.split(":"))
        return noon.replace(hour=hour, minute=minute, second=0)

    agent, of = make_agent("lin"), {"account": shop, "message": 1}
    for number, (asked, answered, by) in enumerate(
        [("10:02", "10:12", agent), ("10:09", "10:10", agent), ("11:00", "11:50", None)]
    ):
        seconds = int((at(answered) - at(asked)).total_seconds())
        ReplyFact.objects.create(
            **of, session_id=number, at=at(answered), seconds=seconds, agent=by
        )
    for asked, closed in (("11:41", None), ("11:52", "11:57"), ("8:00", "9:00")):
        session = session_of(shop)
        SessionFact.objects.create(
            session=session, account=shop, customer=session.customer, opened_at=at(asked),
            unanswered_at=at(asked), closed_at=closed and at(closed),
        )  # fmt: skip
    trend = board_of([shop.pk], noon).trend
    assert [seconds // 60 for seconds in trend.longest] == [3, 8, *([0] * 18), 4, 9, 14, 19]
    assert board_of([make_account("Other").pk], noon).trend.most == 0


def test_today_is_the_same_day_for_who_opens_the_page_and_for_what_is_pushed(shop, here):
    noon = timezone.localtime().replace(hour=12, minute=0)
    fact = SessionFact(session=session_of(shop), customer_id=1, account=shop, opened_at=noon)
    fact.lost_at = noon.replace(hour=1)
    fact.save()
    with timezone.override("America/New_York"):  # where it was still yesterday then
        assert board_of([shop.pk], noon).lately.lost == 1


def test_an_agent_sees_the_accounts_they_serve(client, shop, here):
    session_of(make_account("Other"), minutes=3)
    client.force_login(make_agent("lin", shop))
    page = client.get("/wallboard/").content.decode()
    assert "Shop" in page
    assert "Other" not in page


def test_the_accounts_where_somebody_waits_longest_stand_first(shop, here):
    make_account("Quiet")
    busy = make_account("Busy")
    session_of(shop, minutes=2)
    session_of(busy, minutes=9)
    ids = [shop.pk, busy.pk, *type(shop).objects.values_list("pk", flat=True)]
    assert [str(line.account) for line in board_of(ids).lines] == ["Busy", "Shop", "Quiet"]


def test_it_costs_the_same_for_few_and_for_many(shop, here, django_assert_max_num_queries):
    for number in range(12):
        agent = make_agent(f"a{number}")
        here.add(agent.pk)
        session_of(make_account(f"Shop {number}"), minutes=3, agent=agent)
    ids = list(type(shop).objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(MOST_QUERIES):
        board_of(ids)


class Shown(Hub):
    """What the feed gave to the pages of this process."""

    def __init__(self) -> None:
        self.frames = []

    def show(self, frames) -> None:
        self.frames += frames


@pytest.fixture
def hub() -> Shown:
    return Shown()


async def test_a_board_on_which_nothing_happened_is_not_pushed_again(hub, monkeypatch):
    words, drawn = ["one", "one", "two"], []

    def draw(places):
        drawn.append(words.pop(0))
        if not words:
            feed.leave("page")
        return dict.fromkeys(places, drawn[-1])

    monkeypatch.setattr(board_feed, "READ_SECONDS", 0.01)
    monkeypatch.setattr(board_feed, "draw", draw)
    feed = board_feed.Feed(hub)
    group = feed.watch("page", frozenset({1}), "en")
    await feed._task
    assert drawn == ["one", "one", "two"]
    assert [(frame["group"], frame["html"]) for frame in hub.frames] == [
        (group, "one"),
        (group, "two"),
    ]


async def test_a_page_that_joins_is_told_how_it_is_now(hub, monkeypatch):
    def draw(places):
        if len(hub.frames) == 1:
            feed.watch("second", frozenset({1}), "en")
        elif len(hub.frames) == 2:
            feed.leave("first")
            feed.leave("second")
        return dict.fromkeys(places, "same")

    monkeypatch.setattr(board_feed, "READ_SECONDS", 0.01)
    monkeypatch.setattr(board_feed, "draw", draw)
    feed = board_feed.Feed(hub)
    feed.watch("first", frozenset({1}), "en")
    await feed._task
    assert [frame["html"] for frame in hub.frames] == ["same", "same"]


async def test_a_reading_that_fails_is_made_again(hub, monkeypatch):
    def draw(places):
        if not failed:
            failed.append(True)
            raise RuntimeError("no database")
        feed.leave("page")
        return dict.fromkeys(places, "fine")

    failed = []
    monkeypatch.setattr(board_feed, "READ_SECONDS", 0.01)
    monkeypatch.setattr(board_feed, "draw", draw)
    feed = board_feed.Feed(hub)
    feed.watch("page", frozenset({1}), "en")
    await feed._task
    assert [frame["html"] for frame in hub.frames] == ["fine"]
