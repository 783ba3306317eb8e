"""A year of plausible days for the demo: what customers and agents wrote, and what reports count of it.

Rows are made in order and stored in large pieces; events follow from rows as they do for any history
(reports/backfill.py), and facts from events. The same seed gives the same year.
"""

import random
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, pairwise

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from kfconsole import demo_words
from kfconsole.demo_stories import Person, Story, Written
from messaging.models import Account, Connection, Customer, Message, State
from messaging.simulator import demo
from sessions.models import (
    Agent,
    Phrase,
    ReplyFact,
    RollupDay,
    Session,
    SessionEvent,
    SessionFact,
    StintFact,
    Survey,
)
from sessions.reports import backfill, keeping
from sessions.reports.fold import fold
from sessions.reports.hours import calendars

DAYS, PER_SESSION = 365, 9.3  # messages of a session, on the average
PIECE = 500  # sessions in a transaction
MARK = "wmHISTORY"
WEEK = (1.15, 1.05, 1.0, 1.0, 1.05, 0.75, 0.6)  # how busy Monday to Sunday are
HOURS = (1, 1, 0, 0, 0, 0, 1, 2, 5, 10, 12, 10, 7, 8, 11, 12, 10, 8, 7, 8, 9, 8, 5, 2)
SCENES = ("website", "miniprogram", "qrcode", "menu", "")


def write(messages: int, seed: int = 1) -> Iterator[int]:
    """Fill the year before today; yields how many messages there are by now."""
    author = _Author(random.Random(seed))  # noqa: S311
    plan = author.plan(max(1, round(messages / PER_SESSION)))
    next_of = _next_of(plan)
    calendar_of = calendars({account.pk for account in author.accounts})
    done = 0
    moments = iter(plan)
    while piece := list(islice(moments, PIECE)):
        written = [author.session(customer, at) for at, customer in piece]
        with transaction.atomic():
            _store(written, calendar_of, next_of)
        done += sum(len(one.rows) for one in written)
        yield done
    _number_on()
    deque(keeping.make_all(), maxlen=0)


def _next_of(plan: list[tuple[datetime, Customer]]) -> dict[tuple[int, datetime], datetime]:
    """When a customer comes back after the session that was opened then."""
    times = defaultdict(list)
    for at, customer in plan:
        times[customer.pk].append(at)
    return {
        (pk, before): after for pk, moments in times.items() for before, after in pairwise(moments)
    }


def _store(written: list[Written], calendar_of, next_of) -> None:
    """Everything of these sessions. Keys are given here, as rows name each other by them."""
    rows = [row for one in written for row in one.rows]
    for model, some in ((Session, [one.session for one in written]), (Message, rows)):
        for key, each in enumerate(some, start=_last(model) + 1):
            each.pk = key
    for one in written:
        for row in one.rows:
            row.session_id = one.session.pk
        if one.survey:
            one.survey.session_id = one.session.pk
    events, folded = [], []
    for one in written:
        told = backfill.events_of(one.session, one.rows)
        for event in told:
            event.session_id, event.is_folded = one.session.pk, True
        follows = next_of.get((one.session.customer_id, one.session.opened_at))
        folded.append(fold(told, calendar_of[one.session.account_id], follows))
        events += told
    _insert(Session, [one.session for one in written])
    _insert(Message, rows)
    _insert(Survey, [one.survey for one in written if one.survey])
    _insert(SessionEvent, events)
    _insert(SessionFact, [one.fact for one in folded])
    _insert(ReplyFact, [reply for one in folded for reply in one.replies])
    _insert(StintFact, [stint for one in folded for stint in one.stints])
    RollupDay.touch()


def _last(model: type[models.Model]) -> int:
    return model.objects.aggregate(last=models.Max("pk"))["last"] or 0


def _insert(model: type[models.Model], rows: list) -> None:
    """Many rows at once: what bulk_create does besides takes most of its time."""
    if not rows:
        return
    fields = [f for f in model._meta.concrete_fields if not f.primary_key or rows[0].pk]
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({places})"
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
                for row in rows
            ],
        )


