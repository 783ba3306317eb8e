"""What a page, a batch and a push cost in queries: the same for few and for many."""

from datetime import UTC, date, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging import ingest, live, sync
from messaging.backends import Inbound
from messaging.link import Frame
from messaging.models import Message
from sessions import fragments, inbox, intake, notices
from sessions.consumers import DeskConsumer, Viewer
from sessions.lists import Watcher
from sessions.models import Agent, Event, Export, Hours, ReportSchedule, SavedReport, Session
from sessions.together import Here
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_message,
    make_messages,
    make_servicer,
    make_session,
    make_team,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MOST_OF_INBOX, MOST_OF_TRANSFER = 6, 8
MOST_OF_THREAD = 10 + 3  # the last three for the side panel: tags, fields and notes
PER_ROW = 0.15  # SQLite takes 999 parameters at a time: large inserts are cut


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


@pytest.fixture
def shop(db):
    account = make_account(history_read_at=timezone.now())
    make_servicer(account)
    return account


def queries_of(act, *arguments) -> int:
    with CaptureQueriesContext(connection) as queries:
        act(*arguments)
    return len(queries)


def people(count: int) -> None:
    for number in range(count):
        session = make_session(
            make_customer(nickname=f"Customer {number}"), make_agent(f"a{number}")
        )
        make_message(session)


def news(account, count: int, series: str) -> list[Inbound]:
    now = timezone.now()
    return [
        Inbound(
            msgid=f"{series}{n}", kind="text", direction="in", origin="customer",
            customer=f"wm{series}{n}", content={"content": f"Hello {n}"},
            sent_at=now + timedelta(milliseconds=n),
        )
        for n in range(count)
    ]  # fmt: skip


def lookups_apart(act, *arguments) -> int:
    """PostgreSQL's index is looked through stretch by stretch: how often depends on the last id, and so
    on the tests that ran before this one. Each of these is a lookup by key."""
    with CaptureQueriesContext(connection) as queries:
        act(*arguments)
    return sum("AS MATERIALIZED" not in query["sql"] for query in queries)


def test_the_inbox(client, lin):
    people(2)
    few = queries_of(client.get, "/")
    Session.objects.all().delete()
    lin.__class__.objects.exclude(pk=lin.pk).delete()
    people(40)
    assert queries_of(client.get, "/") == few <= MOST_OF_INBOX


@pytest.mark.parametrize(
    ("asked", "most"),
    [("", 5), ("state=open", 6), ("tag=1&since=2020-01-01", 6), ("q=customer", 14)],
)
def test_the_customers(client, lin, asked, most):
    """Who is signed in (2), a page of keys, its rows, where they stand; names of filters; what words
    find: by name, by tag, in notes, in fields, each in an index and its rows."""
    people(2)
    few = lookups_apart(client.get, f"/customers/?{asked}")
    for number in range(40):
        make_message(make_session(make_customer(nickname=f"Customer {number}"), lin))
    assert lookups_apart(client.get, f"/customers/?{asked}") == few <= most


def test_the_customers_of_some_accounts(client, lin):
    """One more: which accounts they are, each of which is looked through by itself."""
    lin.serves_all = False
    lin.save()
    lin.accounts.set([make_account(), make_account()])
    people(2)
    few = queries_of(client.get, "/customers/")
    for number in range(40):
        make_message(make_session(make_customer(nickname=f"Customer {number}"), lin))
    assert queries_of(client.get, "/customers/") == few <= 6


def test_the_bell(client, lin):
    people(2)
    few = queries_of(client.get, "/sessions/since/?bell=1")
    listed = queries_of(client.get, "/notices/")
    for number in range(20):
        session = make_session(make_customer(nickname=f"More {number}"), lin)
        notices.tell([notices.News(lin, session, event) for event in Event])
    assert queries_of(client.get, "/sessions/since/?bell=1") == few <= 4
    assert queries_of(client.get, "/notices/") == listed <= 3


def test_a_thread(client, lin):
    session = make_session(agent=lin)
    make_messages(session, 2)
    pane = {"HX-Request": "true", "HX-Target": "div#pane"}
    address = f"/sessions/{session.pk}/"
    few = queries_of(lambda: client.get(address, headers=pane))
    make_messages(session, 60)
    assert queries_of(lambda: client.get(address, headers=pane)) == few <= MOST_OF_THREAD


@pytest.mark.parametrize(("page", "most"), [("saved/", 6), ("schedules/{pk}/", 6 + 3)])
def test_saved_reports_and_what_is_sent_regularly(client, page, most):
    """To edit one: the schedule, and the reports of its owner, for its field and its heading."""
    boss = make_agent("boss", role=Agent.Role.ADMIN)
    client.force_login(boss)

    def send(count: int) -> ReportSchedule:
        for _ in range(count):
            owner = make_agent(f"lead{Agent.objects.count()}", role=Agent.Role.LEAD)
            saved = SavedReport.objects.create(owner=owner, name="Weekly", report="overview")
            sent = ReportSchedule.objects.create(report=saved, owner=owner, at=time(9))
        return sent

    address = f"/reports/{page}".format(pk=send(2).pk)
    client.get(address)
    few = queries_of(client.get, address)
    send(20)
    assert queries_of(client.get, address) == few <= most


