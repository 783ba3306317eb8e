"""The page of customers: who is listed, in which order, found and narrowed by what, and for whom."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from messaging.models import Customer
from sessions.customers import listing
from sessions.customers.asking import Query
from sessions.customers.listing import Listing
from sessions.models import Block, Remark, Survey, Tag
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAGE = "/customers/"


@pytest.fixture
def shop(db):
    return make_account("Shop")


def person(nickname: str, days: float = 0, **fields) -> Customer:
    """Last wrote so many days ago."""
    return make_customer(
        nickname=nickname, last_in_at=timezone.now() - timedelta(days=days), **fields
    )


def listed(agent, asked: str = "", cursor: str = "") -> list[str]:
    return [str(row.customer) for row in page_of(agent, asked, cursor).rows]


def page_of(agent, asked: str = "", cursor: str = ""):
    return Listing(agent, Query.parse(QueryDict(asked))).page(cursor)


def tagged(name: str, *customers: Customer) -> Tag:
    tag = Tag.objects.create(name=name, scope=Tag.Scope.CUSTOMER)
    tag.customers.set(customers)
    return tag


# --- order and pages ------------------------------------------------------------------------------


def test_who_wrote_last_stands_first(lin):
    for name, days in (("Old", 9), ("New", 1), ("Middle", 3)):
        person(name, days)
    assert listed(lin) == ["New", "Middle", "Old"]
    assert listed(lin, "sort=newest") == ["Middle", "New", "Old"]
    assert listed(lin, "sort=nonsense&state=nonsense&account=x&since=y") == listed(lin)


def test_who_never_wrote_stands_where_they_came_in(lin):
    person("Yesterday", 1)
    make_customer(nickname="Silent", last_in_at=None)
    person("Just now")
    assert listed(lin) == ["Just now", "Silent", "Yesterday"]


@pytest.mark.parametrize("sort", ["active", "newest"])
@pytest.mark.parametrize(("serves_all", "apart"), [(True, 0), (False, 20), (False, 1)])
def test_pages_show_everybody_once_while_others_write(shop, sort, serves_all, apart, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 4)
    monkeypatch.setattr(listing, "MOST_APART", apart)
    other = make_account("Other")
    same = timezone.now() - timedelta(days=1)
    for number in range(11):
        make_customer(
            (shop, other)[number % 2],
            f"Customer {number}",
            last_in_at=same - timedelta(hours=number // 3),
        )
    agent = make_agent("lin") if serves_all else make_agent("lin", shop, other)
    whole = [str(customer) for customer in Customer.objects.all()]
    asked, seen, cursor = f"sort={sort}", [], ""
    while True:
        page = page_of(agent, asked, cursor)
        seen += [str(row.customer) for row in page.rows]
        if not (cursor := page.cursor):
            break
        Customer.objects.filter(nickname="Customer 1").update(last_in_at=timezone.now())
        make_customer(shop, "Later")
    assert sorted(seen) == sorted(whole)


def test_a_cursor_that_makes_no_sense_is_the_beginning(lin):
    person("Wang")
    for cursor in ("", "x", "1", "1.x", "9" * 50, "9" * 30 + ".1"):
        assert listed(lin, cursor=cursor) == ["Wang"]
    for cursor in ("9" * 17 + "." + "9" * 20, "1." + "9" * 20, "9" * 20 + ".1"):
        assert listed(lin, cursor=cursor) is not None
        assert listed(lin, "sort=newest", cursor) is not None


def test_who_has_written_since_is_counted_as_the_list_is_narrowed(lin, client, shop):
    person("Old", 2, account=shop)
    other = make_account("Other")
    page = page_of(lin, f"account={shop.pk}")
    person("New", account=shop)
    person("Elsewhere", account=other)
    assert Listing(lin, Query()).news(page.top) == 2
    client.force_login(lin)
    address = f"{PAGE}?account={shop.pk}&since-row={page.top}"
    answer = client.get(address, headers={"HX-Request": "true", "HX-Target": "div#since"})
    assert "1 has written since" in answer.content.decode()


def test_rows_that_have_changed_are_drawn_anew_if_they_may_be_seen(client, shop):
    lin = make_agent("lin", shop)
    client.force_login(lin)
    mine, secret = person("Mine", account=shop), person("Secret", account=make_account("Hidden"))
    make_session(mine, make_agent("chen", display_name="Chen"))
    address = f"{PAGE}?since-row=&rows={mine.pk},{secret.pk},x,"
    drawn = client.get(address, headers={"HX-Request": "true", "HX-Target": "div#since"})
    assert "Chen" in drawn.content.decode()
    assert "Secret" not in drawn.content.decode()


# --- rights ---------------------------------------------------------------------------------------


def test_only_customers_of_ones_accounts_are_listed_found_and_counted(client, shop):
    hidden = make_account("Hidden")
    person("Mine", account=shop)
    secret = person("Secret", account=hidden)
    Remark.objects.create(customer=secret, text="likes tea")
    lin = make_agent("lin", shop)
    client.force_login(lin)
    assert listed(lin) == ["Mine"]
    for asked in ("q=Secret", "q=tea", f"account={hidden.pk}", f"account={hidden.pk}&q=Secret"):
        assert listed(lin, asked) == [], asked
    assert Listing(lin, Query()).news("") == 1
    assert "Hidden" not in client.get(f"{PAGE}?account={hidden.pk}").content.decode()
    assert "Hidden" not in client.get(f"{PAGE}filter/").content.decode()
    assert listed(make_agent("nobody", serves_all=False)) == []


def test_a_stranger_is_sent_to_the_sign_in_page(client, db):
    for address in (PAGE, f"{PAGE}filter/", f"{PAGE}customers.csv"):
        assert client.get(address).status_code == 302


# --- filters --------------------------------------------------------------------------------------


@pytest.fixture
def crowd(shop, lin):
    """Who is who stands in their names."""
    busy = person("Busy", 1, account=shop)
    make_session(busy, lin)
    queued = person("Queued", 2, account=shop)
    make_session(queued)
    idle = person("Idle", 3, account=shop)
    make_ended_session(idle)
    blocked = person("Blocked", 4, account=make_account("Other"))
    Block.objects.create(customer=blocked, reason="rude")
    person("Muting", 5, account=shop, rejects=True)
    person("Refused", 6, account=shop, is_refused=True)
    vip = tagged("VIP", busy, blocked)
    day = (timezone.localtime() - timedelta(days=4)).date()
    return {"lin": lin.pk, "shop": shop.pk, "vip": vip.pk, "day": day.isoformat()}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("state=open", "Busy Queued"),
        ("state=none", "Idle Blocked Muting Refused"),
        ("state=blocked", "Blocked"),
        ("state=muted", "Muting"),
        ("state=refused", "Refused"),
        ("state=blocked&state=muted&state=open", "Busy Queued Blocked Muting"),
        ("agent={lin}", "Busy"),
        ("agent=none", "Queued"),
        ("agent=none&agent={lin}", "Busy Queued"),
        ("account={shop}", "Busy Queued Idle Muting Refused"),
        ("tag={vip}", "Busy Blocked"),
        ("tag={vip}&account={shop}", "Busy"),
        ("tag={vip}&state=none", "Blocked"),
        ("until={day}", "Blocked Muting Refused"),
        ("since={day}", "Busy Queued Idle Blocked"),
        ("since={day}&until={day}", "Blocked"),
        ("since={day}&tag={vip}&state=open&agent={lin}&account={shop}&q=bus", "Busy"),
        ("tag={vip}&agent=none", ""),
    ],
)
@pytest.mark.parametrize("sort", ["active", "newest"])
def test_filters_combine(crowd, lin, asked, names, sort):
    found = listed(lin, f"{asked.format(**crowd)}&sort={sort}")
    assert sorted(found) == sorted(names.split())
    assert sort != "active" or found == names.split()


def test_a_filter_stands_in_a_chip_that_takes_it_away(client, crowd, lin):
    client.force_login(lin)
    page = client.get("{}?q=us&state=blocked&account={shop}&tag={vip}".format(PAGE, **crowd))
    chips = {chip.words: chip.without for chip in page.context["chips"]}
    assert chips.keys() == {"Shop", "VIP", "Blocked"}
    assert chips["Blocked"] == "q=us&account={shop}&tag={vip}".format(**crowd)


# --- rows -----------------------------------------------------------------------------------------


def test_a_row_leads_to_the_open_session_or_to_what_is_known_beside_the_last_one(client, lin):
    client.force_login(lin)
    busy, idle = person("Busy"), person("Idle")
    make_ended_session(busy, ended_at=timezone.now() - timedelta(days=3))
    open_one = make_session(busy, lin)
    make_ended_session(idle, ended_at=timezone.now() - timedelta(days=3))
    last = make_ended_session(idle)
    page = client.get(PAGE).content.decode()
    assert f'href="/sessions/{open_one.pk}/"' in page
    assert f'href="/sessions/{last.pk}/#customer"' in page
    assert page.count('<a id="open-') == 2


def test_who_has_no_session_is_no_link_and_says_why(client, lin):
    client.force_login(lin)
    make_customer(nickname="Silent", last_in_at=None)
    person("Past", 90)
    page = client.get(PAGE).content.decode()
    assert "No session: has not written yet" in page
    assert "No session: wrote before" in page
    assert '<a id="open-' not in page


def test_a_row_says_how_it_stands_with_somebody(client, lin):
    client.force_login(lin)
    wang = person("Wang", rejects=True)
    for rating in (2, 4):
        ended = make_ended_session(wang)
        Survey.objects.create(session=ended, rating=rating, answered_at=timezone.now())
    make_message(make_session(wang, make_agent("chen", display_name="Chen")))
    Block.objects.create(customer=wang, reason="rude")
    tagged("VIP", wang)
    (row,) = page_of(lin).rows
    assert (row.customer.sessions_count, row.customer.rating, row.session.unread) == (3, 4, 1)
    page = client.get(PAGE).content.decode()
    for words in ("Chen", "Blocked", "Muted", "VIP", "3 sessions"):
        assert words in page, words
