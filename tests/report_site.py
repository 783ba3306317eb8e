"""The stories of report_stories.py as sessions of two accounts, with tags, entrances and a lead.

pytest_plugins = ["tests.report_site"] gives the fixtures of a module.
"""

import re
from datetime import date, datetime

import pytest
from django.http import QueryDict

from messaging import statistics
from messaging.models import Statistic
from sessions.models import Agent, SessionEvent, SessionFact, Tag
from sessions.reports import folding
from sessions.reports.asking import Asked
from sessions.reports.reading import Reading
from tests.factories import make_account, make_agent, make_customer, make_ended_session
from tests.report_stories import STORIES
from tests.report_teller import Teller

ENTRANCES = ("", "menu", "qrcode")
COUNT = re.compile(r'id="rows-count">([\d,]+)<')
YEAR = "period=custom&since=2026-01-01&until=2026-12-31&step=month&compare=off"


def tell(store, other, agents: dict[str, int]) -> None:
    tags = [Tag.objects.create(name=name, hue=n) for n, name in enumerate(("Parcel", "Refund"))]
    customers = {}
    for number, story in enumerate(STORIES):
        name = story.customer or story.name
        account = other if number % 4 == 0 and not story.customer else store
        customer = customers.setdefault(name, make_customer(account, nickname=name[:40]))
        session = make_ended_session(customer)
        session.tags.set(tags[: number % 3])
        teller = Teller(session.pk, customer.pk, account.pk, agents)
        SessionEvent.keep(teller.tell(story.told))
    while folding.step():
        pass
    for number, fact in enumerate(SessionFact.objects.order_by("pk")):
        SessionFact.objects.filter(pk=fact.pk).update(entrance=ENTRANCES[number % 3])


def tell_platform(account, servicer: str = "", day: date = date(2026, 3, 2), **told) -> None:
    """What the platform counted itself, read when the year was over."""
    read_at = datetime(2027, 1, 1, 6, 30, tzinfo=statistics.CHINA)
    whose = {"account": account, "servicer": servicer, "day": day}
    Statistic.objects.create(**whose, figures=told, read_at=read_at)


def page_of(client, address: str, query: str = YEAR) -> str:
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def reading(reader, query: str = YEAR) -> Reading:
    return Reading(reader, Asked.parse(QueryDict(query)))


@pytest.fixture
def store(db):
    return make_account("Shop")


@pytest.fixture
def lead(client, store):
    """Sees both accounts, and is signed in; lin is an agent of Shop alone."""
    lead = make_agent("wang", role=Agent.Role.LEAD)
    tell(store, make_account("Other"), {"lin": make_agent("lin", store).pk, "wang": lead.pk})
    tell_platform(store, session_cnt=3)
    client.force_login(lead)
    return lead
