"""Rows for tests, one function per model: what is not said gets a value that makes sense.

session = make_session(agent=make_agent("lin"))
make_message(session, "Where is my parcel?")
"""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from messaging import kinds, search
from messaging.models import Account, Connection, Customer, Message, Servicer, State
from sessions.models import Agent, Phrase, Session, Team

PASSWORD = "kfconsole"
_numbers = count(1)


def make_connection(**fields: Any) -> Connection:
    number = next(_numbers)
    fields.setdefault("name", f"Corp {number}")
    fields.setdefault("identity", f"ww{number:016x}")
    return Connection.objects.create(**fields)


def make_account(name: str = "Shop", **fields: Any) -> Account:
    """One account of the one connection, unless another is given."""
    connection = fields.pop("connection", None) or Connection.objects.first() or make_connection()
    fields.setdefault("external_id", f"wk{next(_numbers):030x}")
    return Account.objects.create(connection=connection, name=name, **fields)


def make_servicer(account: Account, name: str = "Li Si", **fields: Any) -> Servicer:
    fields.setdefault("external_id", name.lower().replace(" ", ""))
    return Servicer.objects.create(account=account, name=name, **fields)


def make_agent(username: str = "lin", *accounts: Account, **fields: Any) -> Agent:
    """Serves all accounts, or only those named."""
    fields.setdefault("display_name", username.title())
    fields.setdefault("serves_all", not accounts)
    agent = Agent.objects.create_user(username, password=PASSWORD, **fields)
    agent.accounts.set(accounts)
    return agent


def make_customer(account: Account | None = None, nickname: str = "Wang Fang", **fields: Any):
    """Has just written, so that five messages are left; state 0 as after a first message."""
    now = timezone.now()
    fields.setdefault("external_id", f"wm{next(_numbers):030x}")
    fields.setdefault("state", State.NEW)
    fields.setdefault("state_at", now)
    fields.setdefault("last_in_at", now)
    account = account or Account.objects.first() or make_account()
    fields.setdefault("backend", account.connection.backend)
    customer = Customer.objects.create(account=account, nickname=nickname, **fields)
    search.add_customers([customer])
    return customer


def make_session(customer: Customer | None = None, agent: Agent | None = None, **fields: Any):
    """Open, and in the queue unless an agent is given."""
    customer = customer or make_customer()
    now = timezone.now()
    fields.setdefault("opened_at", now)
    fields.setdefault("latest_at", fields["opened_at"])
    if agent:
        fields.setdefault("accepted_at", now)
    return Session.objects.create(
        account_id=customer.account_id, customer=customer, agent=agent, **fields
    )


def make_ended_session(customer: Customer | None = None, **fields: Any) -> Session:
    fields.setdefault("ended_at", timezone.now())
    fields.setdefault("ended_by", Session.EndedBy.AGENT)
    return make_session(customer or make_customer(state=State.ENDED), **fields)


def make_message(session: Session, text: str = "Hello", *, ours: bool = False, **fields: Any):
    """A row of the session's thread, shown in its list row as intake and reply do it."""
    customer = session.customer
    kind = fields.pop("kind", "text")
    content = fields.pop("content", {"content": text} if kind == "text" else {})
    sides = Message.Direction, Message.Origin
    fields.setdefault("direction", sides[0].OUT if ours else sides[0].IN)
    fields.setdefault("origin", sides[1].AGENT if ours else sides[1].CUSTOMER)
    if ours:
        fields.setdefault("status", Message.Status.ACCEPTED)
        fields.setdefault("author", session.agent)
    fields.setdefault("text", kinds.text_of(kind, content) or text)
    message = customer.record(kind, content, session=session, **fields)
    _show_in_row(session, message, ours)
    return message


def make_messages(session: Session, number: int, *, every: timedelta = timedelta(minutes=1)):
    """A thread of `number` texts, alternating, the last one now."""
    first = timezone.now() - every * (number - 1)
    return [
        make_message(session, f"Message {n + 1}", ours=bool(n % 2), sent_at=first + every * n)
        for n in range(number)
    ]


def make_team(name: str = "Returns", *agents: Agent, accounts: tuple[Account, ...] = ()) -> Team:
    team = Team.objects.create(name=name)
    team.agents.set(agents)
    team.accounts.set(accounts)
    return team


def make_phrase(
    place: Agent | Team | Account, title: str = "Greeting", body: str = "Hello", **fields
):
    """Of an agent, a team or an account."""
    phrase = Phrase(title=title, body=body, **fields)
    phrase.give_to(place)
    phrase.save()
    return phrase


def _show_in_row(session: Session, message: Message, ours: bool) -> None:
    if not kinds.kind_of(message.kind).is_event:
        session.note_latest(message)
    if not ours and message.direction == Message.Direction.IN:
        session.unread += 1
        session.waiting_since = session.waiting_since or message.sent_at
    elif ours:
        session.unread, session.waiting_since = 0, None
    session.save()
