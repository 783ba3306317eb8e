"""Customers found by words, taken out as a file, and what the page costs."""

# ruff: noqa: F811 (fixtures are imported)

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from messaging.models import Customer
from sessions.customers.asking import Query
from sessions.customers.listing import Listing
from sessions.models import CustomField, Remark
from tests.factories import make_agent
from tests.test_customers import PAGE, crowd, listed, person, shop, tagged  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def wang_is_here(client, db):
    wang = make_agent("wang", role="lead")
    client.force_login(wang)
    return wang


# --- search ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["王芳", "王", "wangf", "wf", "WF", "wmabc123", "老客户", "龙井", "金牌"]
)
def test_a_customer_is_found_by_name_pinyin_id_tag_note_and_field(lin, text):
    wang = person("王芳", external_id="wmabc123")
    person("李雷")
    tagged("老客户", wang)
    Remark.objects.create(customer=wang, text="喜欢龙井茶")
    field = CustomField.objects.create(name="等级", kind="text")
    field.keep(wang, "金牌会员", lin, 0)
    assert listed(lin, f"q={text}") == ["王芳"]


def test_what_somebody_was_found_by_is_said(client, lin):
    client.force_login(lin)
    Remark.objects.create(customer=person("王芳"), text="喜欢龙井茶", author=lin)
    assert "喜欢<mark>龙井</mark>茶" in client.get(f"{PAGE}?q=龙井").content.decode()
    assert "<mark>王</mark>芳" in client.get(f"{PAGE}?q=王").content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", "No customers yet"),
        ("q=nobody", "Search messages"),
        ("state=blocked", "Without the filters"),
        ("q=...", "There is nothing to search for in that"),
    ],
)
def test_an_empty_list_says_why_and_leads_on(client, lin, asked, words):
    client.force_login(lin)
    assert words in client.get(f"{PAGE}?{asked}").content.decode()


# --- the file -------------------------------------------------------------------------------------


def lines_of(client, asked: str = "") -> list[str]:
    answer = client.get(f"{PAGE}customers.csv?{asked}")
    return b"".join(answer.streaming_content).decode().splitlines()


def test_a_lead_takes_out_who_is_listed(client, wang_is_here, crowd, lin):
    CustomField.objects.create(name="Level").keep(
        Customer.objects.get(nickname="Busy"), "=gold", lin, 0
    )
    head, *lines = lines_of(client, "tag={vip}".format(**crowd))
    assert head.startswith("\ufeffCustomer,Platform id,Account,Last wrote")
    assert head.endswith(",Level")
    assert [line.split(",")[0] for line in lines] == ["Blocked", "Busy"]
    assert ",With us,Lin,VIP,,,,1,,'=gold" in lines[1]


def test_the_file_has_everybody_once_however_long_it_is(client, wang_is_here, monkeypatch):
    monkeypatch.setattr("sessions.customers.files.BATCH", 3)
    for number in range(7):
        person(f"Customer {number}", number)
    names = [line.split(",")[0] for line in lines_of(client)[1:]]
    assert names == [f"Customer {number}" for number in range(7)][::-1]


def test_who_is_no_lead_gets_no_file(client, lin):
    client.force_login(lin)
    assert client.get(f"{PAGE}customers.csv?q=a").headers["Location"] == f"{PAGE}?q=a"
    assert "customers.csv" not in client.get(PAGE).content.decode()


# --- what it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("", "customer_active"),
        ("since=2026-01-01&until=2026-12-31", "customer_active"),
        ("account={}", "customer_account_active"),
        ("sort=newest", "pkey"),
    ],
)
def test_each_order_has_its_index(lin, shop, asked, index):
    asked = Listing(lin, Query.parse(QueryDict(asked.format(shop.pk))))
    rows = (
        asked.customers
        if "account" not in index
        else asked._narrowed(Customer.objects.filter(account=shop))
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = asked._first(rows, asked.query.order.cursor(*_place(asked))).explain()
    assert "TEMP B-TREE" not in plan.upper()
    assert index in plan or (index == "pkey" and connection.vendor == "sqlite"), plan


def _place(asked: Listing):
    return (timezone.now() if asked.query.order.name == "active" else 5), 5
