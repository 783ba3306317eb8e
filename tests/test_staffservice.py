"""A second system in the same inbox: from an app's call to our answer."""

import httpx
import pytest

from messaging import outbox, rates
from messaging.backends.staffservice.crypto import signature
from messaging.models import Customer, Message
from sessions import silence, surveys
from sessions.actions import Action, Refused
from sessions.models import Session, Survey
from tests.factories import make_agent
from tests.staff import APP, BARE, SECRET, ask, connected, says, text, work
from tests.wire import outcome, reply

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def app(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def lin():
    return make_agent("lin")


def test_a_text_may_be_longer_than_wecom_takes(app, lin, client):
    session = says("Tell me all of it")
    client.force_login(lin)
    address = f"/sessions/{session.pk}/"
    assert 'data-limit="20000"' in client.get(address).content.decode()
    assert client.post(f"{address}reply/", {"text": "x" * 3000}).status_code == 302
    answer = client.post(f"{address}reply/", {"text": "x" * 20_001})
    assert "1 bytes too long: one message takes 20000" in answer.content.decode()
    work()
    assert [len(told["Content"]) for told in app.heard] == [3000]


# --- what comes in ------------------------------------------------------------------------------


def test_the_first_message_opens_a_session_with_the_customers_name(app):
    session = says("在吗？", FromUserName="王芳")
    session.refresh_from_db()
    assert (session.latest_text, session.unread, session.is_history) == ("在吗？", 1, False)
    assert Customer.objects.get().nickname == "王芳"


def test_asking_for_a_human_needs_no_content_and_waits_in_the_queue(app):
    ask({"FromUserId": "u1", "MsgType": "event.CLICK.RG"})
    work()
    assert Session.objects.in_queue().get().latest_kind == "ask_human"


def test_asking_for_a_human_is_a_line_in_the_thread_and_no_bubble(app, client, lin):
    ask({"FromUserId": "u1", "MsgType": "event.CLICK.RG"})
    work()
    client.force_login(lin)
    page = client.get(f"/sessions/{Session.objects.get().pk}/").content.decode()
    row = page.partition('data-kind="ask_human"')[2].partition("</li>")[0]
    assert "The customer asks for a human" in row
    assert "message__event" in row
    assert "message__bubble" not in row


def test_other_events_open_no_session(app):
    ask({"FromUserId": "u1", "MsgType": "event.subscribe"})
    work()
    assert Message.objects.get().direction == "event"
    assert not Session.objects.exists()


def test_an_unknown_kind_and_the_tag_are_kept_as_they_came(app):
    said = {"FromUserId": "u1", "MsgType": "hologram", "Content": {"x": 1}, "Tag": [1]}
    ask(said)
    work()
    message = Message.objects.get()
    assert (message.kind, message.raw) == ("unsupported", said)


def test_a_repetition_is_known_by_the_senders_id_alone(app):
    for body in (text(Tag={"MsgId": "m1"}), text(Tag={"MsgId": "m1"}), text(Tag={"MsgId": "m2"})):
        says(**body, words=body.pop("Content"))
    assert Message.objects.count() == 2
    says("Hello")
    says("Hello")  # without an id: somebody who says it again
    assert Message.objects.count() == 4


def test_demand_and_leavemessage_are_messages_too(app):
    ask({"user_id": "u1", "msgtype": "text", "content": "Help"}, path=BARE[:-7] + "demand")
    left = {"FromUserId": "u1", "user_id": None, "subject": "Bill", "content": "Wrong"}
    ask(left, path=f"/api/v1/{APP}/leavemessage")
    work()
    assert [message.text for message in Message.objects.order_by("id")] == ["Help", "Bill\nWrong"]


# --- what goes out ------------------------------------------------------------------------------


def test_an_answer_is_signed_and_names_who_gives_it(app, lin):
    session = says()
    sent = reply(session, lin, "您好")
    work()
    assert outcome(sent) == "accepted"
    assert app.heard == [
        {
            "ToUserId": "u1",
            "ServiceId": str(session.pk),
            "MsgType": "text",
            "Content": "您好",
            "Tag": {"MsgId": sent.msgid},
            "WorkerNum": str(lin.pk),
            "WorkerName": "Lin",
        }
    ]
    request = app.addresses[0]
    assert request.url.path == "/qmtapi/staffService/message"
    assert request.headers["content-type"] == "application/json"
    query = request.url.params
    assert query["signature"] == signature(APP, SECRET, query["timestamp"])


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("gone"),
        httpx.Response(200, text="<html>"),
        httpx.Response(502, text="bad gateway"),
    ],
)
def test_what_may_have_arrived_is_sent_again_only_when_an_agent_says_so(app, lin, fault):
    session = says()
    app.faults.append(fault)
    sent = reply(session, lin)
    work()
    work()
    assert outcome(sent) == "unknown"
    assert len(app.addresses) == 1
    assert outbox.retry(sent)
    work()
    assert outcome(sent) == "accepted"
    assert app.heard[0]["Tag"] == {"MsgId": sent.msgid}


