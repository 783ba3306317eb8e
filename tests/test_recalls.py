"""What was recalled: a tombstone for all, its words nowhere, and the original for who may read it."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from messaging import ingest, search
from messaging.backends import Inbound
from messaging.models import Customer, Media, Message
from messaging.search import tokens
from sessions import glance, intake
from sessions.fragments import facts_of
from sessions.models import Survey
from sessions.operators import parse
from sessions.reports import raw
from sessions.search import find
from sessions.surveys import tell_low
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_session,
)
from tests.test_export import exported

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SECRET = "6222 0000 1111"


def event_of(message: Message, kind: str = "user_recall_msg") -> Inbound:
    return Inbound(
        msgid=f"recall-{message.msgid}",
        kind=kind,
        direction="event",
        origin="system",
        sent_at=timezone.now(),
        customer=message.customer.external_id,
        content={"recall_msgid": message.msgid},
        raw={},
    )


def recall(message: Message, kind: str = "user_recall_msg") -> ingest.Stored:
    with transaction.atomic():
        stored = ingest.store(message.account, [event_of(message, kind)], is_history=False)
    intake.route()
    message.refresh_from_db()
    return stored


def indexed(words: str) -> list[int]:
    return search.first(search.messages(parse(words).query()), 9)


def show(client, session, message) -> str:
    answer = client.post(f"/sessions/{session.pk}/recalled/", {"message": message.pk})
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


@pytest.fixture
def mine(client, lin):
    client.force_login(lin)
    return make_session(agent=lin)


@pytest.fixture
def boss(mine):
    return make_agent("boss", role="lead")


@pytest.fixture
def secret(mine):
    return make_message(mine, SECRET)


# --- where its words were -------------------------------------------------------------------------


def test_the_original_stays_and_is_in_no_page(client, mine, secret):
    recall(secret)
    assert secret.content == {"content": SECRET}
    assert secret.text == ""
    for address in ("/", f"/sessions/{mine.pk}/", f"/sessions/since/?session={mine.pk}&after=0"):
        page = client.get(address).content.decode()
        assert SECRET not in page
    assert "The customer recalled a message" in client.get(f"/sessions/{mine.pk}/").content.decode()


@pytest.mark.parametrize("make", [make_session, make_ended_session])
def test_the_row_of_its_session_says_that_something_was_recalled(lin, make):
    session = make(agent=lin)
    recall(make_message(session, SECRET))
    session.refresh_from_db()
    assert session.preview == "[Message recalled]"
    assert facts_of(session)["recalled"]  # by it a toast with the words goes


def test_what_was_said_later_stays_in_the_row(mine, secret):
    make_message(mine, "Forget it")
    recall(secret)
    mine.refresh_from_db()
    assert mine.preview == "Forget it"
    assert not facts_of(mine)["recalled"]


def test_of_two_pictures_the_row_loses_the_last_alone(mine):
    first, last = (make_message(mine, "", kind="image", content={"media_id": n}) for n in "ab")
    recall(first)
    mine.refresh_from_db()
    assert mine.preview == "[Image]"
    recall(last)
    mine.refresh_from_db()
    assert mine.preview == "[Message recalled]"


def test_what_a_servicer_recalled_is_theirs_in_the_row(mine):
    message = make_message(mine, SECRET, direction="out", origin="servicer", servicer="lisi")
    recall(message, "servicer_recall_msg")
    mine.refresh_from_db()
    assert mine.latest_kind == "servicer_recall_msg"
    assert SECRET not in mine.preview


def test_what_comes_with_its_recall_is_never_drawn(mine):
    said = Inbound(
        msgid="m1",
        kind="text",
        direction="in",
        origin="customer",
        sent_at=timezone.now(),
        customer=mine.customer.external_id,
        content={"content": SECRET},
    )
    told = event_of(SimpleNamespace(msgid="m1", customer=mine.customer))
    with transaction.atomic():
        stored = ingest.store(mine.account, [said, told], is_history=False)
    assert all(row.recalled_at for row in stored.messages if row.kind == "text")
    intake.route()
    mine.refresh_from_db()
    assert mine.preview == "[Message recalled]"
    assert indexed(SECRET) == []


def test_an_answer_that_quotes_it_no_longer_shows_its_words(mine, secret):
    quote = {"id": secret.pk, "name": "Wang Fang", "text": SECRET}
    content = {"content": "So", "quote": quote}
    answer = make_message(mine, "So", ours=True, content=content)
    assert SECRET in render_to_string("messaging/_message.html", {"message": answer})
    assert answer in recall(secret).changed
    answer.refresh_from_db()
    shown = render_to_string("messaging/_message.html", {"message": answer})
    assert SECRET not in shown
    assert "[Message recalled]" in shown


def test_search_finds_it_no_longer_also_not_when_all_is_indexed_anew(lin, mine, secret):
    assert indexed(SECRET) == [secret.pk]
    recall(secret)
    assert indexed(SECRET) == []
    Message.objects.update(text=SECRET)
    search.of_messages().put([(secret.pk, *tokens.cut(SECRET))])
    assert indexed(SECRET) == [secret.pk]
    assert find(lin, SECRET).hits == []
    assert list(search.rebuild(Message, Customer))
    assert indexed(SECRET) == []


@pytest.mark.parametrize("format", ["txt", "html"])
def test_a_transcript_says_that_it_was_recalled(client, mine, secret, format):
    recall(secret)
    body = exported(client, mine, format)[1].decode()
    assert SECRET not in body
    assert "[Message recalled]" in body


def test_so_do_raw_rows_and_a_glance_at_the_session(lin, mine, secret):
    recall(secret)
    (line,) = glance.of(mine, lin).lines
    assert line.text == "[Message recalled]"
    _column, value = raw.MESSAGE[-1]
    assert value(None, secret) == "[Message recalled]"


def test_a_comment_that_was_recalled_is_none_and_told_no_more(client, mine, secret):
    survey = Survey.objects.create(session=mine, rating=1, comment=SECRET)
    tell_low(survey)
    assert SECRET in client.get("/notices/").content.decode()
    recall(secret)
    assert Survey.objects.get().comment == ""
    assert SECRET not in client.get("/notices/").content.decode()


def test_the_admin_shows_it_neither(client, mine, secret):
    recall(secret)
    client.force_login(make_agent("root", role="admin", is_superuser=True))
    for page, args in (("changelist", []), ("change", [secret.pk])):
        answer = client.get(reverse(f"admin:messaging_message_{page}", args=args))
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()


def test_what_was_recalled_before_is_hidden_by_the_migrations(mine, secret):
    quote = {"id": secret.pk, "name": "Wang Fang", "text": SECRET}
    answer = make_message(mine, "So", ours=True, content={"content": "So", "quote": quote})
    Message.objects.filter(pk=secret.pk).update(recalled_at=timezone.now())
    earlier = make_ended_session(mine.customer, latest_kind="text", latest_text=SECRET)
    Message.objects.filter(pk=secret.pk).update(session=earlier)
    for module in ("messaging.migrations.0011_recalled", "sessions.migrations.0019_recalled"):
        import_module(module).hide(apps, None)
    for row in (secret, answer, earlier):
        row.refresh_from_db()
    assert (secret.text, secret.content) == ("", {"content": SECRET})
    assert answer.content["quote"]["text"] == ""
    assert earlier.preview == "[Message recalled]"
    assert indexed(SECRET) == []


# --- who reads it ---------------------------------------------------------------------------------


def test_a_lead_reads_it_and_the_thread_tells_so_each_time(client, mine, boss, secret):
    recall(secret)
    client.force_login(boss)
    for times in (1, 2):
        assert SECRET in show(client, mine, secret)
        assert mine.messages.filter(kind="recall_read", author=boss).count() == times
    page = client.get(f"/sessions/{mine.pk}/").content.decode()
    assert "Boss read the recalled message" in " ".join(page.split())
    assert SECRET not in page


def test_an_agent_may_not_and_nothing_is_told(client, mine, secret):
    recall(secret)
    assert show(client, mine, secret) == "404"
    assert not mine.messages.filter(kind="recall_read").exists()


def test_nor_a_lead_of_other_accounts(client, mine, secret):
    recall(secret)
    client.force_login(make_agent("other", make_account("Other"), role="lead"))
    assert show(client, mine, secret) == "404"


def test_only_what_was_recalled_in_this_thread_is_shown(client, mine, boss, secret):
    client.force_login(boss)
    assert show(client, mine, secret) == "404"  # it was not recalled
    recall(secret)
    elsewhere = make_session(make_customer(nickname="Li"))
    assert show(client, elsewhere, secret) == "404"
    for junk in ("", "x", "9" * 30):
        answer = client.post(f"/sessions/{mine.pk}/recalled/", {"message": junk})
        assert answer.status_code == 404


def test_it_is_not_read_by_looking(client, mine, boss, secret):
    recall(secret)
    client.force_login(boss)
    answer = client.get(f"/sessions/{mine.pk}/recalled/", {"message": secret.pk})
    assert answer.status_code == 405


def test_the_button_is_shown_to_who_may(client, mine, boss, secret):
    recall(secret)
    address = f"/sessions/{mine.pk}/"
    assert "pane--reads-recalled" not in client.get(address).content.decode()
    client.force_login(boss)
    assert "pane--reads-recalled" in client.get(address).content.decode()


def test_its_file_is_given_to_who_may_alone(client, mine, boss):
    message = make_message(mine, "", kind="file", content={"media_id": "m"})
    stored = Media.objects.create(
        account=message.account, message=message, kind="file", key="k" * 32, name="card.txt",
        status=Media.Status.STORED, file=ContentFile(b"secret", "card.txt"), sha256="a" * 64,
    )  # fmt: skip
    address = f"/media/{stored.key}/"
    assert b"".join(client.get(address).streaming_content) == b"secret"
    recall(message)
    assert client.get(address).status_code == 404
    client.force_login(boss)
    assert b"".join(client.get(address).streaming_content) == b"secret"
