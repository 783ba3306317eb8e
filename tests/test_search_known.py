"""What is found beyond messages and names: by tags, and in what agents wrote down about customers."""

import pytest
from django.core.management import call_command
from django.db import connection

from sessions import known, operators, search
from sessions.models import CustomField, FieldValue, Remark, Tag
from tests.factories import make_account, make_agent, make_customer, make_message, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def wang(lin):
    return make_session(make_customer(nickname="Wang Fang"), lin).customer


def texts(agent, question: str) -> list[str]:
    return [hit.message.text for hit in search.find(agent, question).hits]


def people(agent, question: str) -> list[str]:
    return [str(person.customer) for person in search.find(agent, question).people]


def written(agent, question: str) -> list[str]:
    return [each.row.words for each in search.find(agent, question).known]


def note(customer, text: str, by=None) -> Remark:
    return Remark.objects.create(customer=customer, text=text, author=by)


def keep(customer, name: str, value, kind: str = "text", by=None) -> FieldValue:
    field, _is_new = CustomField.objects.get_or_create(name=name, defaults={"kind": kind})
    seen = FieldValue.objects.filter(customer=customer, field=field).first()
    return field.keep(customer, value, by, seen.version if seen else 0)


# --- tags -----------------------------------------------------------------------------------------


def test_a_tag_finds_what_was_said_in_its_sessions_and_with_its_customers(lin):
    refund = Tag.objects.create(name="退款 Refund")
    vip = Tag.objects.create(name="VIP", scope=Tag.Scope.CUSTOMER)
    first, second = (make_session(make_customer(nickname=name)) for name in ("Ann", "Bob"))
    earlier = make_session(second.customer, ended_at=second.opened_at)
    refund.sessions.add(first)
    vip.customers.add(second.customer)
    for session, text in ((first, "包裹一"), (earlier, "包裹二"), (second, "包裹三")):
        make_message(session, text)
    make_message(make_session(make_customer(nickname="Vip Person")), "包裹四")
    assert texts(lin, "tag:退款") == ["包裹一"]
    assert texts(lin, "包裹 tag:vip") == ["包裹三", "包裹二"]
    assert texts(lin, 'tag:"退款 refund" 三') == []
    assert people(lin, "tag:VIP") == ["Bob"]
    assert people(lin, "tag:VIP bo") == ["Bob"]
    assert people(lin, "tag:VIP ann") == []
    assert people(lin, "tag:退款") == []


def test_the_tag_of_exactly_that_name_is_meant_before_those_that_contain_it(lin):
    for name in ("vip", "vip gold"):
        tag = Tag.objects.create(name=name)
        session = make_session()
        tag.sessions.add(session)
        make_message(session, f"of {name}")
    assert texts(lin, "tag:vip") == ["of vip"]
    assert texts(lin, "tag:gold") == ["of vip gold"]


def test_a_tag_of_too_many_is_looked_for_among_all_messages(lin, monkeypatch):
    monkeypatch.setattr(operators, "MOST_TAGGED", 2)
    tag = Tag.objects.create(name="refund")
    for number in range(3):
        session = make_session()
        tag.sessions.add(session)
        make_message(session, f"包裹 {number}")
        make_message(make_session(), f"包裹 other {number}")
    assert texts(lin, "tag:refund") == ["包裹 2", "包裹 1", "包裹 0"]
    assert texts(lin, "tag:refund 1") == ["包裹 1"]


def test_a_tag_shows_nobody_more_than_they_may_see(lin):
    shop, other = make_account("Shop"), make_account("Other")
    tag = Tag.objects.create(name="VIP", scope=Tag.Scope.CUSTOMER)
    for account in (shop, other):
        session = make_session(make_customer(account, nickname=f"Of {account}"))
        tag.customers.add(session.customer)
        make_message(session, f"at {account}")
    eve = make_agent("eve", shop)
    assert (texts(eve, "tag:vip"), people(eve, "tag:vip")) == (["at Shop"], ["Of Shop"])
    assert search.find(make_agent("nobody", make_account("Third")), "tag:vip").is_nothing


def test_a_tag_that_is_not_there_is_said(lin):
    assert search.find(lin, "tag:nonsense").problem == "No tag is called “nonsense”."


def test_a_tag_that_nothing_has_finds_nothing(lin):
    Tag.objects.create(name="new")
    make_message(make_session(), "包裹")
    assert search.find(lin, "tag:new").is_nothing


# --- notes and fields -----------------------------------------------------------------------------


