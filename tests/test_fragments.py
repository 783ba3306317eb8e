"""A message as it is pushed: once, in every language, and no status that is not true."""

import re

import pytest
from django.db import transaction
from django.utils import timezone

from messaging import fragments, live
from messaging.models import Media, Message
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_message,
    make_servicer,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def session(db):
    return make_session(make_customer(make_account()), make_agent("lin"))


@pytest.fixture
def announced(monkeypatch):
    """What was announced: [(group, {language: markup})]."""
    heard = []
    monkeypatch.setattr(live, "announce", lambda group, data: heard.append((group, data["html"])))
    return heard


def markup(message):
    return fragments.frames([message])["en"]


def words(message):
    """What the page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup(message)))


def ours(session, **fields):
    return make_message(session, "Hello", ours=True, **fields)


def test_a_message_is_announced_to_its_thread_in_every_language(
    session, announced, django_capture_on_commit_callbacks
):
    message = make_message(session, "你好")
    with django_capture_on_commit_callbacks(execute=True):
        fragments.announce_message(message)
    [(group, html)] = announced
    assert group == f"customer-{session.customer_id}"
    assert set(html) == {"en", "zh-hans"}
    assert all(f'id="message-{message.pk}"' in frame for frame in html.values())


def test_a_frame_says_where_its_rows_go(session):
    message = make_message(session)
    html = markup(message)
    assert html.startswith('<hx-upsert hx-target="#messages" key="data-key" sort>')
    assert f'data-key="{message.key}"' in html


def test_several_messages_are_one_announcement(
    session, announced, django_capture_on_commit_callbacks
):
    messages = [make_message(session, f"Line {n}") for n in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        fragments.announce_messages(messages)
    [(_, html)] = announced
    assert html["en"].count("<li ") == 3


def test_what_is_not_drawn_is_not_announced(session, announced, django_capture_on_commit_callbacks):
    hidden = make_message(session, kind="user_recall_msg", direction="event", origin="system")
    nobodys = Message(kind="text", customer=None)
    with django_capture_on_commit_callbacks(execute=True):
        fragments.announce_message(hidden)
        fragments.announce_message(nobodys)
    assert not announced


def test_a_transaction_that_fails_announces_nothing(session, announced):
    message = make_message(session)
    with transaction.atomic():
        fragments.announce_message(message)
        transaction.set_rollback(True)
    assert not announced


def test_drawing_a_thread_asks_nothing_for_each_message(session, django_assert_num_queries):
    make_servicer(session.account, "Li Si", external_id="lisi")
    for number in range(5):
        ours(session)
        ours(session, origin="servicer", author=None, servicer="lisi", status="")
        picture = make_message(session, kind="image", content={"media_id": "m"})
        media_of(picture, status=Media.Status.WANTED, key=f"key{number}")
    with django_assert_num_queries(2):  # the rows, and the names of servicers
        rows = list(fragments.messages_for_thread(session.messages.all()))
        html = fragments.frames(rows)["en"]
    assert html.count("<li ") == 15
    assert html.count("Li Si") == 5


def test_fresh_rows_are_completed_with_a_few_queries_for_all(session, django_assert_num_queries):
    for _ in range(5):
        ours(session, origin="servicer", author=None, servicer="lisi", status="")
        make_message(session, kind="image", content={"media_id": "m"})
        ours(session)
    rows = list(Message.objects.all())
    with django_assert_num_queries(4):  # files, authors, the account, names
        fragments.frames(rows)


def test_a_queued_message_waits(session):
    assert "Waiting to be sent" in words(ours(session, status="queued"))
    assert "Waiting to be sent" in words(ours(session, status="sending"))


def test_an_accepted_message_claims_no_more_than_that(session):
    html = markup(ours(session, status="accepted"))
    assert "there is no receipt of delivery or reading" in html
    assert not re.search(r"\b(delivered|read by|seen)\b", words(ours(session)), re.IGNORECASE)


def test_a_failed_message_says_why_what_to_do_and_who(session):
    message = ours(
        session, status="failed", failure_type="errcode", failure_code=95001,
        failure_text="api count limit",
    )  # fmt: skip
    for part in (
        "Five messages were sent since the customer last wrote.",
        "Wait for the customer to write",
        "Who can mend it: The customer",
        "95001 api count limit",
    ):
        assert part in words(message)


def test_an_unknown_outcome_is_called_unknown(session):
    assert "it may have arrived" in words(ours(session, status="unknown"))


def test_a_failed_transfer_says_why(session):
    event = {"direction": "event", "origin": "agent", "author": session.agent}
    content = {"to": "servicer", "name": "Li Si", "state": 3}
    message = make_message(
        session, kind="transfer", content=content, status="failed", failure_type="errcode",
        failure_code=95014, **event,
    )  # fmt: skip
    assert "Lin transferred the session to Li Si in WeCom" in words(message)
    assert "Choose another servicer." in words(message)


def test_a_servicers_message_carries_name_and_mark(session):
    make_servicer(session.account, "Li Si", external_id="lisi")
    message = ours(session, origin="servicer", author=None, servicer="lisi", status="")
    assert "Li Si WeCom" in words(message)


def test_a_servicer_without_a_name_is_called_by_the_userid(session):
    message = ours(session, origin="servicer", author=None, servicer="zhaowu", status="")
    assert "zhaowu WeCom" in words(message)


def test_a_message_nobody_wrote_is_automatic(session):
    message = ours(session, author=None, code_kind="end")
    assert "Automatic message Closing message" in words(message)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"change_type": 1, "new_servicer_userid": "li"}, "Li Si took the session from the pool"),
        ({"change_type": 2, "old_servicer_userid": "li", "new_servicer_userid": "zhao"},
         "Li Si transferred the session to zhao"),
        ({"change_type": 3, "old_servicer_userid": "li"}, "Li Si ended the session"),
        ({"change_type": 4, "new_servicer_userid": "li"}, "Li Si opened the session again"),
        ({"change_type": 99}, "The session changed in WeCom"),
    ],
)  # fmt: skip
def test_what_happened_in_wecom_is_told_with_names(session, content, said):
    make_servicer(session.account, "Li Si", external_id="li")
    kind = "session_status_change"
    event = {"direction": "event", "origin": "system"}
    assert said in words(make_message(session, kind=kind, content=content, **event))


def test_a_recalled_message_is_a_tombstone_without_the_original(session):
    message = make_message(session, "too soon", recalled_at=timezone.now())
    assert "The customer recalled a message" in markup(message)
    assert "too soon" not in markup(message)


def media_of(message, **fields):
    message.media = Media.objects.create(
        account_id=message.account_id, customer_id=message.customer_id, message=message,
        kind=message.kind, **{"key": f"{message.pk:032x}", **fields},
    )  # fmt: skip
    return message


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
def test_a_file_that_is_not_here_yet_or_never_says_so(session, kind):
    message = make_message(session, kind=kind, content={"media_id": "m"})
    assert "Can be seen in WeChat only" in words(message)
    media_of(message, status=Media.Status.WANTED)
    assert "Being fetched" in words(message)
    message.media.status, message.media.error = Media.Status.LOST, "40007 invalid media_id"
    assert "Lost: The file is not known to WeCom any more." in words(message)


def test_a_picture_names_its_sender_and_time_and_its_smaller_self(session):
    message = make_message(session, kind="image", content={"media_id": "m"})
    media_of(
        message, status=Media.Status.STORED, width=1600, height=900, file="a", playable="b", key="k"
    )
    time = timezone.localtime(message.sent_at).strftime("%H:%M")
    assert f'alt="Image from the customer, {time}"' in markup(message)
    assert 'src="/media/k/playable/"' in markup(message)
    assert 'href="/media/k/"' in markup(message)


def test_times_are_those_of_the_installation(session, settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    moment = timezone.datetime(2025, 11, 20, 20, 5, tzinfo=timezone.get_fixed_timezone(0))
    html = markup(make_message(session, sent_at=moment))
    assert 'datetime="2025-11-21T04:05:00+08:00"' in html
    assert ">04:05</time>" in html
