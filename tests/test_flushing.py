"""What a test has committed is gone when the next one begins."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

from messaging import search
from sessions.models import Agent, Session
from tests import flushing
from tests.factories import make_agent, make_message, make_session

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def kept() -> tuple[int, int]:
    return ContentType.objects.count(), Permission.objects.count()


def searched() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {search.of_messages().table}")
        return cursor.fetchone()[0]


def test_rows_and_what_is_searched_go_and_content_types_stay():
    make_agent("lin")
    search.add([make_message(make_session(), "Where is my parcel?")])
    assert searched()
    before = list(ContentType.objects.values_list("pk", "model"))
    flushing.flush(TransactionTestCase("run"))
    assert not Agent.objects.exists()
    assert not Session.objects.exists()
    assert not searched()
    assert list(ContentType.objects.values_list("pk", "model")) == before
    assert kept() == flushing.as_migrated()


def test_permissions_that_a_test_took_away_are_written_anew():
    Permission.objects.all().delete()
    flushing.flush(TransactionTestCase("run"))
    assert kept() == flushing.as_migrated()