def test_what_cannot_have_arrived_is_tried_again(app, lin):
    session = says()
    app.faults.append(httpx.ConnectError("refused"))
    sent = reply(session, lin)
    work()
    work()
    assert outcome(sent) == "accepted"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"errcode": 40001, "errmsg": "no such user"}),
        httpx.Response(500, json={"errcode": 0, "errmsg": "no such user"}),
    ],
)
def test_what_the_app_refuses_has_failed_with_its_words(app, lin, answer):
    session = says()
    app.faults.append(answer)
    sent = reply(session, lin)
    work()
    assert outcome(sent) == "failed"
    assert "no such user" in sent.failure_text


def test_what_has_to_wait_for_the_next_minute_is_not_in_doubt(app, lin, monkeypatch):
    session = says()
    sent = reply(session, lin)
    monkeypatch.setattr(rates, "take", lambda *call: False)
    work()
    assert outcome(sent) == "queued"
    monkeypatch.undo()
    assert not app.addresses


def test_what_a_dead_worker_had_in_hand_is_not_sent_again(app, lin):
    session = says()
    sent = reply(session, lin)
    Message.objects.filter(pk=sent.pk).update(status="sending", attempts=1)
    work()
    assert outcome(sent) == "unknown"
    assert not app.addresses


# --- the desk -----------------------------------------------------------------------------------


def test_nothing_is_offered_that_the_app_cannot_do(app, lin, client):
    session = says()
    verdicts = session.actions()
    offered = {action for action, verdict in verdicts.items() if verdict}
    assert {Action.REPLY, Action.END, Action.TRANSFER_AGENT} <= offered
    assert not {Action.TRANSFER_POOL, Action.TRANSFER_SERVICER} & offered
    with pytest.raises(Refused):
        session.reply(lin, "image", {"name": "a.png"})
    client.force_login(lin)
    page = client.get(f"/sessions/{session.pk}/").content.decode()
    for words in ("Messages left", "Window closes", "Question with buttons"):
        assert words not in page
    dialog = client.get(f"/sessions/{session.pk}/transfer/", headers={"HX-Request": "true"})
    assert "To a colleague" in dialog.content.decode()
    assert "WeCom" not in dialog.content.decode()


def test_there_is_no_budget_and_no_window(app, lin):
    session = says()
    Customer.objects.update(last_in_at="2020-01-01T00:00Z")
    for number in range(7):
        reply(session, lin, str(number))
    work()
    assert [message["Content"] for message in app.heard] == list("0123456")
    assert not silence.end()


def test_accept_transfer_and_end_are_ours_alone(app, lin):
    session = says()
    session.accept(lin)
    session.transfer_to_agent(make_agent("wei"), by=lin)
    session.end(lin)
    work()
    assert not app.addresses
    again = says("One more thing")
    assert again.pk != session.pk
    assert again.actions()[Action.REPLY]


@pytest.mark.parametrize("words", ["5", " ５ ", "5分"])
def test_a_number_after_the_end_answers_the_survey_and_opens_nothing(app, lin, words):
    session = says()
    session.end(lin, survey=surveys.ask)
    work()
    assert "5 非常满意" in app.heard[-1]["Content"]
    says(words)
    assert Survey.objects.get().rating == 5
    assert Session.objects.count() == 1
    says("5")  # the question has been answered: this is something else
    assert Session.objects.count() == 2


def test_a_number_after_other_words_is_no_answer(app, lin):
    session = says()
    session.end(lin, survey=surveys.ask)
    work()
    says("Wait")
    says("3")
    assert Survey.objects.get().rating is None
    assert Session.objects.count() == 2


def test_a_number_a_day_later_is_no_answer(app, lin):
    session = says()
    session.end(lin, survey=surveys.ask)
    Survey.objects.update(asked_at="2020-01-01T00:00Z")
    says("3")
    assert Survey.objects.get().rating is None
