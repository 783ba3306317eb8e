"""Accept, reply, transfer, end: with htmx and without, allowed and refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import Media, Message, State
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_servicer,
    make_session,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MSGID = "0" * 31 + "1"


@pytest.fixture
def lin(client):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


def post(client, session, verb: str, htmx: bool = False, **fields):
    headers = HTMX if htmx else {}
    return client.post(f"/sessions/{session.pk}/{verb}/", fields, headers=headers)


def texts(session) -> list[str]:
    return [message.text for message in session.messages.filter(kind="text")]


def test_verbs_are_no_gets(client, lin):
    session = make_session()
    for verb in ("accept", "reply", "read"):
        assert client.get(f"/sessions/{session.pk}/{verb}/").status_code == 405


def test_accepting_makes_it_mine(client, lin):
    session = make_session()
    assert post(client, session, "accept")["Location"] == f"/sessions/{session.pk}/"
    session.refresh_from_db()
    assert session.agent == lin


def test_a_reply_is_queued_and_the_page_comes_again(client, lin):
    session = make_session(agent=lin)
    assert post(client, session, "reply", text="你好\r\n在的")["Location"]
    message = session.messages.get(kind="text")
    assert (message.text, message.status) == ("你好\n在的", Message.Status.QUEUED)


def test_htmx_gets_all_that_changed(client, lin):
    session = make_session(make_customer(nickname="王芳"))
    answer = post(client, session, "reply", htmx=True, text="在的", tab="mine").content.decode()
    for part in (
        "在的",
        "accepted",
        "4 of 5",
        f"#header-{session.pk}",
        f'id="session-{session.pk}"',
        'id="count-mine"',
    ):
        assert part in answer


def test_a_row_that_left_the_tab_is_taken_away(client, lin):
    session = make_session()
    answer = post(client, session, "accept", htmx=True, tab="queue").content.decode()
    assert f'<hx-partial hx-target="#session-{session.pk}" hx-swap="delete">' in answer


def test_a_text_of_2049_bytes_is_kept_and_told_by_how_much(client, lin):
    session = make_session(agent=lin)
    text = "长" * 683
    answer = post(client, session, "reply", text=text)
    assert answer.status_code == 422
    assert "1 bytes too long" in answer.content.decode()
    assert f">{text}</textarea>" in answer.content.decode()
    assert texts(session) == []


def test_a_text_of_2048_bytes_goes(client, lin):
    session = make_session(agent=lin)
    post(client, session, "reply", text="长" * 682 + "ab")
    assert len(texts(session)) == 1


def test_nothing_is_not_sent(client, lin):
    session = make_session(agent=lin)
    answer = post(client, session, "reply", htmx=True, text="  \n ")
    assert answer.status_code == 422
    assert "Write something, or attach a file." in answer.content.decode()


def test_a_refused_reply_keeps_the_text_and_says_why(client, lin):
    session = make_session(make_customer(budget_used=5), lin)
    answer = post(client, session, "reply", text="too late")
    assert answer.status_code == 422
    assert ">too late</textarea>" in answer.content.decode()
    assert "All 5 messages are used" in answer.content.decode()


def test_the_same_request_twice_sends_once(client, lin):
    session = make_session(agent=lin)
    for _ in range(2):
        assert post(client, session, "reply", text="once", msgid=MSGID).status_code == 302
    assert texts(session) == ["once"]
    session.customer.refresh_from_db()
    assert session.customer.budget_used == 1


def test_a_file_goes_with_its_words_behind_it(client, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session = make_session(agent=lin)
    upload = SimpleUploadedFile("terms.txt", b"as agreed", "text/plain")
    assert post(client, session, "reply", text="the terms", file=upload).status_code == 302
    kinds = list(session.messages.filter(direction="out").values_list("kind", flat=True))
    assert kinds == ["file", "text"]
    assert Media.objects.get().message.kind == "file"


def test_a_file_without_budget_for_both_sends_neither(client, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session = make_session(make_customer(budget_used=4), lin)
    upload = SimpleUploadedFile("terms.txt", b"as agreed", "text/plain")
    assert post(client, session, "reply", text="the terms", file=upload).status_code == 422
    assert not session.messages.exists()


def test_a_file_that_cannot_be_sent_is_refused_with_the_reason(client, lin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session = make_session(agent=lin)
    upload = SimpleUploadedFile("empty.jpg", b"x", "image/jpeg")
    answer = post(client, session, "reply", htmx=True, file=upload)
    assert answer.status_code == 422
    assert "#composer-error" in answer.content.decode()


def test_transfer_offers_those_who_can_take_over(client, lin):
    shop = make_account("Shop")
    session = make_session(make_customer(shop), lin)
    make_agent("wang", shop)
    make_agent("foreign", make_account("Other"))
    make_agent("gone", is_active=False)
    make_servicer(shop, "Li Si")
    make_servicer(shop, "Zhao", is_receiving=False)
    page = client.get(f"/sessions/{session.pk}/transfer/").content.decode()
    assert "Wang" in page
    assert "Li Si" in page
    assert "Has stopped receiving" in page
    for name in ("Foreign", "Gone"):
        assert name not in page


def test_transfer_to_an_agent(client, lin):
    session, wang = make_session(agent=lin), make_agent("wang")
    assert post(client, session, "transfer", to=f"agent-{wang.pk}").status_code == 302
    session.refresh_from_db()
    assert session.agent == wang


@pytest.mark.parametrize("to", ["pool", "servicer"])
def test_transfer_to_wecom_is_under_way(client, lin, to):
    session = make_session(agent=lin)
    servicer = make_servicer(session.account)
    where = {"pool": "pool", "servicer": f"servicer-{servicer.pk}"}[to]
    assert post(client, session, "transfer", to=where).status_code == 302
    session.refresh_from_db()
    assert session.heading_to == {"pool": State.POOL, "servicer": State.SERVICER}[to]


@pytest.mark.parametrize("to", ["", "agent-999", "servicer-x", "nonsense"])
def test_transfer_to_nobody_asks_again(client, lin, to):
    session = make_session(agent=lin)
    answer = post(client, session, "transfer", htmx=True, to=to)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_transfer_to_a_stranger_to_the_account_is_refused(client, lin):
    session = make_session(make_customer(make_account("Shop")), lin)
    stranger = make_agent("stranger", make_account("Other"))
    assert post(client, session, "transfer", to=f"agent-{stranger.pk}").status_code == 422
    session.refresh_from_db()
    assert session.agent == lin


def test_ending_asks_first_and_then_for_satisfaction(client, lin):
    session = make_session(agent=lin)
    assert "checked" in client.get(f"/sessions/{session.pk}/end/").content.decode()
    assert post(client, session, "end", survey="1").status_code == 302
    session.refresh_from_db()
    assert session.is_ended
    assert session.messages.filter(kind="msgmenu").count() == 1


def test_ending_without_the_question(client, lin):
    session = make_session(agent=lin)
    post(client, session, "end")
    assert not session.messages.filter(kind="msgmenu").exists()


def test_a_refused_verb_shows_why_and_how_things_stand(client, lin):
    session = make_ended_session()
    for htmx in (True, False):
        answer = post(client, session, "accept", htmx=htmx)
        assert answer.status_code == 422
        assert "The session has ended." in answer.content.decode()


def test_dialogs_are_parts_with_htmx_and_pages_without(client, lin):
    session = make_session(agent=lin)
    for verb in ("transfer", "end"):
        address = f"/sessions/{session.pk}/{verb}/"
        assert "<dialog" in client.get(address, headers=HTMX).content.decode()
        assert "<html" in client.get(address).content.decode()
