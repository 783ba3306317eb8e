"""The demo's customers live: they ask, answer, complain, rate and come back."""

import asyncio
import contextlib
from random import Random

import pytest

from messaging.simulator.demo import GLOBAL, PRESALES, SUPPORT, demo_world
from messaging.simulator.errors import Refused
from messaging.simulator.model import ENDED, POOL, SERVICER
from messaging.simulator.persona_servicer import Clerk
from messaging.simulator.persona_wits import Wits, score
from messaging.simulator.personas import FIRST_WITHIN, LIVE, play
from messaging.simulator.scripts import CAST, FIRST
from messaging.simulator.scripts.beats import sample

CASTED = {persona.key: persona for persona in CAST}
ACCOUNTS = (PRESALES, SUPPORT, GLOBAL)
FAST = 0.002  # a minute takes 120 ms
SURVEY = {
    "touser": "",
    "msgtype": "msgmenu",
    "msgmenu": {
        "head_content": "请对本次服务评价",
        "list": [
            {"type": "click", "click": {"id": str(n), "content": text}}
            for n, text in ((5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"))
        ],
    },
}


@contextlib.asynccontextmanager
async def playing(world, *keys, seed=1, pace=FAST):
    """The named personas (all without names) are at it while the block runs."""
    cast = tuple(CASTED[key] for key in keys) or CAST
    task = asyncio.create_task(play(world, pace=pace, rng=Random(seed), cast=cast))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition, seconds=8):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def talk(world, key):
    """The conversation of a persona, None before they have come."""
    persona = CASTED[key]
    for conversation in world.conversations.values():
        if world.customers[conversation.external_userid].nickname == persona.nickname:
            return conversation
    return None


def said(world, key):
    conversation = talk(world, key)
    return [b for b in conversation.transcript if b.side == "customer"] if conversation else []


def opened(world, key):
    return lambda: len(said(world, key)) >= len(CASTED[key].opening)


def reply(world, key, content="我来帮您看看订单情况，很快就好"):
    conversation = talk(world, key)
    body = {
        "touser": conversation.external_userid,
        "msgtype": "text",
        "text": {"content": content},
    }
    return world.send(world.account(conversation.open_kfid), body)


def send_survey(world, key):
    conversation = talk(world, key)
    body = {**SURVEY, "touser": conversation.external_userid}
    return world.send(world.account(conversation.open_kfid), body)


async def test_the_first_ones_are_there_within_three_seconds():
    assert FIRST_WITHIN < 3
    world = demo_world()
    async with playing(world, pace=0.3):  # the rest is for a busy machine
        await until(lambda: all(said(world, key) for key in FIRST), seconds=3)


async def test_a_persona_answers_an_agents_reply():
    world = demo_world()
    async with playing(world, "xiaoming"):
        await until(opened(world, "xiaoming"))
        reply(world, "xiaoming", "给您换一副新的，明天发出")
        await until(lambda: len(said(world, "xiaoming")) > len(CASTED["xiaoming"].opening))
    assert said(world, "xiaoming")[-1].content["content"].startswith("换新的就行")


async def test_a_persona_knows_the_order_number_when_asked_for_it():
    world = demo_world()
    async with playing(world, "xiaoming"):
        await until(opened(world, "xiaoming"))
        reply(world, "xiaoming", "请提供一下订单号")
        await until(lambda: "8820261117004512" in str(said(world, "xiaoming")[-1].content))


async def test_a_persona_who_is_asked_for_two_things_sends_both():
    wits = Wits(CASTED["xiaoming"], Random(1))
    turn = wits.answer("麻烦提供订单号，再拍张照片给我")
    assert [beat.kind for beat in turn] == ["text", "image"]


async def test_six_messages_in_a_row_to_the_silent_one_use_up_the_budget():
    world = demo_world()
    async with playing(world, "quiet"):
        await until(opened(world, "quiet"))
        for _ in range(5):
            reply(world, "quiet")
            await asyncio.sleep(0.03)
        with pytest.raises(Refused) as refused:
            reply(world, "quiet")
    assert refused.value.code == 95001
    assert len(said(world, "quiet")) == 1


async def test_a_persona_who_is_left_alone_complains_and_then_rates_lower():
    world = demo_world()
    async with playing(world, "haitao"):
        count = len(CASTED["haitao"].opening) + len(CASTED["haitao"].impatient)
        await until(lambda: len(said(world, "haitao")) >= count)
        send_survey(world, "haitao")
        await until(lambda: "menu_id" in said(world, "haitao")[-1].content)
    assert said(world, "haitao")[-1].content["content"] == "不满意"


async def test_a_content_persona_rates_after_the_end():
    world = demo_world()
    async with playing(world, "jiayi"):
        await until(opened(world, "jiayi"))
        conversation = talk(world, "jiayi")
        names = (conversation.open_kfid, conversation.external_userid)
        code = world.change_state(world.account(names[0]), names[1], ENDED)
        await asyncio.sleep(0.02)
        body = {key: value for key, value in SURVEY.items() if key != "touser"}
        world.send_on_event(world.corp().corp_id, {**body, "code": code})
        await until(lambda: said(world, "jiayi")[-1].content.get("menu_id") == "5")


async def test_a_persona_comes_back_some_minutes_after_the_end():
    world = demo_world()
    async with playing(world, "haitao"):
        await until(opened(world, "haitao"))
        conversation = talk(world, "haitao")
        world.change_state(
            world.account(conversation.open_kfid), conversation.external_userid, ENDED
        )
        await until(lambda: conversation.spell == 2)
    assert "钱到账了，刚收到通知" in [
        bubble.content.get("content") for bubble in said(world, "haitao")
    ]


async def test_a_recalled_message_is_said_again_in_better_words():
    world = demo_world()
    async with playing(world, "emma"):
        await until(lambda: len(said(world, "emma")) == 4)
    assert [bubble.recalled for bubble in said(world, "emma")] == [False, False, True, False]


async def test_the_same_seed_gives_the_same_play():
    worlds = []
    for _ in range(2):
        worlds.append(demo_world())
        async with playing(worlds[-1], *FIRST, seed=7):
            await until(lambda: all(opened(worlds[-1], key)() for key in FIRST))
    first, second = ([said(world, key)[0].content for key in FIRST] for world in worlds)
    assert first == second


async def test_there_are_never_more_conversations_than_a_visitor_bears():
    world = demo_world()
    async with playing(world, pace=0.0005):
        await until(lambda: len(world.conversations) == LIVE)
        await asyncio.sleep(0.2)
        assert len(world.conversations) == LIVE


async def test_a_servicer_picks_up_from_the_pool_answers_and_ends():
    world = demo_world()
    clerk = Clerk(world, Random(1))
    names = (SUPPORT, next(iter(world.customers)))
    world.say(*names, content="你好，东西坏了")
    world.change_state(world.account(SUPPORT), names[1], POOL)
    for _ in range(4):
        clerk.look()
    conversation = world.conversation(*names)
    assert conversation.state == SERVICER
    assert conversation.transcript[-1].side == "servicer"
    for _ in range(4):
        world.say(*names, content="那什么时候能修好")
        clerk.look()
        clerk.look()
        clerk.look()
    assert conversation.state == ENDED


async def test_servicers_leave_a_visitors_own_customer_to_the_visitor():
    world = demo_world()
    clerk = Clerk(world, Random(1))
    names = (SUPPORT, next(iter(world.customers)))
    world.say(*names, content="你好")
    world.change_state(world.account(SUPPORT), names[1], SERVICER, "zhangwei")
    world.write(*names, "zhangwei", content="我来处理")
    world.say(*names, content="好的")
    assert [clerk.look() for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("items", "chosen"),
    [
        (("非常满意", "满意", "一般", "不满意"), "非常满意"),
        (("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"), None),
        (("⭐", "⭐⭐", "⭐⭐⭐", "⭐⭐⭐⭐", "⭐⭐⭐⭐⭐"), None),
        (("1 分", "2 分", "3 分", "4 分", "5 分"), None),
    ],
)
def test_a_happy_customer_finds_the_best_rating_in_any_menu(items, chosen):
    best = max(items, key=lambda item: score(item, items.index(item), len(items)))
    assert best == (chosen or items[-1])


def test_automatic_texts_get_no_answer():
    wits = Wits(CASTED["james"], Random(1))
    assert wits.answer("Welcome to Global Support! You are number 3 in the queue.") == ()
    assert wits.answer("Please try to plug it out and in again.") == CASTED["james"].turns[0]


def test_a_mere_greeting_is_greeted_and_costs_no_part_of_the_story():
    james = CASTED["james"]
    assert Wits(james, Random(1)).answer("Hello! How can I help you?") != james.turns[0]
    assert Wits(james, Random(1)).answer("Hello, please hold the reset key") == james.turns[0]


@pytest.mark.parametrize("persona", CAST, ids=lambda persona: persona.key)
def test_every_sample_of_a_script_is_there_and_small(persona):
    turns = [persona.opening, *persona.turns, *persona.answers.values(), *persona.impatient]
    for beat in [beat for turn in [*turns, persona.returns] for beat in turn]:
        assert beat.kind in ("text", "recall", "block") or beat.fields or beat.sample
        assert not beat.sample or 0 < len(sample(beat.sample)) < 100_000
