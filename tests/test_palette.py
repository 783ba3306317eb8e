"""What the command bar finds beside commands, and that it is only what its agent may see."""

import pytest

from messaging import search
from messaging.models import Customer, Message
from sessions import palette
from sessions.models import SavedView
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_phrase,
    make_session,
)
from tests.test_query_counts import lookups_apart

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def shop():
    return make_account("Shop")


@pytest.fixture
def lin(client, shop):
    lin = make_agent("lin", shop)
    client.force_login(lin)
    return lin


def names(agent, text: str) -> list[str]:
    return [str(session.customer) for session in palette.find(agent, text).sessions]


@pytest.mark.parametrize("text", ["王芳", "王", "wangfang", "wangf", "wf", "WF", "Shao"])
def test_a_customer_is_found_by_name_pinyin_and_initials(lin, text):
    make_session(make_customer(nickname="王芳 Shaoxing"))
    make_session(make_customer(nickname="李雷"))
    assert names(lin, text) == ["王芳 Shaoxing"]


def test_search_is_not_asked_by_pinyin(client, lin):
    """There, wang is somebody of that name."""
    make_session(make_customer(nickname="王芳"))
    assert "王芳" not in client.get("/search/", {"q": "from:wang"}).content.decode()
    assert "王芳" in client.get("/search/", {"q": "王芳"}).content.decode()


def test_an_index_of_before_is_written_anew(lin):
    session = make_session(make_customer(nickname="王芳"))
    search.remove()
    search.install()
    assert names(lin, "wf") == []
    assert list(search.rebuild(Message, Customer))
    assert names(lin, "wf") == [str(session.customer)]


def test_each_customer_once_where_they_stand_now(lin):
    wang = make_customer(nickname="Wang")
    make_ended_session(wang)
    now = make_session(wang)
    make_ended_session(make_customer(nickname="Wang the second"))
    found = palette.find(lin, "wang").sessions
    assert [session.is_ended for session in found] == [False, True]
    assert found[0] == now


def test_others_accounts_are_not_found(client, lin):
    elsewhere = make_account("Elsewhere")
    session = make_session(make_customer(elsewhere, nickname="Wang"))
    make_phrase(elsewhere, title="Wang's phrase")
    assert names(lin, "wang") == []
    answer = client.get("/find/", {"q": "wang", "session": session.pk}).content.decode()
    assert "bar-session-" not in answer
    assert "bar-phrase-" not in answer


def test_without_words_it_shows_what_one_holds(lin):
    mine = make_session(make_customer(nickname="Mine"), lin)
    make_session(make_customer(nickname="Queued"))
    assert palette.find(lin, " ").sessions == [mine]


def test_views_are_found_ones_own_and_shared(lin):
    other = make_agent("wang")
    SavedView.objects.create(name="VIP refunds", owner=lin, query="tab=all")
    SavedView.objects.create(name="Refunds of all", owner=other, is_shared=True, query="tab=all")
    SavedView.objects.create(name="Refunds of wang", owner=other, query="tab=all")
    found = {view.name for view in palette.find(lin, "refund").views}
    assert found == {"VIP refunds", "Refunds of all"}


@pytest.mark.parametrize("text", ["退款", "tuikuan", "tui'kuan", "tk", "TKCS", "vip", "kuan vip"])
def test_views_are_found_by_pinyin_and_its_initials(lin, text):
    view = SavedView.objects.create(name="退款超时 VIP", owner=lin, query="tab=all")
    SavedView.objects.create(name="等待", owner=lin, query="tab=all")
    assert palette.find(lin, text).views == [view]
    view.name = "等待中"
    view.save()
    assert palette.find(lin, text).views == []


def test_phrases_are_filled_in_for_the_session_that_is_open(client, lin):
    session = make_session(make_customer(nickname="Fang"), lin)
    make_phrase(lin, title="Hello", body="Hello {customer}")
    answer = client.get("/find/", {"q": "hel", "session": session.pk}).content.decode()
    assert 'data-text="Hello Fang"' in answer
    assert "data-text" not in client.get("/find/", {"q": "hel"}).content.decode()


def test_it_asks_as_often_for_many_as_for_one(client, lin):
    session = make_session(make_customer(nickname="Wang 0"), lin)

    def ask():
        return client.get("/find/", {"q": "wang", "session": session.pk})

    few = lookups_apart(ask)
    for number in range(1, 30):
        make_session(make_customer(nickname=f"Wang {number}"), make_agent(f"a{number}"))
        make_phrase(lin, title=f"Wang {number}")
        SavedView.objects.create(name=f"Wang {number}", owner=lin, query="tab=all")
    assert lookups_apart(ask) == few <= 9


def test_odd_words_are_no_error(client, lin):
    for words in ("", '"', "  ", "*", "a" * 500, "'; --", "\0x", "😀"):
        assert client.get("/find/", {"q": words, "session": "x"}).status_code == 200
