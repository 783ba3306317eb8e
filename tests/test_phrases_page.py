"""The page of phrases: what an agent reads and writes there, and what is none of their business."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import Media
from sessions.models import Agent, Phrase
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_phrase,
    make_session,
    make_team,
)
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_account("Shop")


@pytest.fixture
def lin(client, shop):
    lin = make_agent("lin", shop)
    client.force_login(lin)
    return lin


@pytest.fixture
def wang(client, shop):
    wang = make_agent("wang", shop, role=Agent.Role.LEAD)
    client.force_login(wang)
    return wang


def text_of(client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def save(client, path="/phrases/new/", **fields):
    return client.post(path, {"place": "mine", "title": "Greeting", "body": "Hello", **fields})


# --- read -----------------------------------------------------------------------------------------


def test_the_page_shows_what_one_may_use_and_who_has_it(client, lin, shop):
    make_phrase(lin, "My own")
    make_phrase(shop, "For the shop", uses=3)
    make_phrase(make_agent("wei"), "Somebody else's")
    page = text_of(client, "/phrases/")
    assert "My own" in page
    assert "For the shop" in page
    assert "sent 3 times" in page
    assert "Somebody else" not in page


def test_it_is_narrowed_by_scope_and_words(client, lin, shop):
    make_phrase(lin, "退款")
    make_phrase(shop, "退货")
    assert "退货" not in text_of(client, "/phrases/", scope="personal")
    assert "退货" not in text_of(client, "/phrases/", q="tk")
    assert "退货" in text_of(client, "/phrases/", q="th", scope="account")


def test_only_what_one_may_change_has_an_edit_link(client, lin, shop):
    own, common = make_phrase(lin), make_phrase(shop)
    page = text_of(client, "/phrases/")
    assert f'href="/phrases/{own.pk}/"' in page
    assert f'href="/phrases/{common.pk}/"' not in page


def test_for_a_session_the_texts_are_filled_in(client, lin, shop):
    session = make_session(make_customer(shop, "Wang Fang"), lin)
    make_phrase(lin, body="Dear {customer}, about {order}")
    page = text_of(client, "/phrases/", session=str(session.pk))
    assert "Dear Wang Fang, about" in page
    assert '<mark class="blank-words">{order}</mark>' in page


def test_a_foreign_session_gives_no_list(client, lin):
    foreign = make_session(make_customer(make_account("Other")))
    assert client.get("/phrases/", {"session": foreign.pk}).status_code == 404
    assert client.get(f"/sessions/{foreign.pk}/phrases/").status_code == 404


def test_many_phrases_come_by_the_page(client, lin):
    for number in range(51):
        make_phrase(lin, f"Phrase {number:02}")
    assert "Phrase 50" not in text_of(client, "/phrases/")
    assert "Phrase 50" in text_of(client, "/phrases/", page="2")
    assert client.get("/phrases/?page=x&session=y&scope=z").status_code == 200


def test_the_composer_gets_options_ready_to_insert(client, lin, shop):
    session = make_session(make_customer(shop, "Wang <Fang>"), lin)
    make_phrase(lin, "Greeting", "Hello {customer}")
    page = text_of(client, f"/sessions/{session.pk}/phrases/", q="gre")
    assert 'data-text="Hello Wang &lt;Fang&gt;"' in page
    assert 'data-query="gre"' in page


def test_the_options_cost_the_same_few_queries(client, lin, shop, django_assert_num_queries):
    session = make_session(make_customer(shop), lin)
    for number in range(25):
        make_phrase(lin if number % 2 else shop, f"Phrase {number}")
    with django_assert_num_queries(4):  # cookie, agent, session, phrases
        client.get(f"/sessions/{session.pk}/phrases/", {"q": "p"})


# --- written --------------------------------------------------------------------------------------


def test_an_agent_writes_a_phrase_of_their_own(client, lin):
    assert save(client).status_code == 302
    assert Phrase.objects.get().owner == lin
    assert "is saved" in text_of(client, "/phrases/")


def test_an_agent_may_not_write_for_the_account(client, lin, shop):
    assert save(client, place=f"account-{shop.pk}").status_code == 422
    phrase = make_phrase(shop)
    for path in (f"/phrases/{phrase.pk}/", f"/phrases/{phrase.pk}/delete/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert Phrase.objects.count() == 1


def test_a_lead_writes_for_teams_and_accounts_they_serve(client, wang, shop):
    team = make_team("Returns", wang)
    other = make_account("Other")
    save(client, place=f"team-{team.pk}")
    save(client, place=f"account-{shop.pk}")
    assert save(client, place=f"account-{other.pk}").status_code == 422
    assert set(Phrase.objects.values_list("scope", flat=True)) == {"team", "account"}


def test_a_phrase_can_be_given_to_the_team(client, wang):
    phrase, team = make_phrase(wang), make_team("Returns", wang)
    save(client, f"/phrases/{phrase.pk}/", place=f"team-{team.pk}", title="Ours")
    phrase.refresh_from_db()
    assert (phrase.title, phrase.scope, phrase.team, phrase.owner) == ("Ours", "team", team, None)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": ""}, "This field is required"),
        ({"title": "x" * 61}, "at most 60 characters"),
        ({"body": ""}, "Write a text, or attach a file."),
        ({"body": "长" * 700}, "52 bytes too long"),
        ({"file": SimpleUploadedFile("a.txt", b"12")}, "6 bytes"),
    ],
)
def test_a_form_with_a_mistake_is_kept_and_says_what_is_wrong(client, lin, fields, why):
    answer = save(client, **{"body": "Kept words", **fields})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert why in page
    assert (fields.get("body") or "Kept words") in page or fields.get("body") == ""
    assert not Phrase.objects.exists()
    assert not Media.objects.exists()


def test_without_scripts_the_preview_is_a_button(client, lin):
    answer = save(client, preview="1", body="Dear {customer}")
    page = answer.content.decode()
    assert "Dear Wang Fang" in page
    assert 'value="Greeting"' in page
    assert not Phrase.objects.exists()


def test_the_preview_counts_bytes_and_marks_what_is_unknown(client, lin):
    page = client.post("/phrases/preview/", {"body": "您好 {order}"}).content.decode()
    assert "14 of 2048 bytes" in page
    assert '<mark class="blank-words">{order}</mark>' in page


# --- files ----------------------------------------------------------------------------------------


def upload(name="sizes.png"):
    return SimpleUploadedFile(name, picture())


def test_a_file_can_be_attached_seen_and_replaced(client, lin):
    save(client, file=upload(), body="")
    phrase = Phrase.objects.get()
    assert (phrase.media.name, phrase.media.kind) == ("sizes.png", "image")
    assert b"".join(client.get(f"/phrases/{phrase.pk}/file/").streaming_content)
    old = phrase.media.file
    save(client, f"/phrases/{phrase.pk}/", file=upload("new.png"))
    assert Phrase.objects.get().media.name == "new.png"
    assert Media.objects.count() == 1
    assert not old.storage.exists(old.name)


def test_a_file_can_be_taken_away_but_not_the_last_content(client, lin):
    save(client, file=upload(), body="")
    path = f"/phrases/{Phrase.objects.get().pk}/"
    assert save(client, path, remove_file="1", body="").status_code == 422
    assert Media.objects.count() == 1
    save(client, path, remove_file="1", body="Words instead")
    assert Phrase.objects.get().media is None
    assert not Media.objects.exists()


def test_the_file_of_anothers_phrase_is_not_there(client, lin):
    save(client, file=upload())
    client.force_login(make_agent("wei"))
    assert client.get(f"/phrases/{Phrase.objects.get().pk}/file/").status_code == 404


def test_without_an_account_a_file_cannot_be_kept(client, db):
    client.force_login(make_agent("lin"))
    assert "no account yet" in save(client, file=upload()).content.decode()


# --- deleted --------------------------------------------------------------------------------------


def test_deleting_asks_first_and_takes_the_file_along(client, lin):
    save(client, file=upload())
    path = f"/phrases/{Phrase.objects.get().pk}/delete/"
    assert "Delete the phrase" in text_of(client, path)
    assert Phrase.objects.exists()
    client.post(path)
    assert not Phrase.objects.exists()
    assert not Media.objects.exists()


def test_the_question_comes_as_a_dialog_where_there_are_scripts(client, lin):
    path = f"/phrases/{make_phrase(lin).pk}/delete/"
    page = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith("<dialog")


def test_who_is_not_signed_in_is_sent_to_the_door(client):
    for path in ("/phrases/", "/phrases/new/", "/phrases/import/", "/phrases/export/"):
        assert client.get(path).status_code == 302


# --- in the admin ---------------------------------------------------------------------------------


@pytest.fixture
def boss(client):
    boss = make_agent("boss", role=Agent.Role.ADMIN, is_superuser=True)
    client.force_login(boss)
    return boss


def test_teams_and_phrases_open_in_the_admin(client, boss, shop):
    phrase, team = make_phrase(shop, "退款"), make_team("Returns", boss)
    assert "退款" in text_of(client, "/admin/kf_sessions/phrase/", q="tk")
    text_of(client, f"/admin/kf_sessions/phrase/{phrase.pk}/change/")
    text_of(client, "/admin/kf_sessions/team/")
    text_of(client, f"/admin/kf_sessions/team/{team.pk}/change/")


def test_the_admin_asks_for_the_key_of_the_scope_and_drops_the_others(client, boss, shop):
    fields = {"title": "Ours", "body": "Hello", "scope": "account", "owner": boss.pk}
    answer = client.post("/admin/kf_sessions/phrase/add/", fields)
    assert "Choose whose phrase it is." in answer.content.decode()
    client.post("/admin/kf_sessions/phrase/add/", {**fields, "account": shop.pk})
    phrase = Phrase.objects.get()
    assert (phrase.account, phrase.owner) == (shop, None)
    assert phrase.search


def test_a_phrase_deleted_in_the_admin_takes_its_file_along(client, boss, shop):
    save(client, file=upload())
    path = f"/admin/kf_sessions/phrase/{Phrase.objects.get().pk}/delete/"
    client.post(path, {"post": "yes"})
    assert not Phrase.objects.exists()
    assert not Media.objects.exists()
