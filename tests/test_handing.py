"""Handing over: to whom, who is there and how busy, with a note that comes along or not at all."""

import re

import pytest

from messaging import live
from messaging.models import Message
from sessions.models import AccountRules, Agent, Mention
from tests.elsewhere import here, others
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_ended_session,
    make_message,
    make_servicer,
    make_session,
    make_team,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.usefixtures("lin_is_here")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def session(lin):
    return make_session(make_customer(make_account("Shop")), lin)


def transfer(client, session, to, htmx=True, **fields):
    headers = HTMX if htmx else {}
    address = f"/sessions/{session.pk}/transfer/"
    answer = client.post(address, {"to": str(to), **fields}, headers=headers)
    session.refresh_from_db()
    return answer


def dialog(client, session) -> str:
    page = client.get(f"/sessions/{session.pk}/transfer/", headers=HTMX).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def notes(session) -> list[str]:
    return [note.text for note in session.messages.filter(direction="note")]


def test_the_dialog_says_who_is_there_and_how_busy(client, lin, wang, session):
    mei, zoe = make_agent("mei"), make_agent("zoe")
    zoe.be(Agent.Status.AWAY)
    for _ in range(2):
        make_session(make_customer(), wang)
    make_ended_session(agent=wang)
    with others(here(wang), here(zoe, session)):
        words = dialog(client, session)
    assert "Wang Online · 2 open" in words
    assert "Zoe Away · 0 open" in words
    assert "Mei Offline · 0 open" in words
    assert words.index("Wang") < words.index("Zoe") < words.index("Mei")
    assert mei.status == "online"


def test_servicers_are_listed_with_the_reason_why_not(client, lin, session):
    account = session.account
    make_servicer(account, "Carol")
    make_servicer(account, "Dan", is_receiving=False)
    make_servicer(account, "Eve", is_receiving=False, is_suspended=True)
    refused = {"kind": "transfer", "direction": "event", "status": Message.Status.FAILED}
    made = {"content": {"to": "servicer", "servicer_userid": "carol"}, "text": ""}
    make_message(session, failure_type="errcode", failure_code=95014, **refused, **made)
    words = dialog(client, session)
    assert "Dan Has stopped receiving" in words
    assert "Eve Has paused receiving" in words
    assert "Carol Last time: This member is not a servicer" in words


def test_a_note_goes_to_the_thread_and_to_the_one_who_takes_over(client, lin, wang, session):
    transfer(client, session, f"agent-{wang.pk}", note="She wants a refund")
    note = session.messages.get(direction="note")
    assert (session.agent, note.text, note.author) == (wang, "She wants a refund", lin)
    assert note.content["handed_to"] == "Wang"
    assert Mention.objects.get().agent == wang
    assert Mention.objects.get().message == note
    assert not session.messages.filter(direction="out").exists()


def test_who_takes_over_is_told_at_once(
    client, lin, wang, session, monkeypatch, django_capture_on_commit_callbacks
):
    heard = []
    monkeypatch.setattr(live, "announce", lambda group, html="", data=None: heard.append(group))
    with django_capture_on_commit_callbacks(execute=True):
        transfer(client, session, f"agent-{wang.pk}", note="She wants a refund")
    assert f"user-{wang.pk}" in heard


def test_without_a_note_none_is_written(client, lin, wang, session):
    transfer(client, session, f"agent-{wang.pk}", note="  ")
    assert (session.agent, notes(session)) == (wang, [])


def test_a_refused_transfer_writes_no_note_and_keeps_the_words_in_the_dialog(client, lin, session):
    servicer = make_servicer(session.account, "Carol", is_receiving=False)
    answer = transfer(client, session, f"servicer-{servicer.pk}", note="Be kind")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.startswith("<dialog")
    assert "No servicer of this account is receiving" in page
    assert ">Be kind</textarea>" in page
    assert notes(session) == []


def test_nobody_chosen_keeps_the_words(client, lin, session):
    answer = transfer(client, session, "agent-999", note="Be kind")
    assert "Choose again" in answer.content.decode()
    assert ">Be kind</textarea>" in answer.content.decode()


