"""Phrases in and out as CSV: whole or not at all, and every line that fails says why."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from sessions import phrase_csv, phrase_import, phrases
from sessions.models import Agent, Phrase
from tests.factories import (
    make_account,
    make_agent,
    make_customer,
    make_phrase,
    make_session,
    make_team,
)

HEAD = "title,text\n"


@pytest.fixture
def shop(db):
    return make_account("Shop", external_id="wkSHOP")


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


def bring(client, data: str | bytes, encoding="utf-8", **fields):
    data = data.encode(encoding) if isinstance(data, str) else data
    file = SimpleUploadedFile("phrases.csv", data)
    return client.post("/phrases/import/", {"place": "mine", "file": file, **fields})


def kept() -> list[str]:
    return list(Phrase.objects.order_by("id").values_list("title", flat=True))


# --- in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_file_is_read_however_its_program_wrote_it(client, lin, encoding):
    assert bring(client, HEAD + "退款,三天内退回\n", encoding).status_code == 302
    assert Phrase.objects.get().body == "三天内退回"
    session = make_session(make_customer(), lin)
    assert phrases.suggest(session, lin, "tk")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_may_be_parted_as_spreadsheets_do_it(client, lin, delimiter):
    bring(client, f"TEXT{delimiter}Title\r\nHello{delimiter}Greeting\r\n")
    assert (Phrase.objects.get().title, Phrase.objects.get().body) == ("Greeting", "Hello")


def test_a_text_may_have_several_lines(client, lin):
    bring(client, HEAD + 'A,"one\r\ntwo, three"\n\n,,\nB,four\n')
    assert Phrase.objects.get(title="A").body == "one\ntwo, three"
    assert kept() == ["A", "B"]


def test_scopes_are_read_and_default_to_the_chosen_place(client, wang, shop):
    make_team("Returns", wang)
    bring(
        client,
        "scope,name,title,text\npersonal,,A,a\nteam,returns,B,b\naccount,wkSHOP,C,c\n"
        "account,shop,D,d\n,,E,e\n",
        place=f"account-{shop.pk}",
    )
    scopes = dict(Phrase.objects.values_list("title", "scope"))
    assert scopes == {"A": "personal", "B": "team", "C": "account", "D": "account", "E": "account"}


def test_a_title_that_is_there_already_gets_the_new_text(client, lin):
    make_phrase(lin, "Greeting", "old", uses=7)
    make_phrase(make_agent("wei"), "Greeting", "hers")
    bring(client, HEAD + "greeting,new\n")
    mine = Phrase.objects.get(owner=lin)
    assert (mine.body, mine.uses) == ("new", 7)
    assert Phrase.objects.count() == 2


BAD = (
    ("x" * 61 + ",text\n", "60 characters"),
    (",text\n", "The title is missing"),
    ("title,\n", "The text is missing"),
    ("title\n", "The text is missing"),
    ("title,text, which goes on\n", "More cells than the first line"),
    ("title," + "长" * 700 + "\n", "52 bytes too long"),
)


@pytest.mark.parametrize(("line", "why"), BAD)
def test_one_bad_line_stops_all_and_says_where_and_why(client, lin, line, why):
    answer = bring(client, HEAD + "Good,fine\n" + line)
    assert answer.status_code == 422
    assert kept() == []
    problem = answer.context["problems"][0]
    assert problem.line == 3
    assert why in problem.why
    assert "Good,fine" in answer.content.decode()


def test_the_good_lines_alone_when_that_is_chosen_and_the_others_come_back(client, lin):
    answer = bring(client, HEAD + "Good,fine\n,no title\nGood,again\n", partly="1")
    assert answer.status_code == 200
    assert kept() == ["Good"]
    assert [(p.line, p.title) for p in answer.context["problems"]] == [(3, ""), (4, "Good")]
    assert answer.context["form"]["lines"].value() == HEAD + ",no title\nGood,again\n"


def test_lines_can_be_mended_in_the_field(client, lin):
    fields = {"place": "mine", "lines": HEAD + "Mended,text\n"}
    assert client.post("/phrases/import/", fields).status_code == 302
    assert kept() == ["Mended"]


def test_agents_import_for_themselves_only(client, lin):
    answer = bring(client, "scope,name,title,text\naccount,wkSHOP,A,a\nteam,Returns,B,b\nx,,C,c\n")
    assert len(answer.context["problems"]) == 3
    assert kept() == []


def test_two_accounts_of_one_name_have_to_be_told_by_their_id(client, wang, shop):
    second = make_account("Shop", external_id="wkTWO")
    wang.accounts.add(second)
    text = "scope,name,title,text\naccount,Shop,A,a\n"
    assert bring(client, text).status_code == 422
    assert bring(client, text.replace("Shop", "wkTWO")).status_code == 302
    assert Phrase.objects.get().account == second


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\n", "paste its lines"),
        (b"a,b\n1,2\n", "has to name the columns"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r" + bytes(range(256)), "not a text file"),
        (b'title,text\nA,"' + b"x" * 140_000, "field larger than field limit"),
        (b"title,text\n" + b"x" * 2_200_000, "2 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(client, lin, data, why):
    answer = bring(client, data)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_five_thousand_lines_are_the_most(lin, monkeypatch):
    monkeypatch.setattr(phrase_import, "MOST", 2)
    report = phrase_import.read(HEAD + "A,a\nB,b\nC,c\n", lin, lin)
    assert [problem.line for problem in report.problems] == [4]


# --- out ------------------------------------------------------------------------------------------


def table(client, **query) -> list[list[str]]:
    answer = client.get("/phrases/export/", query)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_what_is_exported_is_what_the_page_shows(client, lin, shop):
    make_phrase(lin, "退款", "text", uses=2)
    make_phrase(shop, "退货", "text")
    assert table(client)[1:] == [
        ["personal", "", "退款", "text", "", "2"],
        ["account", "wkSHOP", "退货", "text", "", "0"],
    ]
    assert len(table(client, q="tk")) == 2


def test_no_cell_is_a_formula(client, lin):
    make_phrase(lin, "=1+1", "@SUM(A1)")
    assert table(client)[1][2:4] == ["'=1+1", "'@SUM(A1)"]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(title=words.filter(str.strip), body=words.filter(str.strip))
def test_what_was_exported_is_read_as_it_was(title, body):
    text = phrase_csv.write([Phrase(title=title, body=body)])
    header, line = phrase_csv.lines_of(phrase_csv.decode(text.encode()))
    row = phrase_csv.row_of(line, phrase_csv.columns_of(header))
    assert (row["title"], row["text"]) == (title.strip(), body.strip())
