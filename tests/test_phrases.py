"""Phrases: whose they are, how they are found, what becomes of their variables."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from messaging import pinyin
from sessions import phrases
from sessions.models import Agent, Phrase
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_phrase,
    make_session,
    make_team,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def lin():
    return make_agent("lin")


@pytest.fixture
def session(lin):
    customer = make_customer(make_account("Shop"), "Wang Fang", entrance={"scene": "orders"})
    return make_session(customer, lin)


def titles(query) -> list[str]:
    return [phrase.title for phrase in query]


# --- whose they are -------------------------------------------------------------------------------


def test_an_agent_sees_their_own_their_teams_and_their_accounts_phrases(session, lin):
    other = make_account("Other")
    for place, title in [
        (lin, "mine"),
        (make_team("Returns", lin), "team"),
        (session.account, "account"),
        (make_agent("wei"), "another's"),
        (make_team("Sales"), "another team's"),
        (other, "another account's"),
    ]:
        make_phrase(place, title)
    seen = Phrase.objects.visible_to(lin, session.account).order_by("id")
    assert titles(seen) == ["mine", "team", "account"]
    assert "another account's" in titles(Phrase.objects.visible_to(lin))


def test_phrases_of_an_account_that_one_does_not_serve_are_not_there():
    shop, other = make_account("Shop"), make_account("Other")
    lin = make_agent("lin", shop)
    make_phrase(other, "secret")
    assert not Phrase.objects.visible_to(lin).exists()
    assert not Phrase.objects.visible_to(lin, other).exists()


def test_agents_manage_their_own_and_leads_what_they_serve():
    shop, other = make_account("Shop"), make_account("Other")
    lin, wang = make_agent("lin", shop), make_agent("wang", shop, role=Agent.Role.LEAD)
    make_phrase(lin, "lin's")
    make_phrase(shop, "shop's")
    make_phrase(other, "other's")
    make_phrase(make_team("Returns", accounts=(shop,)), "team's")
    make_phrase(make_team("Sales", accounts=(other,)), "another team's")
    assert titles(Phrase.objects.editable_by(lin)) == ["lin's"]
    assert set(titles(Phrase.objects.editable_by(wang))) == {"shop's", "team's"}


@pytest.mark.parametrize("scope", ["personal", "team", "account"])
def test_a_phrase_without_the_key_of_its_scope_is_refused(lin, scope):
    keys = {} if scope == "personal" else {"owner": lin}
    with pytest.raises(IntegrityError), transaction.atomic():
        Phrase.objects.create(scope=scope, title="lost", **keys)


# --- found ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["退款", "tuikuan", "tk", "TK", "tui'kuan", "原路", "ylfh", "3 退款", "退款 3"],  # noqa: RUF001
)
def test_a_phrase_is_found_by_words_pinyin_and_initials(session, lin, query):
    make_phrase(lin, "退款说明", "退款会在3个工作日内原路返回")
    make_phrase(lin, "问候", "您好")
    assert [o.phrase.title for o in phrases.suggest(session, lin, query)] == ["退款说明"]


def test_a_character_with_two_readings_is_read_as_its_word_is(session, lin):
    make_phrase(lin, "重庆仓库")
    assert phrases.suggest(session, lin, "chongqing")
    assert phrases.suggest(session, lin, "cqck")


def test_the_most_used_come_first_but_titles_before_texts(session, lin):
    make_phrase(lin, "Refund", uses=1)
    make_phrase(lin, "Delivery", "no refund", uses=9)
    make_phrase(lin, "Refund again", uses=5)
    found = [o.phrase.title for o in phrases.suggest(session, lin, "refund")]
    assert found == ["Refund again", "Refund", "Delivery"]
    everything = [o.phrase.title for o in phrases.suggest(session, lin, "")]
    assert everything == ["Delivery", "Refund again", "Refund"]


@pytest.mark.parametrize("query", ["%", "_", "100%", "\\"])
def test_signs_that_mean_something_to_the_database_mean_themselves(session, lin, query):
    make_phrase(lin, "Plain", "nothing special")
    assert not phrases.suggest(session, lin, query)


def test_what_is_searched_follows_every_change(session, lin):
    phrase = make_phrase(lin, "旧的")
    phrase.title = "新的"
    phrase.save(update_fields=["title"])
    assert phrases.suggest(session, lin, "xinde")
    assert not phrases.suggest(session, lin, "jiude")


def test_full_width_letters_and_capitals_are_the_same():
    assert pinyin.fold("  VIP　Ａbc ") == "vip abc"  # noqa: RUF001


def test_the_list_costs_one_query_however_many_there_are(session, lin, django_assert_num_queries):
    for number in range(30):
        make_phrase(lin if number % 2 else session.account, f"Phrase {number}")
    with django_assert_num_queries(1):
        assert len(phrases.suggest(session, lin, "phrase")) == phrases.OFFERED


# --- filled in ------------------------------------------------------------------------------------


def filled(text, session, agent):
    return phrases.fill(text, phrases.values_of(session, agent))


def test_variables_are_filled_in_for_the_session(session, lin):
    text = "{customer}, {agent} of {account}, from {entrance}"
    assert filled(text, session, lin) == "Wang Fang, Lin of Shop, from orders"


def test_the_time_left_is_counted_in_full_hours(session, lin):
    session.customer.last_in_at = timezone.now() - timedelta(hours=17, minutes=30)
    assert filled("{hours_left} h", session, lin) == "30 h"


def test_what_nobody_knows_stays_and_is_named(session, lin):
    session.customer.nickname, session.customer.last_in_at = "", None
    values = phrases.values_of(session, lin)
    text = "Dear {customer}: order {order number}, {hours_left} h, {order number}"
    assert phrases.fill(text, values) == text
    assert phrases.blanks(text, values) == ["{customer}", "{order number}", "{hours_left}"]


def test_a_name_with_braces_is_not_filled_in_again(session, lin):
    session.customer.nickname = "{agent}"
    assert filled("{customer}", session, lin) == "{agent}"


@pytest.mark.parametrize("text", ["", "{}", "{", "a } b", "{a\nb}", "{" + "x" * 40 + "}"])
def test_braces_that_are_no_variable_are_left_alone(text):
    assert phrases.blanks(text, {}) == []
    assert phrases.fill(text, {}) == text
