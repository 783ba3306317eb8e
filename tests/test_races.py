"""What two workers, or a worker and an agent, do in the same moment."""

import threading
import time

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from messaging import profiles, sync
from messaging.models import Customer, Message
from sessions import cards, intake
from tests.factories import make_agent
from tests.site import wait_until
from tests.wire import BOB, reply, running_shop

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(transactional_db):
    with running_shop() as shop:
        shop.serve()
        shop.says("Where is my parcel?")
        shop.work()
        yield shop


@pytest.fixture
def at_once():
    """Run functions beside this one; what one of them raises is raised here."""
    threads, errors = [], []

    def start(function, *arguments):
        def run():
            try:
                function(*arguments)
            except Exception as error:
                errors.append(error)
            finally:
                connections.close_all()

        threads.append(threading.Thread(target=run, daemon=True))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


needs_row_locks = pytest.mark.skipif(
    "not __import__('django').db.connection.features.has_select_for_update",
    reason="SQLite has one writer at a time",
)


@needs_row_locks
def test_an_answer_and_a_page_of_news_of_one_customer_do_not_block_each_other(shop, at_once):
    lin = make_agent("lin")
    shop.says("Hello?")
    shop.look()
    with transaction.atomic():
        reply(shop.session, lin)
        at_once(sync.pull, "worker")
        time.sleep(0.7)  # by now it waits for the customer
    time.sleep(0.1)


@needs_row_locks
def test_routing_and_a_page_of_news_of_one_customer_do_not_block_each_other(shop, at_once):
    Message.objects.filter(direction="in").update(is_routed=False, session=None)
    shop.session.delete()
    shop.says("Hello?")
    shop.look()
    with transaction.atomic():
        intake.route()
        at_once(sync.pull, "worker")
        time.sleep(0.7)
    time.sleep(0.1)


def renew() -> int:
    return cards.renew(intake.BATCH)


@needs_row_locks
@pytest.mark.parametrize("step", [renew, profiles.fetch])
def test_a_step_for_many_customers_waits_for_nobody_who_waits_for_it(shop, at_once, step):
    shop.says("me too", who=BOB)
    shop.work()
    first, last = sorted([shop.customer().pk, shop.customer(BOB).pk])
    due = {"is_changed": True, "profile_due_at": timezone.now()}
    for pk in (last, first):  # the order in which the rows lie now
        Customer.objects.filter(pk=pk).update(**due)
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=first)
        at_once(step)
        time.sleep(0.5)
        Customer.objects.select_for_update().get(pk=last)


def test_of_two_agents_who_send_at_once_the_second_is_asked(shop, at_once):
    seen = shop.session.messages.latest("pk").pk
    agents, statuses = [make_agent("lin"), make_agent("wang")], []
    together = threading.Barrier(2)

    def send(agent):
        browser = Client()
        browser.force_login(agent)
        together.wait(10)
        answer = browser.post(
            f"/sessions/{shop.session.pk}/reply/", {"text": str(agent), "seen": seen}
        )
        statuses.append(answer.status_code)

    for agent in agents:
        at_once(send, agent)
    wait_until(lambda: len(statuses) == 2)
    assert sorted(statuses) == [302, 422]
    assert Message.objects.filter(direction="out").count() == 1