def test_what_is_written_down_is_found_from_one_character_on(lin, wang):
    note(wang, "喜欢龙井茶，周末再打电话")
    keep(wang, "Level", "金卡会员")
    for question in ("茶", "龙井", "周末 电话", '"再打电话"'):
        assert written(lin, question) == ["喜欢龙井茶，周末再打电话"], question
    for question in ("金", "会员"):
        assert written(lin, question) == ["金卡会员"], question
    assert written(lin, "茶 会员") == []


def test_the_youngest_stands_first_and_says_where_it_stands(lin, wang):
    note(wang, "tea in the morning", by=lin)
    keep(wang, "Drinks", ["green tea", "water"], kind="several", by=lin)
    found = search.find(lin, "tea").known
    assert [(each.row.heading, str(each.row.writer)) for each in found] == [
        ("Drinks", "Lin"),
        ("", "Lin"),
    ]
    assert [piece.text for piece in found[1].pieces if piece.is_hit] == ["tea"]
    assert found[0].session == wang.sessions.get().pk


def test_what_is_changed_or_deleted_is_no_longer_found(lin, wang):
    remark = note(wang, "likes tea")
    remark.text = "likes coffee"
    remark.save()
    keep(wang, "Drinks", "tea")
    value = keep(wang, "Drinks", "coffee")
    assert written(lin, "tea") == []
    assert written(lin, "coffee") == ["coffee", "likes coffee"]
    remark.delete()
    value.field.delete()
    assert written(lin, "coffee") == []


def test_a_value_that_is_no_text_has_no_words(lin, wang):
    keep(wang, "Member", True, kind="yes_no")
    keep(wang, "Born", "1990-05-06", kind="date")
    keep(wang, "Orders", "12", kind="number")
    assert written(lin, "true") == []
    assert written(lin, "1990-05") == ["May 6, 1990"]
    assert written(lin, "12") == ["12"]


def test_notes_about_customers_of_other_accounts_are_not_found():
    shop, other = make_account("Shop"), make_account("Other")
    for account in (shop, other):
        customer = make_session(make_customer(account)).customer
        note(customer, f"秘密 {account}")
        keep(customer, "Secret", f"秘密 field {account}")
    eve = make_agent("eve", shop)
    assert written(eve, "秘密") == ["秘密 field Shop", "秘密 Shop"]
    assert written(eve, "account:Other 秘密") == []
    assert not search.find(eve, "秘密").has_more_known


def test_an_account_or_a_tag_narrows_down_notes_and_whatever_is_of_messages_hides_them(lin, wang):
    note(wang, "likes tea")
    tag = Tag.objects.create(name="VIP", scope=Tag.Scope.CUSTOMER)
    assert written(lin, "tag:vip tea") == []
    tag.customers.add(wang)
    assert written(lin, "tag:vip tea") == ["likes tea"]
    assert written(lin, f"account:{wang.account} tea") == ["likes tea"]
    assert written(lin, "from:customer tea") == []


def test_a_few_are_shown_and_that_there_are_more(client, lin, wang):
    for number in range(search.KNOWN + 1):
        note(wang, f"tea {number} <b>")
    client.force_login(lin)
    page = client.get("/search/", {"q": "tea"}).content.decode()
    assert page.count("<mark>tea</mark>") == search.KNOWN
    assert "More notes and fields match" in page
    assert "Notes and fields of customers" in page
    assert "<b>" not in page
    assert f'href="/sessions/{wang.sessions.get().pk}/#customer"' in page


def test_the_index_is_made_anew_of_what_is_there(lin, wang):
    note(wang, "likes tea")
    keep(wang, "Drinks", "tea")
    known.remove()
    call_command("reindex")
    assert written(lin, "tea") == ["tea", "likes tea"]


def test_who_is_deleted_is_forgotten(lin, wang):
    note(wang, "likes tea")
    keep(wang, "Drinks", "tea")
    wang.delete()
    with connection.cursor() as cursor:
        for index in (known.of_remarks(), known.of_values()):
            cursor.execute(f"SELECT count(*) FROM {index.table}")
            assert cursor.fetchone() == (0,)


def test_a_trigger_that_a_migration_dropped_is_put_back(lin, wang):
    remark = note(wang, "likes tea")
    with connection.cursor() as cursor:
        on = " ON kf_sessions_remark" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER kf_sessions_search_remark_forget{on}")
    known.mend()
    remark.delete()
    assert list(known.remarks(search.Query.of("tea"))) == []
