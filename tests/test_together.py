"""Who is here and who writes: told between processes, ended by itself, and gone with its holder."""

from types import SimpleNamespace

import pytest
from channels.layers import channel_layers

from messaging.hub import Hub
from sessions import together as module
from sessions.together import Together
from tests.pipes import joined, settled, until
from tests.test_link import Layer

SHOP, OTHER = 1, 2


class Person(SimpleNamespace):
    def __str__(self):
        return self.name


LIN, WANG = Person(pk=7, name="Lin"), Person(pk=8, name="Wang Wei")


@pytest.fixture
def quick(monkeypatch):
    for name, seconds in {
        "BEAT": 0.05, "SILENCE": 0.15, "TYPING": 0.1, "TURN": 0.25, "PAGE": 0.3, "GATHER": 0.001,
    }.items():  # fmt: skip
        monkeypatch.setattr(module, f"{name}_SECONDS", seconds)


@pytest.fixture
async def one():
    hub = Hub()
    hub.start()
    yield Together(hub)
    await hub.stop()


@pytest.fixture
async def two():
    """As two processes have it."""
    before = channel_layers.set("default", Layer())
    hubs = [Hub(), Hub()]
    for hub in hubs:
        hub.start()
        await hub.ready(5)
    yield [Together(hub) for hub in hubs]
    for hub in hubs:
        await hub.stop()
    channel_layers.set("default", before)


def seen(together, session=5, account=SHOP):
    """Who is said to be in a session."""
    here = together.whole([account])["here"].get(session, {"people": []})
    return [name for _, name, _, _ in here["people"]]


def typing(together, session=5):
    here = together.whole([SHOP])["here"].get(session, {"people": []})
    return {name: mode for _, name, _, mode in here["people"] if mode}


async def test_who_looks_is_told_to_the_pages_of_the_account_and_to_no_others(one):
    page, foreign = joined(one._hub, f"account-{SHOP}"), joined(one._hub, f"account-{OTHER}")
    one.look("a tab", LIN, 5, SHOP)
    await until(lambda: page.messages)
    assert page.messages == [
        {"data": [{"here": {"5": {"people": [[7, "Lin", "L", ""]], "turn": None}}}]}
    ]
    one.leave("a tab")
    await until(lambda: len(page.messages) == 2)
    assert page.messages[1] == {"data": [{"here": {"5": {"people": [], "turn": None}}}]}
    assert not foreign.messages


async def test_an_agent_with_two_pages_is_there_once_and_online_without_a_session(one):
    one.look("a tab", LIN, 5, SHOP)
    one.look("another", LIN, 5, SHOP)
    one.look("a list", WANG)
    await until(lambda: seen(one) == ["Lin"])
    assert one.online() == {7, 8}
    one.leave("a tab")
    await settled()
    assert seen(one) == ["Lin"]


async def test_nothing_new_is_not_told_again(one):
    page = joined(one._hub, f"account-{SHOP}")
    one.look("a tab", LIN, 5, SHOP)
    await until(lambda: page.messages)
    for _ in range(3):
        one.stay("a tab", True)
        await settled()
    assert len(page.messages) == 1


async def test_typing_ends_by_itself_and_the_turn_after_it(quick, one):
    one.look("a tab", LIN, 5, SHOP)
    one.write("a tab", 5, "reply", "type")
    await until(lambda: typing(one) == {"Lin": "reply"})
    assert one.answering(5, but=WANG.pk) == "Lin"
    assert one.answering(5, but=LIN.pk) == ""
    await until(lambda: not typing(one))
    assert one.answering(5, but=WANG.pk) == "Lin"
    await until(lambda: not one.answering(5, but=WANG.pk))


async def test_a_note_takes_no_turn(one):
    one.look("a tab", LIN, 5, SHOP)
    one.write("a tab", 5, "note", "type")
    await until(lambda: typing(one) == {"Lin": "note"})
    assert one.answering(5, but=WANG.pk) == ""


async def test_who_leaves_the_field_types_no_more_but_keeps_the_turn_who_sends_gives_it_up(one):
    one.look("a tab", LIN, 5, SHOP)
    one.write("a tab", 5, "reply", "type")
    one.write("a tab", 5, "reply", "pause")
    await until(lambda: one.answering(5, but=WANG.pk) == "Lin")
    assert not typing(one)
    one.write("a tab", 5, "reply", "stop")
    await until(lambda: not one.answering(5, but=WANG.pk))


