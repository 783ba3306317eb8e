"""The search page: who finds what, by which words and operators, and where a hit leads."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from messaging import ingest, outcomes
from messaging.backends import Inbound, SendError
from messaging.models import Message
from sessions import search
from sessions.models import Remark
from sessions.operators import parse
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_messages,
    make_servicer,
    make_session,
)

pytestmark = pytest.mark.django_db
Direction, Origin, Status = Message.Direction, Message.Origin, Message.Status


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


def texts(agent, question: str) -> list[str]:
    return [hit.message.text for hit in search.find(agent, question).hits]


@pytest.mark.parametrize(
    ("text", "words", "quoted", "operators"),
    [
        ("退款 parcel", ["退款", "parcel"], [], []),
        ('"not yet" sent', ["sent"], ["not yet"], []),
        ("“还没 发货” from:lin", [], ["还没 发货"], [("from", "lin")]),
        ('from:"Wang Fang" Has：image', [], [], [("from", "Wang Fang"), ("has", "image")]),
        ("http://a.cn foo:bar from:", ["http://a.cn", "foo:bar", "from:"], [], []),
        ('foo:"a b" "open', ['foo:"a b"'], ["open"], []),
        ("   ", [], [], []),
    ],
)
def test_what_was_typed_is_read_as_words_phrases_and_operators(text, words, quoted, operators):
    asked = parse(text)
    assert (asked.words, asked.quoted, asked.operators) == (words, quoted, operators)


@pytest.mark.both
def test_all_words_must_occur_and_the_newest_comes_first(lin):
    session = make_session(agent=lin)
    for text in ("包裹没到", "包裹到了，要退款", "退款还没到", "包裹退款"):
        make_message(session, text)
    assert texts(lin, "包裹 退款") == ["包裹退款", "包裹到了，要退款"]
    assert texts(lin, '"款还没"') == ["退款还没到"]
    assert texts(lin, "到") == ["退款还没到", "包裹到了，要退款", "包裹没到"]


@pytest.mark.both
def test_an_agent_finds_only_what_belongs_to_their_accounts():
    shop, other = make_account("Shop"), make_account("Other")
    ours = make_session(make_customer(shop, "王芳"))
    foreign = make_session(make_customer(other, "王芳"))
    make_message(ours, "我们的包裹")
    make_message(foreign, "别人的包裹")
    make_message(foreign, "秘密")
    lin = make_agent("lin", shop)
    assert texts(lin, "包裹") == ["我们的包裹"]
    found = search.find(lin, "王芳")
    assert [person.customer for person in found.people] == [ours.customer]
    assert not found.has_more_people
    for question in ("秘密", "from:王芳 秘密", "account:Other 包裹", "has:image"):
        assert search.find(lin, question).is_nothing
        assert not search.find(lin, question).cursor
    assert search.find(make_agent("nobody", make_account("Third")), "包裹").is_nothing


@pytest.mark.both
def test_operators_narrow_down(lin):
    wang, shop, moon = make_agent("wang"), make_account("Shop"), make_account("月球店")
    customer = make_customer(shop, "王芳")
    make_servicer(shop, "李四", external_id="lisi")
    session = make_session(customer, lin)
    elsewhere = make_session(make_customer(moon, "Bob"), wang)
    make_message(session, "问：包裹？")
    make_message(session, "答：包裹！", ours=True)
    make_message(
        session, "包裹由李四", ours=True, origin=Origin.SERVICER, author=None, servicer="lisi"
    )
    make_message(elsewhere, "月球包裹")
    make_message(elsewhere, "王的包裹", ours=True)
    make_message(session, "", kind="image")
    make_message(session, "看 https://example.com/包裹")
    make_message(session, "记一下包裹", direction=Direction.NOTE, origin=Origin.AGENT, author=lin)
    note, url = "记一下包裹", "看 https://example.com/包裹"
    assert texts(lin, "from:customer 包裹") == [url, "月球包裹", "问：包裹？"]
    assert texts(lin, "from:agent 包裹") == [note, "王的包裹", "包裹由李四", "答：包裹！"]
    assert texts(lin, "from:me 包裹") == [note, "答：包裹！"]
    assert texts(lin, "from:Wang 包裹") == ["王的包裹"]
    assert texts(lin, "from:王芳 包裹") == [url, "问：包裹？"]
    assert texts(lin, "from:李四") == ["包裹由李四"]
    assert texts(lin, "account:月球 包裹") == ["王的包裹", "月球包裹"]
    assert texts(lin, f"account:{moon.external_id}") == ["王的包裹", "月球包裹"]
    assert texts(lin, "has:link") == [url]
    assert texts(lin, "is:note") == [note]
    image = search.find(lin, "has:image from:customer").hits[0]
    assert [piece.text for piece in image.pieces] == ["[Image]"]


@pytest.mark.both
def test_days_are_those_of_the_agent(lin):
    session = make_session(agent=lin)
    for hour in (15, 16):  # midnight in Shanghai is 16:00 UTC
        sent_at = datetime(2026, 3, 4, hour, 30, tzinfo=UTC)
        make_message(session, f"包裹{hour}", sent_at=sent_at)
    with timezone.override("Asia/Shanghai"):
        assert texts(lin, "before:2026-03-05 包裹") == ["包裹15"]
        assert texts(lin, "after:2026/3/5 包裹") == ["包裹16"]
        assert texts(lin, "after:2026-03 before:2026-04") == ["包裹16", "包裹15"]
        assert texts(lin, "after:2027") == []
    with timezone.override("UTC"):
        assert texts(lin, "before:2026-03-05") == ["包裹16", "包裹15"]


@pytest.mark.both
def test_what_failed_at_once_or_later_stays_findable_and_what_was_recalled_does_not(lin):
    session = make_session(agent=lin)
    account = session.account
    sent = make_message(session, "当场被拒", ours=True, status=Status.SENDING)
    make_message(session, "后来没到", ours=True, msgid="m2")
    make_message(session, "到了", ours=True)
    make_message(session, "撤回的", msgid="m4")
    assert texts(lin, "is:failed") == []
    outcomes.failed(sent, SendError(95018, "no"))
    with transaction.atomic():
        ingest.store(
            account, [_event("msg_send_fail", fail_msgid="m2", fail_type=4)], is_history=False
        )
        ingest.store(account, [_event("user_recall_msg", recall_msgid="m4")], is_history=False)
    assert texts(lin, "is:failed") == ["后来没到", "当场被拒"]
    assert texts(lin, "撤回") == []


def _event(kind: str, **content) -> Inbound:
    return Inbound(
        msgid=kind,
        kind=kind,
        direction="event",
        origin="system",
        sent_at=timezone.now(),
        customer=Message.objects.latest("pk").customer.external_id,
        content=content,
        raw={},
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("before:yesterday", "A date looks like"),
        ("after:2026-13-01 包裹", "A date looks like"),
        ("after:0000", "A date looks like"),
        ("from:Nobody", "Nobody is called “Nobody”."),
        ("account:Nowhere", "No account is called “Nowhere”."),
        ("has:wings", "has:image"),
        ("is:odd", "is:failed"),
        ("！？。…", "There is nothing to search for"),
        ("霾", "Nothing found"),
    ],
)
def test_what_cannot_be_searched_is_said(client, lin, question, words):
    make_message(make_session(), "包裹")
    assert words in client.get("/search/", {"q": question}).content.decode()


@pytest.mark.parametrize(
    "question", ["'", '"', '""', "a'b", "\\", "*", "(", "NEAR(", "AND OR NOT", "-x", "x:*", "^p", "=a1", "\x00包裹"]
)  # fmt: skip
@pytest.mark.both
def test_signs_of_the_databases_languages_mean_nothing(client, lin, question):
    make_message(make_session(), "plain text")
    assert client.get("/search/", {"q": question}).status_code == 200
    assert client.get("/search/", {"q": f"text {question}"}).status_code == 200


def test_text_of_strangers_stays_text(client, lin):
    session = make_session(make_customer(nickname="<i>王</i>"), lin)
    make_message(session, "<script>alert('包裹')</script>")
    page = client.get("/search/", {"q": "包裹 王 <b>"}).content.decode()
    page += client.get("/search/", {"q": "包裹"}).content.decode()
    page += client.get("/search/", {"q": "王"}).content.decode()
    assert "<script>alert" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;alert(&#x27;<mark>包裹</mark>&#x27;)" in page


def test_a_hit_says_who_where_when_and_leads_to_the_message(client, lin):
    session = make_session(make_customer(make_account("月球店"), "王芳"), lin)
    at = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
    message = make_message(session, "我的包裹呢", sent_at=at)
    page = client.get("/search/", {"q": "包裹"}).content.decode()
    link = f'href="/sessions/{session.pk}/?at={message.pk}#message-{message.pk}"'
    for words in (link, ">王芳</a>", "月球店", "16:30", "我的<mark>包裹</mark>呢"):
        assert words in page


def test_a_message_without_a_session_leads_to_the_latest_of_its_customer(lin):
    customer = make_customer()
    old = customer.record("text", {"content": "很久以前"}, direction="in", origin="customer")
    assert search.find(lin, "以前").hits[0].session is None
    make_ended_session(customer, opened_at=timezone.now() - timedelta(days=1))
    latest = make_session(customer)
    assert search.find(lin, "以前").hits[0].session == latest.pk
    assert old.session_id is None


def test_customers_are_found_by_name_and_id(client, lin):
    customer = make_customer(nickname="王小芳", external_id="wmABC_def-123456")
    session = make_session(customer, lin)
    for question in ("小芳", "王", "wmABC_def", "wmabc", "123456"):
        page = client.get("/search/", {"q": question}).content.decode()
        assert f'href="/sessions/{session.pk}/"' in page, question


def test_pages_follow_each_other_and_more_come_by_htmx(client, lin, monkeypatch):
    monkeypatch.setattr(search, "PAGE", 3)
    session = make_session(agent=lin)
    make_messages(session, 8)
    found, below = [], None
    while True:
        page = search.find(lin, "message", below)
        found += [hit.message.text for hit in page.hits]
        if not (below := page.cursor):
            break
    assert found == [f"Message {n}" for n in range(8, 0, -1)]
    cursor = search.find(lin, "message").cursor
    asked = {"HX-Request": "true", "HX-Target": "div#more-hits"}
    more = client.get("/search/", {"q": "message", "below": cursor}, headers=asked).content.decode()
    assert "Message</mark> 5" in more
    assert "<html" not in more
    assert client.get("/search/", {"q": "message", "below": "x9"}).status_code == 200


def test_whoever_is_looked_at_in_vain_may_look_further_back(client, lin, monkeypatch):
    monkeypatch.setattr(search, "MOST_LOOKED_AT", 1)
    first, last = (make_message(make_session(), "包裹") for _ in range(2))
    Message.objects.filter(pk=last.pk).update(direction=Direction.EVENT)
    monkeypatch.setattr("messaging.search.sqlite.STEPS", (1,))
    page = client.get("/search/", {"q": "包裹"}).content.decode()
    assert "Look further back" in page
    again = client.get("/search/", {"q": "包裹", "below": last.pk}).content.decode()
    assert f"message-{first.pk}" in again


def test_the_page_costs_the_same_queries_with_few_and_many(
    client, lin, django_assert_max_num_queries
):
    for number in range(40):
        customer = make_customer(make_account(f"Account {number}"), f"包裹{number}")
        make_message(make_session(customer, make_agent(f"agent{number}")), f"包裹 {number}")
        if number % 2:
            Remark.objects.create(customer=customer, text=f"包裹 {number}", author=lin)
    # Four indexes, the rows of each that has any, their customers, and where these wrote last.
    with django_assert_max_num_queries(11):
        client.get("/search/", {"q": "包裹"})
    with django_assert_max_num_queries(6):
        client.get("/search/", {"q": "没有"})
    with django_assert_max_num_queries(5):
        client.get("/search/", {"q": "包裹 from:customer has:link"})


def test_who_is_not_signed_in_finds_nothing(client):
    assert client.get("/search/?q=x")["Location"] == "/login/?next=/search/%3Fq%3Dx"


def test_when_more_customers_match_a_link_leads_to_all_of_them(client, lin):
    for number in range(search.PEOPLE + 1):
        make_customer(nickname=f"Wang {number}")
    page = client.get("/search/", {"q": "wang"}).content.decode()
    assert 'href="/customers/?q=wang"' in page
    assert page.count('class="row__link"') == search.PEOPLE
    assert client.get("/customers/", {"q": "wang"}).content.decode().count('class="row__link"') == 7
