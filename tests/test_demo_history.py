"""A year of invented days: what is counted of it is what follows from its rows."""

import pytest
from django.core.management import CommandError, call_command

from messaging.models import Message
from sessions.models import ReplyFact, SessionFact, StintFact
from sessions.reports import folding
from sessions.reports.figures import figures
from sessions.reports.metrics import METRICS
from sessions.reports.periods import Period
from sessions.reports.selection import Selection
from tests.factories import make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def history(settings):
    settings.KF_DEMO = True
    call_command("demo", history=True, messages=1500, verbosity=0)


def counted():
    return [
        sorted(model.objects.values_list(*names(model)), key=str)
        for model in (SessionFact, ReplyFact, StintFact)
    ]


def names(model):
    return [f.attname for f in model._meta.concrete_fields if f.name != "id"]


def test_what_is_counted_follows_from_its_events(history):
    before = counted()
    for _ in folding.rebuild():
        pass
    assert counted() == before


def test_every_metric_has_something_to_show(history, django_user_model):
    wang = django_user_model.objects.get(username="wang")
    found = figures(wang, METRICS, Selection(Period.preset("year")))
    assert Message.objects.count() > 1000
    assert [name for name, figure in found.items() if not figure.n] == []


def test_rows_go_on_after_it(history):
    before = Message.objects.latest("id").pk
    customer = make_customer()
    assert customer.record("text", {"content": "Hi"}, direction="in", origin="customer").pk > before


def test_it_is_made_once_and_for_the_demo_alone(history, settings):
    with pytest.raises(CommandError, match="already"):
        call_command("demo", history=True)
    settings.KF_DEMO = False
    with pytest.raises(CommandError, match="KF_DEMO"):
        call_command("demo", history=True)
