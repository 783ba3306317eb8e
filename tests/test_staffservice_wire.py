"""staffService over real HTTP, with an app as strict as is known: words, endings, accidents."""

import pytest

from messaging import outbox
from messaging.models import Message
from sessions import surveys
from sessions.models import Session, Survey
from tests.factories import make_agent
from tests.staff_site import WANG, drawn
from tests.wire import outcome, reply

pytest_plugins = ["tests.staff_site"]
pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lin():
    return make_agent("lin")


# --- a day of a customer ---------------------------------------------------------------------------


def test_from_the_first_word_to_the_rating(chat, lin):
    chat.app.ask_human(user_id=WANG)
    chat.says(content="我的包裹在哪里？")
    session = chat.session
    assert str(session.customer) == "王芳"
    reply(session, lin, "在路上了")
    session.refresh_from_db()
    session.transfer_to_agent(wei := make_agent("wei"), by=lin)
    reply(session, wei, "明天到")
    session.refresh_from_db()
    session.end(wei, survey=surveys.ask)
    chat.work()
    page = chat.page()
    assert page[1:4] == [
        ("customer", "我的包裹在哪里？"),
        ("agent", "在路上了"),
        ("agent", "明天到"),
    ]
    assert "5 非常满意" in page[4][1]
    chat.says(content="5")
    assert Survey.objects.get().rating == 5
    assert Session.objects.count() == 1
    assert not [call for call in chat.app.calls() if call["errcode"] or call["is_repeated"]]


def test_a_call_that_the_app_repeats_is_stored_once(chat):
    for _ in range(2):
        chat.says(content="Hello", tag={"MsgId": "m1"})
    assert Message.objects.count() == 1


def test_demand_and_leavemessage_come_through_the_same_door(chat):
    chat.app.demand(user_id=WANG, content="Help")
    chat.app.leave(user_id=WANG, subject="Bill", content="Wrong")
    chat.work()
    assert [m.text for m in Message.objects.order_by("id")] == ["Help", "Bill\nWrong"]


def test_a_wrong_secret_is_told_and_leaves_nothing(chat):
    body = {"FromUserId": WANG, "MsgType": "text", "Content": "Hello"}
    answer = chat.app.post(call="message", body=body, secret="another")
    assert answer["errcode"] == 30003
    chat.work()
    assert not Message.objects.exists()


# --- accidents -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["reset_after", "garbage"])
def test_a_lost_answer_is_unknown_and_goes_again_when_an_agent_says_so(chat, lin, fault):
    chat.says(content="Hello")
    chat.app.fault(kind=fault)
    sent = reply(chat.session, lin, "您好")
    chat.work()
    assert outcome(sent) == "unknown"
    assert "it may have arrived" in drawn(sent)
    chat.work()
    assert len(chat.app.calls()) == 1
    assert outbox.retry(sent)
    chat.work()
    assert outcome(sent) == "accepted"
    assert [call["is_repeated"] for call in chat.app.calls()] == [False, True]


def test_what_did_not_arrive_goes_again_by_itself_only_when_that_is_certain(chat, lin):
    chat.says(content="Hello")
    chat.app.fault(kind="reset")
    sent = reply(chat.session, lin, "您好")
    chat.work()
    assert outcome(sent) == "unknown"  # the connection broke off: nobody can tell


@pytest.mark.parametrize("fault", [{"kind": "errcode", "errcode": 40001}, {"kind": "status_500"}])
def test_what_the_app_refuses_has_failed(chat, lin, fault):
    chat.says(content="Hello")
    chat.app.fault(**fault)
    sent = reply(chat.session, lin, "您好")
    chat.work()
    assert outcome(sent) == "failed"


# --- as was chosen for a connection ----------------------------------------------------------------


def test_how_old_a_call_may_be_is_the_connections_own(chat, monkeypatch):
    from messaging.backends.staffservice import views
    from messaging.hooks import Refused

    query, moment = {"timestamp": "1407812629434"}, 1407812629 + 400
    query["signature"] = "82f369268e6a8ea96b0731fe4acdd823cdc122d0"
    monkeypatch.setattr(views.time, "time", lambda: moment)
    with pytest.raises(Refused):
        views.Door(chat.connection)._check(query, chat.connection.identity)
    for seconds in (500, 0):
        chat.choose(stale_seconds=seconds)
        views.Door(chat.connection)._check(query, chat.connection.identity)
