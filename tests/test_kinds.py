"""Every kind of message is drawn, whatever a stranger put into it."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from messaging import kinds
from messaging.models import Account, Message
from messaging.simulator.inbound import SHAPES
from messaging.templatetags import transcript

FOLDER = Path(settings.BASE_DIR) / "templates" / "messaging" / "kinds"


def drawn(kind, content=None, **fields):
    """The markup of a message that is in no database."""
    fields.setdefault("direction", Message.Direction.IN)
    fields.setdefault("origin", Message.Origin.CUSTOMER)
    message = Message(pk=7, kind=kind, content=content or {}, sent_at="2025-11-20", **fields)
    message.sent_at = Message._meta.get_field("sent_at").to_python("2025-11-20T09:30:00Z")
    message.account, message._state.fields_cache["media"] = Account(pk=1), None
    return render_to_string("messaging/_message.html", {"message": message})


def test_every_kind_has_a_template_and_every_template_a_kind():
    assert {path.stem[1:] for path in FOLDER.glob("_*.html")} == set(kinds.KINDS)


@pytest.mark.parametrize("kind", sorted(set(kinds.KINDS) - kinds.HIDDEN))
def test_every_kind_is_drawn_with_nothing_in_it(kind):
    assert drawn(kind).lstrip().startswith('<li id="message-7"')


@pytest.mark.parametrize("kind", sorted(set(kinds.KINDS) - kinds.HIDDEN))
@pytest.mark.parametrize("junk", ["text", 7, None, ["x"], {"a": 1}, "<script>alert(1)</script>"])
def test_every_kind_is_drawn_whatever_its_fields_hold(kind, junk):
    content = dict.fromkeys(kinds.KINDS[kind].fields, junk)
    assert "<script>" not in drawn(kind, content)


@pytest.mark.parametrize(("kind", "body"), SHAPES.items())
def test_what_a_customer_can_send_shows_its_words(kind, body):
    content = {**kinds.content_of(kind, body)}
    if "title" in content:
        assert content["title"] in drawn(kind, content)


@pytest.mark.parametrize("kind", sorted(kinds.HIDDEN))
def test_hidden_kinds_are_not_drawn(kind):
    assert drawn(kind, direction=Message.Direction.EVENT).strip() == ""


def test_an_unknown_kind_shows_what_came():
    html = drawn("hologram", raw={"msgtype": "hologram", "hologram": {"x": "<b>"}})
    assert "&lt;b&gt;" in html
    assert "hologram" in html


def test_no_markup_of_ours_has_a_style_or_a_script():
    for path in FOLDER.parent.rglob("*.html"):
        markup = path.read_text()
        assert " style=" not in markup, path
        assert "<script" not in markup, path
        assert " on" + "click" not in markup, path


@pytest.mark.parametrize("kind", ["link", "channels_shop_product", "channels_shop_order"])
def test_pictures_of_strangers_are_linked_and_not_loaded(kind):
    names = ("pic_url", "head_image", "image_url", "shop_head_image")
    html = drawn(kind, {"title": "T", **dict.fromkeys(names, "https://spy.example/p.png")})
    assert "<img" not in html
    assert 'href="https://spy.example/p.png"' in html
    assert 'rel="noopener noreferrer"' in html


def test_a_link_that_is_none_is_shown_as_words():
    assert "href" not in drawn("link", {"title": "Click me", "url": "javascript:alert(1)"})


def test_a_menu_shows_its_items_as_in_wechat():
    items = [
        {"type": "click", "click": {"id": "1", "content": "Good"}},
        {"type": "view", "view": {"url": "https://a.example", "content": "Look"}},
        {"type": "text", "text": {"content": "one\\ntwo"}},
        "garbage",
    ]
    html = drawn("msgmenu", {"head_content": "Well?", "list": items, "tail_content": "Bye"})
    for words in ("Well?", "Good", 'href="https://a.example"', "one\ntwo", "Bye"):
        assert words in html


def merged(*items):
    return {"title": "History", "item": list(items)}


def item(kind, body, **fields):
    return {"msgtype": kind, "sender_name": "Ann", "send_time": 1_700_000_000,
            "msg_content": body if isinstance(body, str) else json.dumps(body), **fields}  # fmt: skip


def test_a_chat_history_draws_each_message_by_its_kind():
    html = drawn("merged_msg", merged(
        item("text", {"text": {"content": "wrapped"}}),
        item("text", {"content": "bare"}),
        item("link", {"link": {"title": "A link", "url": "https://a.example"}}),
        item("merged_msg", {"merged_msg": merged(item("text", {"text": {"content": "deep"}}))}),
    ))  # fmt: skip
    for words in ("wrapped", "bare", "A link", "deep", "Ann", "Chat history, 4 messages"):
        assert words in html


def test_a_chat_history_survives_items_that_cannot_be_read():
    bad = [item("text", "{broken"), item("accept", {}), item("hologram", {}), {}, "x", None]
    assert drawn("merged_msg", merged(*bad)).count("cannot be shown here") == 4


def test_a_chat_history_ends_somewhere():
    body = {"text": {"content": "bottom"}}
    inner = item("text", body)
    for _ in range(30):
        inner = {**item("merged_msg", "x"), "msg_content": {"merged_msg": merged(inner)}}
    assert "bottom" not in drawn("merged_msg", merged(inner))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("看https://a.example/b，谢谢", ["https://a.example/b"]),
        ("(see https://a.example/x_(y)).", ["https://a.example/x_(y)"]),
        ("http://a.example?q=1&r=2! and HTTPS://B.EXAMPLE",
         ["http://a.example?q=1&r=2", "HTTPS://B.EXAMPLE"]),
        ("ftp://a.example javascript:alert(1) https:// www.a.example", []),
        ("https://[broken", []),
    ],
)  # fmt: skip
def test_addresses_are_found_where_no_space_parts_them_from_words(text, links):
    found = transcript.pieces(text)
    assert [piece.text for piece in found if piece.is_link] == links
    assert "".join(piece.text for piece in found) == text


def test_a_text_keeps_its_lines_and_loses_its_markup():
    html = drawn("text", {"content": "one\n  two <b>"})
    assert "one\n  two &lt;b&gt;</p>" in html


def test_a_click_on_a_menu_is_marked():
    assert "Chosen from a menu" in drawn("text", {"content": "Good", "menu_id": "101"})


def test_a_place_links_to_a_map_with_longitude_first():
    html = drawn("location", {"latitude": 23.1, "longitude": "113.3", "name": "港 & co"})
    assert "position=113.300000,23.100000&amp;name=%E6%B8%AF%20%26%20co" in html
    assert "uri.amap.com" not in drawn("location", {"latitude": 95, "longitude": "x"})


@pytest.mark.parametrize(
    ("fen", "shown"), [("9900", "¥99.00"), (5, "¥0.05"), ("free", "free"), (None, "")]
)
def test_prices_are_told_in_yuan(fen, shown):
    assert transcript.yuan(fen) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.2, "0:01"), (7, "0:07"), (750.4, "12:30"), (None, "")]
)
def test_durations_are_shown_as_players_do(seconds, shown):
    assert transcript.minutes(seconds) == shown


def test_a_servicers_step_in_wecom_is_told_in_words():
    event = {"direction": Message.Direction.EVENT, "origin": Message.Origin.SYSTEM}
    with translation.override("en"):
        html = drawn("accept", {"agent": "Lin"}, **event)
    assert "Lin accepted the session" in html
