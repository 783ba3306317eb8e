"""One simulated corp behind real HTTP, connected to the console's own database.

def test_…(shop):
    shop.says("Where is my parcel?")
    shop.work()                      # what the worker would do now, in this thread
    shop.session.reply(lin, "text", {"content": "On its way"})
    shop.work()
    assert shop.phone() == ["Where is my parcel?", "On its way"]
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from messaging import accounts, media, outbox, profiles, rates, sync
from messaging.backends.wecom import client
from messaging.lane import Lane
from messaging.models import Account, Connection, Customer, Message
from messaging.simulator.background import running_simulator
from messaging.simulator.client import Simulator
from sessions import intake
from sessions.models import Session

CORP, SECRET = "wwcorp0000000000kf", "a-secret-of-the-corp"
TOKEN, AES_KEY = "callbackToken", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SHOP, ALICE, BOB = "wkSHOP", "wmALICE", "wmBOB"
STEPS = (
    accounts.settle,
    sync.pull,
    intake.route,
    outbox.send,
    intake.route,
    media.fetch,
    profiles.fetch,
)


class Shop:
    """An account of the corp, its customers in the simulator, and their rows here."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        simulator.add_corp(CORP, SECRET, "", TOKEN, AES_KEY)
        simulator.add_account("Shop", SHOP)
        simulator.add_servicer(SHOP, "carol", "Carol")
        simulator.add_customer("Alice", ALICE)
        simulator.add_customer("Bob", BOB)
        self.connection = Connection.objects.create(
            name="Corp",
            identity=CORP,
            api_base=simulator.base_url,
            secrets={"secret": SECRET, "token": TOKEN, "aes_key": AES_KEY},
        )
        accounts.refresh(self.connection)

    # --- the other side ------------------------------------------------------------------------

    def says(self, words: str = "Hello", who: str = ALICE) -> str:
        """A customer writes a text; returns its msgid."""
        return self.shows("text", who, content=words)

    def shows(self, kind: str, who: str = ALICE, **content: Any) -> str:
        return self.simulator.say(SHOP, who, kind, **content)

    def phone(self, who: str = ALICE) -> list[str]:
        """What stands on the customer's phone: texts as they are, the rest by its kind."""
        return [
            bubble["content"].get("content") or bubble["msgtype"]
            for bubble in self.simulator.transcript(SHOP, who)
        ]

    def platform_state(self, who: str = ALICE) -> int:
        return self.simulator.conversation(SHOP, who)["state"]

    # --- our side ------------------------------------------------------------------------------

    @property
    def account(self) -> Account:
        return Account.objects.get(external_id=SHOP)

    def customer(self, who: str = ALICE) -> Customer:
        return Customer.objects.select_related("account").get(external_id=who)

    @property
    def session(self) -> Session:
        """Alice's latest session."""
        return Session.objects.filter(customer__external_id=ALICE).order_by("-id")[0]

    def rows(self, who: str = ALICE) -> list[Message]:
        return list(self.customer(who).messages.all())

    def look(self) -> None:
        """As if the time for the slow poll, and for every back-off, had come."""
        past = timezone.now() - timedelta(seconds=1)
        Account.objects.update(poll_at=past, not_before=None)
        Customer.objects.filter(send_at__isnull=False).update(send_at=past, lease_owner="")
        Connection.objects.update(blocked_until=None)

    def work(self) -> None:
        """Do all that there is to do, as the worker does it."""
        self.look()
        while sum(step("test-worker") for step in STEPS):
            pass

    def serve(self) -> "Shop":
        """Read the history, so that what comes now is news."""
        self.work()
        return self


@contextmanager
def running_shop() -> Iterator[Shop]:
    """What one process remembers of an earlier test is forgotten first."""
    rates.forget()
    accounts._pauses.clear()
    with running_simulator() as simulator:
        try:
            yield Shop(simulator)
        finally:
            client.close_all()


def reply(session: Session, agent: Any, words: str = "On its way", **fields: Any) -> Message:
    return session.reply(agent, "text", {"content": words}, **fields)


def outcome(message: Message) -> str:
    """The status that the worker has left."""
    message.refresh_from_db()
    return message.status


def take_lane(shop: Shop) -> Lane:
    """Alice's lane in the hands of a worker that may now do what it should not."""
    customer = shop.customer()
    Customer.objects.filter(pk=customer.pk).update(lease_owner="dead")
    return Lane(customer.pk, "dead")
