"""The index: what is written is found, by every character and pair of it, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from messaging import search
from messaging.models import Customer, Message
from messaging.search import facets, postgres, tokens
from messaging.search.query import Query
from messaging.search.snippet import snippet
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

CORPUS = {
    "你好，请问我的包裹到哪里了？": [
        "包",
        "包裹",
        "我的包裹",
        "包裹到哪里",
        "请问 包裹",
        "你好 哪里",
    ],
    "臺灣寄來的繁體字發票": ["臺", "臺灣", "繁體", "發票 臺灣"],
    "我要买iPhone15手机壳 2个": [
        "iphone",
        "IPHONE15",
        "iPhone15手机壳",
        "15",
        "手机壳",
        "2个",
        "iph 壳",
    ],
    "订单号 SF1234567890 谢谢": ["SF1234567890", "1234567890", "sf12", "sf1234567", "单号 SF"],
    "ＶＩＰ会员 ￥１２３ ｶﾞｲﾄﾞ": ["vip", "ＶＩＰ", "VIP会员", "123", "ガイド", "１２３"],
    "谢谢👍🏽收到了☔️": ["👍", "👍🏽", "☔", "谢谢👍", "收到了☔"],
    "Where is my parcel? Straße": ["where", "parcel", "par", "p", "is my parcel", "STRASSE"],
    "한국어로 말해요 カタカナ ありがとう": ["한국어", "말", "カタ", "ありがとう"],
    "สวัสดีครับ нужна помощь नमस्ते": ["สวัสดี", "помо", "ПОМОЩЬ", "नमस्ते"],
}


def says(text: str = "", kind: str = "text", customer: Customer | None = None, **fields):
    content = {"content": text} if kind == "text" else {}
    sides = {"direction": "in", "origin": "customer"} | fields
    return (customer or make_customer()).record(kind, content, **sides)


def found(*words: str, **more) -> set[str]:
    ids = {pk for batch in search.messages(Query.of(*words), **more) for pk in batch}
    return set(Message.objects.filter(pk__in=ids).values_list("text", flat=True))


@pytest.mark.both
def test_every_way_of_asking_finds_the_text_and_only_it():
    for text in CORPUS:
        says(text)
    for text, questions in CORPUS.items():
        for question in questions:
            assert found(*question.split()) >= {text}, question
    assert found("包裹") == {"你好，请问我的包裹到哪里了？"}
    assert not found("裹包")
    assert not found("哪里了谢")


@pytest.mark.both
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_whatever_is_written_is_found_by_each_of_its_bigrams(text):
    ordered, loose = tokens.cut(text)
    search.of_messages().put([(1, ordered, loose)])
    folded = tokens.fold(text)
    for bigram in {folded[at : at + 2] for at in range(len(folded))} | {text}:
        if (query := Query.of(bigram)).phrases and tokens.fold(bigram) == bigram:
            inside_a_word = any(bigram[:1] in token[1:] for token in ordered)
            assert inside_a_word or list(search.messages(query)) == [[1]], bigram


def test_single_characters_and_short_words_are_looked_up_without_their_place():
    assert tokens.phrases("包") == [tokens.Phrase(("包",))]
    assert tokens.phrases("par") == [tokens.Phrase(("^par",))]
    assert tokens.phrases("parcel") == [tokens.Phrase(("parcel",), is_open=True)]
    assert tokens.phrases("parcel", is_exact=True) == [tokens.Phrase(("parcel",))]
    assert tokens.phrases("！？ …") == []


@pytest.mark.both
def test_the_newest_come_first_over_all_stretches_of_ids():
    ids = [1, 5000, 5001, 40_000, 300_000, 3_000_000, 40_000_000, 500_000_000]
    search.of_messages().put([(pk, *tokens.cut("包裹 parcel")) for pk in ids])
    found = [pk for batch in search.messages(Query.of("包裹", "parcel")) for pk in batch]
    assert found == ids[::-1]
    below = [pk for batch in search.messages(Query.of("包裹"), 300_000) for pk in batch]
    assert below == [40_000, 5001, 5000, 1]


@pytest.mark.both
def test_more_than_enough_in_a_stretch_is_taken_in_parts(monkeypatch):
    monkeypatch.setattr(postgres, "ENOUGH", 3)
    ids = [*range(1, 9), *range(4100, 4110), *range(33_000, 33_005), 70_000]
    search.of_messages().put([(pk, *tokens.cut("退款")) for pk in ids])
    assert [pk for batch in search.messages(Query.of("退款")) for pk in batch] == ids[::-1]


@pytest.mark.both
def test_what_is_deleted_is_forgotten():
    message = says("再见")
    message.customer.delete()
    assert not found("再见")
    assert not list(search.customers(Query.of("Wang")))
    again = says("再见")
    Message.objects.filter(pk=again.pk).delete()
    assert not list(search.messages(Query.of("再见")))


@pytest.mark.both
def test_an_entry_is_written_again_in_place_of_the_old():
    message = says("第一")
    message.text = "第二"
    search.add([message])
    assert not list(search.messages(Query.of("第一")))
    assert list(search.messages(Query.of("第二"))) == [[message.pk]]


@pytest.mark.both
def test_reindex_finds_what_was_written_without_the_index(settings):
    says("写过的")
    customer = Customer.objects.get()
    Customer.objects.update(nickname="赵敏")
    Message.objects.update(text="后来的")
    call_command("reindex", verbosity=0)
    assert found("后来的") == {"后来的"}
    assert not found("写过的")
    assert list(search.customers(Query.of("赵敏"))) == [[customer.pk]]


def test_what_happens_between_is_not_found():
    says(kind="enter_session", direction="event", text="打开")
    assert not found("打开")


def test_a_time_is_covered_by_the_longest_spans():
    def between(after: str, before: str) -> list[str]:
        return list(facets.between(*(datetime.fromisoformat(t) for t in (after, before))))

    assert between("2025-12-31T23:00Z", "2027-01-01T00:00Z") == ["=t2025123123", "=t2026"]
    assert between("2026-01-30T00:00Z", "2026-03-01T01:30Z") == [
        *("=t20260130", "=t20260131", "=t202602"),
        *("=t2026030100", "=t2026030101"),
    ]
    assert not between("2026-03-01T00:00Z", "2026-02-01T00:00Z")


@given(st.timedeltas(timedelta(0), timedelta(days=2000)), st.integers(1, 10_000))
def test_a_moment_has_a_mark_of_each_time_that_covers_it(since, hours):
    start = datetime(2020, 1, 1, tzinfo=UTC) + since
    end = start + timedelta(hours=hours)
    cover = set(facets.between(start, end))
    for moment in (start, start + (end - start) / 2, end - timedelta(seconds=1)):
        assert cover & set(facets._times(moment))
    assert not cover & set(facets._times(start - timedelta(hours=1)))


@pytest.mark.parametrize(
    ("text", "words", "pieces"),
    [
        ("我的包裹到了", ["包裹"], "我的[包裹]到了"),
        ("ＶＩＰ会员", ["vip"], "[ＶＩＰ]会员"),
        ("say hello", ["hel"], "say [hel]lo"),
        ("SF1234 and 1234", ["1234"], "SF[1234] and [1234]"),
        ("parcel, parking", ["ark"], "parcel, parking"),
        ("the end, my friend", ["end my"], "the [end, my] friend"),
        ("<b>包裹</b>", ["包裹"], "<b>[包裹]</b>"),
        ("ﬁne ﬁsh", ["fish"], "ﬁne [ﬁsh]"),
        ("好" * 200 + "包裹" + "好" * 200, ["包裹"], "…" + "好" * 24 + "[包裹]" + "好" * 114 + "…"),
        ("", ["包裹"], ""),
    ],
)
def test_a_snippet_is_around_the_first_hit(text, words, pieces):
    shown = snippet(text, words)
    assert "".join(f"[{p.text}]" if p.is_hit else p.text for p in shown) == pieces


@given(st.text(max_size=200), st.text(max_size=8))
def test_a_snippet_shows_any_text_as_it_is(text, word):
    shown = "".join(piece.text for piece in snippet(text, [word])).strip("…")
    assert shown in text or shown in text.strip("…")


@pytest.mark.both
def test_a_table_that_a_migration_has_rebuilt_gets_its_triggers_back():
    message = says("再见")
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON messaging_message"
        cursor.execute(f"DROP TRIGGER messaging_search_forget{on}")
    search.mend()
    message.delete()
    assert not list(search.messages(Query.of("再见")))
