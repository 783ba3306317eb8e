"""From the composer to the outbox: drafts, long texts, news while typing, quotes, second tries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import cutting, failures
from messaging.backends import capabilities_of
from messaging.models import Connection, Message
from sessions import drafts
from sessions.models import Draft
from tests.factories import make_agent, make_message, make_session
from tests.wire import outcome, reply

PARTS = ["a", "长", "😀", "👨‍👩‍👧", "[微笑]", "e\u0301", "🇨🇳", "\n", "。", " ", "["]


@pytest.fixture
def desk(client, lin):
    client.force_login(lin)
    return client


@pytest.fixture
def mine(lin):
    session = make_session(agent=lin)
    session.asked = make_message(session, "Where is it?")
    return session


# --- where a text is cut ----------------------------------------------------------------------


@given(st.lists(st.sampled_from(PARTS), max_size=60).map("".join), st.integers(30, 60))
def test_a_text_is_cut_into_whole_glyphs_that_fit_and_make_it_up_again(text, limit):
    parts = cutting.parts(text, limit)
    assert "".join(parts) == text
    assert all(cutting.size_of(part) <= limit for part in parts)
    atoms = {m.end() for m in cutting.ATOM.finditer(text)} | {0}
    ends = [sum(map(len, parts[: n + 1])) for n in range(len(parts))]
    assert set(ends) <= atoms


@pytest.mark.parametrize("size", [2046, 2047, 2048, 2049])
@pytest.mark.parametrize("glyph", ["长", "😀", "[微笑]"])
def test_at_the_limit_nothing_is_broken(size, glyph):
    text = "x" * (size - cutting.size_of(glyph)) + glyph
    parts = cutting.parts(text)
    assert len(parts) == (2 if size > 2048 else 1)
    assert parts[-1].endswith(glyph)


def test_a_better_place_is_the_end_of_a_line_or_sentence():
    text = "长" * 600 + "。" + "长" * 100
    assert cutting.parts(text)[0].endswith("。")
    assert cutting.parts("x" * 2000 + "\n" + "x. " * 40)[0].endswith("\n")


def test_what_is_kept_for_all_fits_into_one_message_of_each_backend():
    assert (
        min(capabilities_of(name).text_bytes for name in Connection.Backend.values) == cutting.LIMIT
    )


# --- sending ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_long_text_is_split_only_when_told(desk, mine):
    text = "长" * 700
    address = f"/sessions/{mine.pk}/reply/"
    answer = desk.post(address, {"text": text})
    assert answer.status_code == 422
    assert 'name="split" value="2"' in answer.content.decode()
    desk.post(address, {"text": text, "split": "2", "msgid": "b" * 32})
    sent = list(mine.messages.filter(direction="out").order_by("id"))
    assert "".join(message.text for message in sent) == text
    assert [message.msgid == "b" * 32 for message in sent] == [False, True]
    mine.customer.refresh_from_db()
    assert mine.customer.budget_used == 2


@pytest.mark.django_db
def test_more_parts_than_were_agreed_are_not_sent(desk, mine):
    answer = desk.post(f"/sessions/{mine.pk}/reply/", {"text": "长" * 1400, "split": "2"})
    assert answer.status_code == 422
    assert not mine.messages.filter(direction="out").exists()


@pytest.mark.django_db
def test_parts_that_the_budget_does_not_cover_are_all_kept(desk, mine):
    mine.customer.budget_used = 4
    mine.customer.save()
    answer = desk.post(f"/sessions/{mine.pk}/reply/", {"text": "长" * 700, "split": "2"})
    assert answer.status_code == 422
    assert not mine.messages.filter(direction="out").exists()


@pytest.mark.django_db
def test_news_while_somebody_typed_is_read_first(desk, mine):
    news = make_message(mine, "Found it, thank you")
    address, words = f"/sessions/{mine.pk}/reply/", {"text": "We look", "seen": mine.asked.pk}
    answer = desk.post(address, words, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "wrote while you typed" in answer.content.decode()
    assert f'name="seen" value="{news.pk}"' in answer.content.decode()
    desk.post(address, words | {"seen": news.pk})
    assert mine.messages.filter(direction="out").count() == 1


# --- drafts -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_draft_is_there_in_another_browser(desk, mine, lin):
    address = f"/sessions/{mine.pk}/draft/"
    assert desk.post(address, {"text": "Half a thou", "mode": "reply"}).status_code == 204
    desk.post(address, {"text": "for the team", "mode": "note"})
    assert drafts.of(mine, lin) == {"reply": "Half a thou", "note": "for the team"}
    page = desk.get(f"/sessions/{mine.pk}/").content.decode()
    assert ">Half a thou</textarea>" in page
    assert ">for the team</textarea>" in page


@pytest.mark.django_db
def test_drafts_are_ones_own(desk, mine):
    drafts.keep(mine, make_agent("wang"), "not yours")
    assert "not yours" not in desk.get(f"/sessions/{mine.pk}/").content.decode()


@pytest.mark.django_db
def test_a_draft_goes_with_its_message(desk, mine, lin):
    drafts.keep(mine, lin, "Half a thou")
    drafts.keep(mine, lin, "for the team", is_note=True)
    desk.post(f"/sessions/{mine.pk}/reply/", {"text": "Half a thought"})
    assert drafts.of(mine, lin) == {"reply": "", "note": "for the team"}
    desk.post(f"/sessions/{mine.pk}/note/", {"note": "for the team"})
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_a_refused_text_is_still_a_draft(desk, mine, lin):
    drafts.keep(mine, lin, "长" * 700)
    desk.post(f"/sessions/{mine.pk}/reply/", {"text": "长" * 700})
    assert drafts.of(mine, lin)["reply"]


# --- quotes -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_quote_goes_out_as_wechat_writes_it(desk, mine):
    desk.post(f"/sessions/{mine.pk}/reply/", {"text": "Tomorrow", "quote": mine.asked.pk})
    message = mine.messages.get(direction="out")
    assert message.content["content"] == (
        "「Wang Fang：Where is it?」\n- - - - - - - - - -\nTomorrow"
    )
    page = desk.get(f"/sessions/{mine.pk}/").content.decode()
    assert f'href="#message-{mine.asked.pk}"' in page
    assert '<p class="message__text">Tomorrow</p>' in page


@pytest.mark.django_db
def test_a_note_refers_to_what_it_quotes(desk, mine):
    desk.post(f"/sessions/{mine.pk}/note/", {"note": "Typical", "quote": mine.asked.pk})
    message = mine.messages.get(direction="note")
    assert message.content["quote"]["id"] == mine.asked.pk
    assert message.content["content"] == "Typical"


@pytest.mark.django_db
def test_what_others_said_elsewhere_or_took_back_is_not_quoted(desk, mine):
    other = make_message(make_session(), "elsewhere")
    address = f"/sessions/{mine.pk}/reply/"
    assert desk.post(address, {"text": "So", "quote": other.pk}).status_code == 422
    Message.objects.filter(pk=mine.asked.pk).update(recalled_at=mine.asked.sent_at)
    answer = desk.post(address, {"text": "So", "quote": mine.asked.pk})
    assert "was recalled" in answer.content.decode()


@pytest.mark.django_db
def test_the_strip_above_the_composer_shows_the_quote(desk, mine):
    strip = desk.get(f"/sessions/{mine.pk}/quote/", {"quote": mine.asked.pk}).content.decode()
    assert "Where is it?" in strip
    assert "Where is it?」" in strip
    page = desk.get(f"/sessions/{mine.pk}/", {"quote": mine.asked.pk}).content.decode()
    assert 'form="note-form"' in page


# --- a second try -----------------------------------------------------------------------------


def failed(shop, session, lin, errcode=40201):
    shop.simulator.fault("errcode", api="kf/send_msg", errcode=errcode)
    message = reply(session, lin)
    shop.work()
    assert outcome(message) == "failed"
    return message


def test_a_failed_answer_is_sent_again(desk, shop, session, lin):
    message = failed(shop, session, lin)
    page = desk.get(f"/sessions/{session.pk}/").content.decode()
    assert f'form="retry" name="message" value="{message.pk}"' in page
    desk.post(f"/sessions/{session.pk}/retry/", {"message": message.pk})
    assert shop.customer().budget_used == 1
    shop.work()
    assert outcome(message) == "accepted"
    assert shop.phone()[-1] == "On its way"


def test_a_second_try_needs_a_place_in_the_budget(desk, shop, session, lin):
    message = failed(shop, session, lin)
    shop.simulator.clear_faults() if hasattr(shop.simulator, "clear_faults") else None
    for number in range(5):
        reply(shop.session, lin, str(number))
    answer = desk.post(f"/sessions/{session.pk}/retry/", {"message": message.pk})
    assert answer.status_code == 422
    assert "All 5 messages are used" in answer.content.decode()
    assert outcome(message) == "failed"


def test_what_did_not_fail_is_not_sent_again(desk, shop, session, lin):
    message = reply(session, lin)
    answer = desk.post(f"/sessions/{session.pk}/retry/", {"message": message.pk})
    assert answer.status_code == 422
    assert shop.customer().budget_used == 1


def test_an_ended_session_sends_nothing_again(desk, shop, session, lin):
    message = failed(shop, session, lin)
    session.end(lin)
    answer = desk.post(f"/sessions/{session.pk}/retry/", {"message": message.pk})
    assert answer.status_code == 422
    assert outcome(message) == "failed"
    assert message.failure_code != failures.GAVE_UP