def _number_on() -> None:
    """Keys that were given here are not given out again."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Session, Message]):
            cursor.execute(statement)


class _Author:
    """Invents the year."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.accounts = _accounts()
        self.people = _people(dice)
        self.phrases = {account.pk: _phrases(account) for account in self.accounts}

    def plan(self, sessions: int) -> list[tuple[datetime, Customer]]:
        """When a session begins, and whose, in order: busy and quiet days, some who come back."""
        dice, today = self.dice, timezone.localdate()
        days = [today - timedelta(days=number) for number in range(DAYS, 0, -1)]
        weights = [WEEK[day.weekday()] * dice.uniform(0.8, 1.2) for day in days]
        chosen = sorted(dice.choices(days, weights, k=sessions))
        hours = dice.choices(range(24), HOURS, k=sessions)
        moments = sorted(
            timezone.make_aware(
                datetime(day.year, day.month, day.day, hour, dice.randrange(60), dice.randrange(60))  # noqa: DTZ001
            )
            for day, hour in zip(chosen, hours, strict=True)
        )
        return list(self._who(moments))

    def _who(self, moments: list[datetime]) -> Iterator[tuple[datetime, Customer]]:
        """Two of three are new; nobody has two sessions at a time."""
        dice, free_at = self.dice, {}
        customers = self._customers(len(moments) * 2 // 3 + 10)
        known = 5
        for at in moments:
            if dice.random() < 0.66 and known < len(customers) - 1:
                known += 1
                customer = customers[known]
            else:  # who was here lately comes sooner than who was here long ago
                customer = customers[max(0, known - int(dice.expovariate(15 / len(customers))))]
            if free_at.get(customer.pk, at) > at:
                continue
            free_at[customer.pk] = at + timedelta(hours=60)
            yield at, customer

    def _customers(self, count: int) -> list[Customer]:
        dice = self.dice
        people = (
            Customer(
                account=dice.choices(self.accounts, (5, 4, 2))[0],
                external_id=f"{MARK}{number:08}",
                nickname=demo_words.name(dice),
                state=State.ENDED,
                entrance={"scene": dice.choice(SCENES)},
            )
            for number in range(count)
        )
        found: list[Customer] = []
        while piece := list(islice(people, 2000)):
            found += Customer.objects.bulk_create(piece)
        return found

    # --- one session ----------------------------------------------------------------------------

    def session(self, customer: Customer, at: datetime) -> Written:
        customer.entered_at = at
        session = Session(account=customer.account, customer=customer, opened_at=at, latest_at=at)
        phrases = self.phrases[customer.account_id]
        story = Story(Written(session), customer, at, self.dice, phrases)
        luck = self.dice.random()
        if luck < 0.03 and story.may_lapse:
            story.is_abandoned()
        else:
            story.is_served(self.people, is_native=luck > 0.95)
        return story.finished()


def _accounts() -> list[Account]:
    """The demo's own, as the worker will find them."""
    connection = Connection.objects.get(slug="demo")
    for external_id, name in demo.ACCOUNTS:
        Account.objects.get_or_create(
            connection=connection, external_id=external_id, defaults={"name": name}
        )
    return list(connection.accounts.order_by("pk"))


def _phrases(account: Account) -> list[Phrase]:
    return [
        Phrase.objects.get_or_create(
            account=account, title=title, defaults={"scope": Phrase.Scope.ACCOUNT, "body": body}
        )[0]
        for title, body in demo_words.PHRASES
    ]


def _people(dice: random.Random) -> list[Person]:
    """The team of the demo, and some colleagues who cannot sign in."""
    for username, name in demo_words.COLLEAGUES:
        if not Agent.objects.filter(username=username).exists():
            agent = Agent(username=username, display_name=name, language="zh-hans")
            agent.set_unusable_password()
            agent.save()
    names = ["sam", "lin", "wang", *(username for username, _ in demo_words.COLLEAGUES)]
    agents = Agent.objects.filter(username__in=names).order_by("pk")
    return [Person(agent, dice.uniform(35, 150), dice.uniform(0.45, 0.8)) for agent in agents]
