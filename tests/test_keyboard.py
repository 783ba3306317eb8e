"""Keys: how they are written, which ones are refused, and what each agent has of them."""

import json
import re
from html import unescape

import pytest
from django.urls import resolve

from sessions import keyboard
from sessions.commands import BY_NAME, COMMANDS
from tests.factories import make_agent
from tests.test_query_counts import queries_of

PAGE, SHEET = "/settings/keyboard/", "/settings/keyboard/sheet/"


@pytest.fixture
def lin(client, db):
    lin = make_agent("lin")
    client.force_login(lin)
    return lin


def typed(client, **changed) -> dict[str, str]:
    """The form as the page fills it in, with what somebody changed."""
    page = client.get(PAGE).content.decode()
    keys = dict(re.findall(r'keyboard__keys" name="([^"]+)" value="([^"]*)"', page))
    keys = {name: unescape(text) for name, text in keys.items()}
    return keys | {"letters": "1", "enter": "send"} | changed


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("J", "j"),
        ("Ctrl+Alt+E", "mod+alt+e"),
        ("⌘+k", "mod+k"),
        ("shift+X", "shift+x"),
        ("G I", "g i"),
        ("?", "?"),
        ("F6", "f6"),
        ("option+cmd+e", "mod+alt+e"),
        ("Enter", None),
        ("Shift+?", None),
        ("Shift+1", None),
        ("Ctrl+G I", None),
        ("G I Q", None),
        ("Hyper+J", None),
        ("jj", None),
        ("+", None),
        ("", None),
    ],
)
def test_a_key_has_one_spelling(text, key):
    assert keyboard.parse(text) == key
    if key:
        assert keyboard.parse(keyboard.spell(key)) == key


def test_the_table_keeps_its_own_rules():
    """Whatever it has could be chosen by an agent, and no two commands share a key."""
    usual = {command.name: list(command.keys) for command in COMMANDS if not command.is_fixed}
    assert keyboard.check(usual) == {}
    for keys in usual.values():
        assert [keyboard.parse(keyboard.spell(key)) for key in keys] == keys
    assert len(BY_NAME) == len(COMMANDS)


def test_no_command_leads_to_a_page_that_is_not_there():
    for command in COMMANDS:
        if command.path:
            assert resolve(command.path.partition("?")[0])


def test_what_the_browser_or_another_command_has_is_refused():
    assert "belongs to the browser" in keyboard.check({"next": ["mod+w"]})["next"]
    assert "already “Write a reply”" in keyboard.check({"next": ["r"]})["next"]
    assert "already “Inbox”" in keyboard.check({"next": ["g"]})["next"]
    assert keyboard.check({"next": ["r"], "reply": ["j"]}) == {}


def test_keys_are_chosen_and_go_with_the_agent(client, lin):
    assert client.post(PAGE, typed(client, next="M, Alt+N")).status_code == 302
    lin.refresh_from_db()
    assert lin.keyboard == {"letters": True, "enter": "send", "keys": {"next": ["m", "alt+n"]}}
    assert table_of(client)["next"]["keys"] == ["m", "alt+n"]


def table_of(client, path: str = "/") -> dict:
    page = client.get(path).content.decode()
    table = page.split('id="keyboard" data-table="')[1].split('"')[0]
    return {each["name"]: each for each in json.loads(unescape(table))["commands"]}


def test_what_is_refused_is_said_at_its_field_and_nothing_is_saved(client, lin):
    answer = client.post(PAGE, typed(client, next="Ctrl+T", previous="R, nonsense"))
    assert answer.status_code == 422
    text = unescape(answer.content.decode())
    assert "Ctrl+T belongs to the browser or to writing." in text
    assert "“nonsense” is no key." in text
    assert 'value="R, nonsense"' in text
    lin.refresh_from_db()
    assert lin.keyboard == {}


def test_without_letters_only_keys_with_ctrl_or_alt_are_left(client, lin):
    fields = typed(client)
    del fields["letters"]
    client.post(PAGE, fields)
    lin.refresh_from_db()
    left = [key for binding in keyboard.bindings(lin) for key in binding.keys]
    assert {"alt+j", "mod+k", "f6"} <= set(left)
    assert not {"j", "?", "/", "g i", "shift+x"} & set(left)
    assert "keys" not in table_of(client)["accept"]


def test_what_an_agent_chose_stays_theirs_when_the_table_comes_to_use_it(lin):
    lin.keyboard = {"keys": {"next": ["s"]}}
    found = {each.command.name: each.keys for each in keyboard.bindings(lin)}
    assert found["next"] == ("s",)
    assert found["search"] == ("/",)


def test_a_page_from_before_does_not_take_keys_from_new_commands(client, lin):
    fields = typed(client, next="M")
    del fields["accept"]
    client.post(PAGE, fields)
    lin.refresh_from_db()
    assert lin.keyboard["keys"] == {"next": ["m"]}


def test_the_keys_of_the_table_are_put_back(client, lin):
    client.post(PAGE, typed(client, next="M", enter="newline"))
    client.post(PAGE, {"reset": "1"})
    lin.refresh_from_db()
    assert lin.keyboard == {}


def test_the_sheet_says_what_the_table_says(client, lin):
    client.post(PAGE, typed(client, next="M", accept="", enter="newline"))
    lin.refresh_from_db()
    text = unescape(client.get(SHEET).content.decode())
    rows = {row.split('"')[0]: row for row in text.split('data-command="')[1:]}
    shown = {
        name: [part.split('"')[0] for part in row.split('data-key="')[1:]]
        for name, row in rows.items()
    }
    table = {name: each.get("keys") for name, each in table_of(client).items()}
    assert shown == {name: keys for name, keys in table.items() if keys}
    assert (shown["next"], shown["send"]) == (["m"], ["mod+enter"])
    assert "accept" not in shown


def test_the_sheet_is_a_question_for_a_page_and_a_page_for_the_rest(client, lin):
    assert b"<dialog" in client.get(SHEET, headers={"HX-Request": "true"}).content.lstrip()[:20]
    assert b"<html" in client.get(SHEET).content


def test_every_page_has_the_table_and_nobody_is_asked_for_it(client, lin):
    for path in ("/", "/search/", "/phrases/", PAGE):
        assert table_of(client, path)["search"]["keys"] == ["/", "s"]
    assert queries_of(client.get, PAGE) <= 2
    client.logout()
    assert b'id="keyboard"' not in client.get("/login/").content