def test_the_dialog_of_a_transfer(client, lin, shop):
    session = make_session(make_customer(shop), lin)
    people(2)
    few = queries_of(client.get, f"/sessions/{session.pk}/transfer/")
    for number in range(30):
        mate = make_agent(f"mate{number}")
        make_session(make_customer(shop), mate)
        make_team(f"Team {number}", mate, lin)
        make_servicer(shop, f"Servicer {number}")
    assert queries_of(client.get, f"/sessions/{session.pk}/transfer/") == few <= MOST_OF_TRANSFER


def test_the_hours_of_accounts(client):
    """All rows of hours in one query, who changed them in another; counting anew adds what is left."""

    def costs() -> list[int]:
        return [queries_of(client.get, f"/settings/hours/{more}") for more in ("", f"{first.pk}/")]

    boss = make_agent("boss", role=Agent.Role.ADMIN)
    client.force_login(boss)
    first = make_account("First")
    hours = {
        "weekly": {"0": [["09:00", "18:00"]]},
        "changed_by": boss,
        "changed_at": timezone.now(),
    }
    Hours.objects.create(account=first, since=date(2026, 1, 1), **hours)
    client.get("/settings/hours/")
    few = costs()
    for account in [first, *(make_account(f"Account {number}") for number in range(10))]:
        for day in range(2, 7):
            Hours.objects.create(account=account, since=date(2026, 1, day), **hours)
    assert costs() == few
    assert few[0] <= 7
    assert few[1] <= 7


def test_the_page_of_exports(client, lin, shop):
    """The user and their sign-in, the files, and what stands around every report."""
    lin.role, lin.serves_all = "lead", False
    lin.save()
    lin.accounts.set([shop])

    def export(number: int) -> None:
        query = f"period=custom&since=2026-01-01&until=2026-01-31&account={shop.pk}&agent={lin.pk}"
        told = {"what": "messages", "form": "csv", "language": "en", "zone": "UTC"}
        told |= {"status": ("running", "ready")[number % 2], "accounts": [shop.pk]}
        Export.objects.create(agent=lin, query=query, **told)

    for number in range(2):
        export(number)
    few = queries_of(client.get, "/reports/exports/")
    poll = {"HX-Request": "true", "HX-Target": "section#exports"}
    polled = queries_of(lambda: client.get("/reports/exports/", headers=poll))
    for number in range(30):
        export(number)
    assert queries_of(client.get, "/reports/exports/") == few <= 9
    assert queries_of(lambda: client.get("/reports/exports/", headers=poll)) == polled <= 6


def test_a_page_of_news(shop):
    def store(count: int, series: str) -> None:
        with transaction.atomic():
            sync._announce(ingest.store(shop, news(shop, count, series), is_history=False))

    few, many = queries_of(store, 10, "a"), queries_of(store, 410, "b")
    assert many - few <= (400 * PER_ROW if connection.vendor == "sqlite" else 4)


def test_a_batch_of_intake(shop, django_capture_on_commit_callbacks):
    def route(count: int, series: str) -> int:
        ingest.store(shop, news(shop, count, series), is_history=False)
        with django_capture_on_commit_callbacks(execute=True):
            return queries_of(intake.route)

    few, many = route(5, "a"), route(205, "b")
    assert Message.objects.filter(is_routed=False).count() == 0
    assert many - few <= (200 * PER_ROW if connection.vendor == "sqlite" else 2)


@pytest.mark.parametrize(("pages", "asked"), [("none", 1), ("elsewhere", 3), ("looking", 1)])
def test_the_notices_of_a_batch(lin, pages, asked, monkeypatch, django_capture_on_commit_callbacks):
    """One statement writes them; drawn and counted they are only for a page that shows them."""
    session = make_session(agent=lin)
    seen = [Here(lin.pk, "Lin", "L", session.pk if pages == "looking" else None)]
    monkeypatch.setattr(notices.together, "people", lambda: seen if pages != "none" else [])
    monkeypatch.setattr(live, "is_heard", lambda group: pages != "none" and "user" in group)

    def route(count: int) -> int:
        for _ in range(count):
            make_message(session, is_routed=False)
        with CaptureQueriesContext(connection) as queries:  # noqa: SIM117
            with django_capture_on_commit_callbacks(execute=True):
                intake.route()
        return sum("kf_sessions_notice" in query["sql"] for query in queries)

    assert route(1) == route(20) == asked


def test_announcing_sessions(shop, django_capture_on_commit_callbacks):
    def announce(count: int) -> int:
        sessions = [make_session(make_customer(shop)) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:  # noqa: SIM117
            with django_capture_on_commit_callbacks(execute=True):
                fragments.announce_sessions(sessions)
        return len(queries)

    assert announce(2) == announce(30) <= 6


def test_a_push_asks_nothing_for_the_pages_it_reaches(lin, django_assert_num_queries):
    session = make_session(make_customer(nickname="王芳"))
    data = fragments.facts_of(inbox.with_names(Session.objects.filter(pk=session.pk)).get())
    data |= {"html": {"en": "<p>row"}, "gone": "<p>gone"}
    pages = [DeskConsumer() for _ in range(50)]
    for page in pages:
        page.viewer = Viewer(lin, frozenset(), "en", Watcher(lin.pk), UTC)
        page.query = inbox.Query()
    frame = Frame(group="account-1", html="", data=data)
    with django_assert_num_queries(0):
        seen = {id(page.forward(frame)) for page in pages}
    assert len(seen) == 1
