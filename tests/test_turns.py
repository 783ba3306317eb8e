"""Two agents answer the same customer: the second is asked, keeps the text, and may take over."""

import re

import pytest

from tests.elsewhere import here, others, writing
from tests.factories import make_message, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.usefixtures("lin_is_here")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def asked(lin):
    session = make_session(agent=lin)
    session.question = make_message(session, "Where is it?")
    return session


def send(client, session, htmx=True, **fields):
    fields = {"text": "On its way", **fields}
    headers = HTMX if htmx else {}
    return client.post(f"/sessions/{session.pk}/reply/", fields, headers=headers)


def answers(session) -> list[str]:
    return [message.text for message in session.messages.filter(direction="out")]


def test_while_a_colleague_writes_the_text_is_kept_and_the_question_asked(client, wang, asked):
    with others(writing(wang, asked)):
        answer = send(client, asked, htmx=False)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ">On its way</textarea>" in page
    assert "Wang is answering. Your text is kept." in page
    assert "Wang is answering – take over?" in page
    assert answers(asked) == []


def test_taking_over_sends(client, wang, asked):
    with others(writing(wang, asked)):
        assert send(client, asked, take="1").status_code == 200
    assert answers(asked) == ["On its way"]


def test_ones_own_turn_in_another_tab_blocks_nobody(client, lin, asked):
    with others(writing(lin, asked)):
        assert send(client, asked).status_code == 200


def test_who_only_looks_or_writes_elsewhere_blocks_nobody(client, wang, asked):
    with others(here(wang, asked), writing(wang, make_session())):
        assert send(client, asked).status_code == 200


def test_a_turn_that_is_given_up_blocks_nobody(client, wang, asked):
    with others(writing(wang, asked)):
        pass
    assert send(client, asked).status_code == 200


def test_a_colleagues_answer_that_was_not_read_is_asked_about_once(client, wang, asked):
    answer = make_message(asked, "It left today", ours=True, author=wang)
    first = send(client, asked, seen=asked.question.pk)
    assert first.status_code == 422
    assert "Wang answered while you typed" in first.content.decode()
    assert f'name="seen" value="{answer.pk}"' in first.content.decode()
    assert send(client, asked, seen=answer.pk).status_code == 200
    assert answers(asked) == ["It left today", "On its way"]


def test_ones_own_answer_is_no_news(client, lin, asked):
    make_message(asked, "One moment", ours=True, author=lin)
    assert send(client, asked, seen=asked.question.pk).status_code == 200


def test_what_was_a_draft_in_two_tabs_is_not_sent_twice_unasked(client, lin, asked):
    assert send(client, asked, seen=asked.question.pk).status_code == 200
    again = send(client, asked, seen=asked.question.pk)
    assert again.status_code == 422
    assert "You have just sent this from another tab" in again.content.decode()
    assert answers(asked) == ["On its way"]
    [seen] = re.findall(r'name="seen" value="(\d+)"', again.content.decode())
    assert send(client, asked, seen=seen).status_code == 200
    assert answers(asked) == ["On its way", "On its way"]


def test_a_repeated_request_is_not_asked_whether_it_was_answered(client, wang, asked):
    fields = {"msgid": "0" * 31 + "1", "seen": asked.question.pk}
    assert send(client, asked, **fields).status_code == 200
    make_message(asked, "It left today", ours=True, author=wang)
    with others(writing(wang, asked)):
        assert send(client, asked, **fields).status_code == 200
    assert answers(asked).count("On its way") == 1


# --- forms of their own -----------------------------------------------------------------------

QUESTION = {"head": "Is it here?", "first": "Yes"}


def ask(client, session, **fields):
    address = f"/sessions/{session.pk}/send/msgmenu/"
    return client.post(address, QUESTION | fields, headers=HTMX)


def test_a_form_of_its_own_asks_too(client, wang, asked):
    with others(writing(wang, asked)):
        answer = ask(client, asked).content.decode()
        assert "Wang is answering – take over?" in answer
        assert "Is it here?</textarea>" in answer
        assert not asked.messages.filter(direction="out").exists()
        assert ask(client, asked, take="1").status_code == 200
    assert asked.messages.filter(kind="msgmenu").count() == 1


def test_a_form_shows_what_came_while_it_was_filled_in_and_is_sent_by_the_second_send(
    client, lin, asked
):
    make_message(asked, "It left today", ours=True, author=lin)
    newer = make_message(asked, "No, it has come!")
    first = ask(client, asked, seen=asked.question.pk)
    page = first.content.decode()
    assert first.status_code == 422
    assert "The customer wrote while you typed" in page
    assert "Wang Fang: <q>No, it has come!</q>" in page
    assert "<q>It left today</q>" not in page
    assert "Is it here?</textarea>" in page
    assert f'name="seen" value="{newer.pk}"' in page
    assert not asked.messages.filter(kind="msgmenu").exists()
    assert ask(client, asked, seen=newer.pk).status_code == 200


def test_a_form_begins_with_what_the_page_had_shown(client, asked):
    make_message(asked, "Hello?")
    address = f"/sessions/{asked.pk}/send/location/"
    page = client.get(address, {"seen": asked.question.pk}).content.decode()
    assert f'name="seen" value="{asked.question.pk}"' in page


# --- once more --------------------------------------------------------------------------------


@pytest.fixture
def failed(asked, lin):
    return make_message(asked, "It left", ours=True, author=lin, status="failed", failure_code=-1)


def retry(client, message, htmx=True, press="message", **fields):
    fields = {press: message.pk, **fields}
    headers = HTMX if htmx else {}
    address = f"/sessions/{message.session_id}/retry/"
    answer = client.post(address, fields, headers=headers)
    message.refresh_from_db()
    return answer


def test_a_retry_asks_too(client, wang, failed):
    with others(writing(wang, failed.session)):
        answer = retry(client, failed, htmx=False)
    button = rf'<button [^>]*form="retry" name="take" value="{failed.pk}">Wang is answering'
    assert answer.status_code == 422
    assert re.search(button, answer.content.decode())
    assert failed.status == "failed"


def test_a_retry_can_take_over(client, wang, failed):
    with others(writing(wang, failed.session)):
        assert retry(client, failed, press="take").status_code == 200
    assert failed.status == "queued"


def test_a_retry_asks_once_about_what_was_not_read(client, failed):
    newer = make_message(failed.session, "Never mind")
    first = retry(client, failed, seen=failed.pk)
    assert first.status_code == 422
    assert "Something was said meanwhile." in first.content.decode()
    assert f'id="shown" type="hidden" name="seen" value="{newer.pk}"' in first.content.decode()
    assert failed.status == "failed"
    assert retry(client, failed, seen=newer.pk).status_code == 200
    assert failed.status == "queued"


def test_what_a_page_says_it_has_seen_may_be_nonsense(client, failed):
    assert retry(client, failed, seen="much").status_code == 200