async def test_who_began_first_answers_until_another_takes_over(one):
    one.look("his", WANG, 5, SHOP)
    one.look("hers", LIN, 5, SHOP)
    one.write("hers", 5, "reply", "type")
    one.write("his", 5, "reply", "type")
    await until(lambda: one.answering(5, but=0) == "Lin")
    one.write("his", 5, "reply", "take")
    await until(lambda: one.answering(5, but=0) == "Wang Wei")
    one.write("hers", 5, "reply", "type")
    await settled()
    assert one.answering(5, but=0) == "Wang Wei"
    one.write("hers", 5, "reply", "take")
    await until(lambda: one.answering(5, but=0) == "Lin")


@pytest.mark.parametrize(
    ("session", "mode", "act"), [(6, "reply", "type"), (5, "shout", "type"), (None, None, None)]
)
async def test_what_no_page_of_ours_says_is_ignored(one, session, mode, act):
    one.write("nobody", 5, "reply", "type")
    one.stay("nobody", True)
    one.look("a tab", LIN, 5, SHOP)
    one.write("a tab", session, mode, act)
    await settled()
    assert not typing(one)
    assert one.answering(5, but=0) == ""


async def test_a_page_that_says_nothing_shows_nothing_but_is_online(quick, one):
    one.look("a tab", LIN, 5, SHOP)
    await until(lambda: seen(one) == ["Lin"])
    await until(lambda: not seen(one))
    assert one.online() == {7}
    one.stay("a tab", True)
    await until(lambda: seen(one) == ["Lin"])
    one.stay("a tab", False)
    await until(lambda: not seen(one))


async def test_another_session_ends_what_was_written_in_the_first(one):
    one.look("a tab", LIN, 5, SHOP)
    one.write("a tab", 5, "reply", "type")
    one.look("a tab", LIN, 6, SHOP)
    await until(lambda: seen(one, 6) == ["Lin"])
    assert not seen(one, 5)
    assert one.answering(5, but=0) == ""


async def test_processes_tell_each_other(two):
    lins, wangs = two
    page = joined(wangs._hub, f"account-{SHOP}")
    lins.look("a tab", LIN, 5, SHOP)
    await until(lambda: page.messages)
    assert seen(wangs) == ["Lin"]
    wangs.look("his", WANG, 5, SHOP)
    lins.write("a tab", 5, "reply", "type")
    await until(lambda: wangs.answering(5, but=WANG.pk) == "Lin")
    wangs.write("his", 5, "reply", "take")
    await until(lambda: lins.answering(5, but=LIN.pk) == "Wang Wei")


async def test_a_process_that_comes_later_is_told_at_once(two):
    lins, wangs = two
    lins.look("a tab", LIN, 5, SHOP)
    await until(lambda: seen(wangs) == ["Lin"])
    wangs._told.clear()
    wangs.look("his", WANG, 6, SHOP)
    await until(lambda: seen(wangs) == ["Lin"], seconds=1)


async def test_the_people_of_a_dead_process_vanish(quick, two):
    lins, wangs = two
    page = joined(wangs._hub, f"account-{SHOP}")
    wangs.look("his", WANG, 6, SHOP)
    lins.look("a tab", LIN, 5, SHOP)
    lins.write("a tab", 5, "reply", "type")
    await until(lambda: wangs.answering(5, but=WANG.pk) == "Lin")
    lins._timer.cancel()
    lins._tell_at = lambda at: None
    await until(lambda: not wangs.answering(5, but=WANG.pk))
    assert wangs.online() == {8}
    await until(lambda: page.messages[-1]["data"][-1]["here"].get("5", {}).get("people") == [])


async def test_a_page_that_missed_something_hears_of_its_session_when_it_next_says_it_is_there(one):
    one.look("a tab", LIN, 5, SHOP)
    one.look("his", WANG, 5, SHOP)
    one.look("a list", WANG)
    await until(lambda: seen(one) == ["Lin", "Wang Wei"])
    assert [name for _, name, *_ in one.of("his")["here"][5]["people"]] == ["Lin", "Wang Wei"]
    assert one.of("a list") == one.of("nobody's") == {"here": {}}