def test_what_was_chosen_stays_chosen(client, lin, wang, session):
    answer = transfer(client, session, f"agent-{wang.pk}", note="x" * 5001)
    assert re.search(rf'value="agent-{wang.pk}" required checked', answer.content.decode())


def test_a_team_is_its_member_who_is_there_and_has_the_fewest(client, lin, wang, session):
    mei, zoe = make_agent("mei"), make_agent("zoe")
    zoe.be(Agent.Status.AWAY)
    team = make_team("Returns", lin, wang, mei, zoe)
    make_session(make_customer(), wang)
    with others(here(lin), here(wang), here(mei), here(zoe)):
        assert "Returns 2 online; Mei has the fewest and gets it" in dialog(client, session)
        transfer(client, session, f"team-{team.pk}", note="Your case")
    assert session.agent == mei
    assert session.messages.get(kind="transfer").content["team"] == "Returns"
    assert {mention.agent for mention in Mention.objects.all()} == {mei}


def test_a_team_of_which_nobody_is_there_finds_it_in_the_queue(client, lin, wang, session):
    team = make_team("Returns", lin, wang)
    assert "Returns Nobody is online: it waits in the queue" in dialog(client, session)
    answer = transfer(client, session, f"team-{team.pk}", note="Your case")
    assert "nobody is online, it waits in the queue" in answer.content.decode()
    assert session.agent is None
    assert {mention.agent for mention in Mention.objects.all()} == {wang}


def test_teams_of_other_accounts_or_without_anybody_are_not_offered(client, lin, session):
    make_team("Elsewhere", make_agent("mei"), accounts=(make_account("Other"),))
    make_team("Alone", lin)
    make_team("Strangers", make_agent("zoe", make_account("Third")))
    words = dialog(client, session)
    assert not {"Elsewhere", "Alone", "Strangers"} & set(words.split())


def test_back_into_the_queue(client, lin, session):
    transfer(client, session, "queue", note="Too hard for me")
    assert (session.agent, notes(session)) == (None, ["Too hard for me"])


def test_a_long_list_can_be_searched_a_short_one_need_not(client, lin, session):
    assert 'type="search"' not in client.get(f"/sessions/{session.pk}/transfer/").content.decode()
    for number in range(9):
        make_agent(f"mate{number}")
    assert 'type="search"' in client.get(f"/sessions/{session.pk}/transfer/").content.decode()


# --- only the assignee may reply --------------------------------------------------------------


@pytest.fixture
def reserved(session, wang):
    AccountRules.objects.create(account=session.account, only_assignee_replies=True)
    session.agent = wang
    session.save()
    return session


def test_others_are_refused_with_their_words_kept_and_the_ways_out(client, lin, reserved):
    answer = client.post(f"/sessions/{reserved.pk}/reply/", {"text": "I know"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Only Wang may reply here." in page
    assert ">I know</textarea>" in page
    assert 'name="to" value="me"' in page
    assert 'for="mode-note"' in page


def test_who_takes_over_may_reply(client, lin, reserved):
    transfer(client, reserved, "me")
    assert reserved.agent == lin
    assert client.post(f"/sessions/{reserved.pk}/reply/", {"text": "I know"}).status_code == 302


def test_the_assignee_and_who_answers_from_the_queue_may_reply(client, wang, reserved):
    client.force_login(wang)
    assert client.post(f"/sessions/{reserved.pk}/reply/", {"text": "I know"}).status_code == 302
    reserved.agent = None
    reserved.save()
    client.force_login(make_agent("mei"))
    assert client.post(f"/sessions/{reserved.pk}/reply/", {"text": "Me too"}).status_code == 302


def test_others_may_leave_a_note(client, lin, reserved):
    client.post(f"/sessions/{reserved.pk}/note/", {"note": "Ask me"})
    assert notes(reserved) == ["Ask me"]


# --- one's own status -------------------------------------------------------------------------


def test_the_status_is_kept_and_shown(client, lin):
    answer = client.post("/status/", {"status": "away"}, headers=HTMX).content.decode()
    lin.refresh_from_db()
    assert lin.status == "away"
    assert re.search(r'value="away" aria-pressed="true"', answer)
    assert "presence--away" in client.get("/").content.decode()
    client.post("/status/", {"status": "flying"})
    lin.refresh_from_db()
    assert lin.status == "away"
