"""Into a session of the past, beside the one that is open."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions.models import Survey, Tag
from sessions.views import glances
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_messages,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.usefixtures("lin_is_here")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def past(wang):
    return make_ended_session(agent=wang)


def glance(client, session, **query) -> str:
    address = f"/sessions/{session.pk}/glance/"
    page = client.get(address, query, headers=HTMX).content.decode()
    return re.sub(r"\s+", " ", page)


def test_it_tells_what_was_said_by_whom_how_it_was_rated_and_its_tags(client, past):
    make_message(past, "Where is it?")
    make_message(past, "On its way", ours=True)
    make_message(past, "She is cross", direction="note", author=past.agent)
    past.tags.add(Tag.objects.create(name="refund"))
    Survey.objects.create(session=past, rating=4)
    other = make_session(past.customer)
    make_message(other, "And another thing")
    page = glance(client, past)
    for words in ("Where is it?", "Wang Fang ·", "On its way", "Wang ·", "internal note",
                  "Rated 4 of 5", "refund"):  # fmt: skip
        assert words in page
    assert "And another thing" not in page


def test_a_long_one_comes_by_the_page_and_each_message_once(client, past, monkeypatch):
    monkeypatch.setattr(glances.glances, "PAGE", 3)
    messages = make_messages(past, 8)
    for message in messages[2:5]:  # of one moment, across the edge of a page
        message.sent_at = messages[2].sent_at
        message.save()
    page, found = glance(client, past), []
    for _ in range(5):
        found += re.findall(r"Message \d", page)
        more = re.search(r"after=([\d.]+)", page)
        page = glance(client, past, after=more[1]) if more else ""
    assert found == [f"Message {n}" for n in range(1, 9)]


def test_it_costs_the_same_for_a_long_one(client, past):
    make_messages(past, 2)
    with CaptureQueriesContext(connection) as few:
        glance(client, past)
    make_messages(past, 30)
    with CaptureQueriesContext(connection) as many:
        glance(client, past)
    assert len(many) == len(few) <= 5


def test_who_may_not_see_it_is_told_nothing(client, past):
    client.force_login(make_agent("ann", make_account("Elsewhere")))
    assert client.get(f"/sessions/{past.pk}/glance/", headers=HTMX).status_code == 404


def test_a_session_of_which_nothing_is_left_says_so(client):
    assert "Nothing was said." in glance(client, make_ended_session(make_customer()))


def test_where_there_are_no_scripts_it_opens(client, past):
    assert client.get(f"/sessions/{past.pk}/glance/").url == f"/sessions/{past.pk}/"
