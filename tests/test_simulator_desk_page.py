"""The user's app: what a visitor taps reaches the simulated Desk, and what agents say shows up."""

import asyncio
import json
import re
from random import Random

import httpx
import pytest

from messaging.simulator.desk import page_views
from messaging.simulator.desk.app import desk_app
from messaging.simulator.desk.cards import RATING
from messaging.simulator.desk.demo import SHOP, demo_world
from messaging.simulator.desk.elements import SHAPES, custom, plugin, plugin_of, text
from messaging.simulator.desk.page_views import CARDS, FAULTS, PLUS
from messaging.simulator.desk.personas import play
from messaging.simulator.phone_app import page_app

ZHOU = "user_10086"
HERE = {"Origin": "http://testserver", "X-Requested-With": "phone"}
CHAT = {"client": ZHOU, "service": SHOP}


@pytest.fixture
def world():
    world = demo_world()
    world.files.base_url = "http://testserver/simulator/desk"
    return world


@pytest.fixture
async def browser_of(world):
    """An HTTP client that acts like the page itself."""
    transport = httpx.ASGITransport(
        app=desk_app(
            world, pages={page_views.PREFIX: page_app(world, page_views, page_views.PREFIX)}
        )
    )
    base = "http://testserver/simulator/desk/"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=HERE) as client:
        yield client


def last(world):
    return world.chat(ZHOU, SHOP)[-1]


async def do(browser_of, deed, **data):
    answer = await browser_of.post(deed, params=CHAT, data=data)
    assert answer.status_code == 204, answer.text


async def test_a_visitor_opens_a_chat_as_a_new_user(world, browser_of):
    data = {"service": SHOP, "nickname": "Kim", "channel": "Web"}
    answer = await browser_of.post("enter", data=data, headers={"X-Requested-With": ""})
    assert answer.status_code == 303
    page = await browser_of.get(answer.headers["location"])
    assert "Kim" in page.text
    assert "您好，我是智能助手" in page.text
    assert world.events[0]["ChannelType"] == "Web"


async def test_words_reach_the_bot_and_a_human(world, browser_of):
    await do(browser_of, "say", text="退款")
    assert "退款会在审核通过后" in (await browser_of.get("", params=CHAT)).text
    await do(browser_of, "verb", verb="human")
    await do(browser_of, "say", text="在吗")
    assert [e["Event"] for e in world.events][-1] == "Human.UserSendMsg"


@pytest.mark.parametrize("sample", PLUS)
async def test_every_sample_can_be_sent_and_is_drawn(world, browser_of, sample):
    await do(browser_of, "say", sample=sample)
    page = await browser_of.get("", params=CHAT)
    assert f"bubble--{world.chat(ZHOU, SHOP)[-2].body[0]['MsgType']}" in page.text


@pytest.mark.parametrize("card", CARDS)
async def test_every_card_can_be_sent_and_is_drawn(browser_of, card):
    await do(browser_of, "say", card=card)
    page = await browser_of.get("", params=CHAT)
    assert "bubble--card" in page.text


async def test_an_uploaded_picture_is_shown_from_its_relative_address(browser_of):
    upload = {"upload": ("me.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "application/x")}
    await browser_of.post("say", params=CHAT, files=upload)
    page = await browser_of.get("", params=CHAT)
    source = re.search(r'<img class="picture__image" src="(media/[^"]+)"', page.text)[1]
    assert (await browser_of.get(source)).headers["content-type"] == "image/png"


async def test_a_branch_and_a_form_are_answered(world, browser_of):
    await do(browser_of, "say", text="你好")
    branch = world.chat(ZHOU, SHOP)[1]
    await do(browser_of, "click", key=branch.msg_key, item="查询订单")
    form = last(world)
    await do(
        browser_of, "fill", key=form.msg_key, name=["订单号", "手机号"], value=["37210", "138"]
    )
    said = [line.body[0]["MsgContent"]["Text"] for line in world.chat(ZHOU, SHOP) if line.is_mine]
    assert said == ["你好", "查询订单", "订单号：37210\n手机号：138"]
    page = await browser_of.get("", params=CHAT)
    assert 'aria-current="true">查询订单' in page.text
    assert "Filled in" in page.text


async def test_the_rating_card_takes_one_answer(world, browser_of):
    world.ask_human(ZHOU)
    session = world.last_session(ZHOU, SHOP).session_id
    await do(browser_of, "workbench", verb="end", member="lin@example.com")
    assert str(plugin_of(last(world).body[0])["src"]) == RATING
    await do(browser_of, "rate", session=session, stars="4")
    page = await browser_of.get("", params=CHAT)
    assert page.text.count("rating__star--given") == 4
    answer = await browser_of.post("rate", params=CHAT, data={"session": session, "stars": "1"})
    assert (answer.status_code, "10152" in answer.text) == (409, True)


async def test_the_visitor_plays_desks_own_agent(world, browser_of):
    await do(browser_of, "verb", verb="human")
    await do(browser_of, "workbench", verb="write", text="我来", member="")
    assert last(world).body == [text("我来")]
    session = world.last_session(ZHOU, SHOP)
    other = {"lin@example.com": "sam@example.com"}.get(session.agent_id, "lin@example.com")
    await do(browser_of, "workbench", verb="forward", member=other)
    assert session.agent_id == other
    await do(browser_of, "workbench", verb="rest", member=other)
    assert world.members[other].status == "STATUS_REST"


async def test_the_queue_is_shown_and_can_be_left(world, browser_of):
    for mail in world.members:
        world.set_status(mail, "STATUS_NOT_READY")
    await do(browser_of, "verb", verb="human")
    page = await browser_of.get("", params=CHAT)
    assert "In the queue" in page.text
    assert "Leave the queue" in page.text
    await do(browser_of, "verb", verb="end")
    assert world.stage(ZHOU, SHOP) == "NotInSession"


async def test_news_come_by_long_poll(world, browser_of):
    world.ask_human(ZHOU)
    page = await browser_of.get("", params=CHAT)
    seen = re.search(r'data-signature="([^"]+)"', page.text)[1]
    waiting = asyncio.create_task(browser_of.get("live", params={**CHAT, "seen": seen}))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    world.agent_say(world.last_session(ZHOU, SHOP).session_id, "马上为您处理")
    assert "马上为您处理" in (await waiting).text


async def test_what_others_write_is_never_markup_and_odd_cards_are_drawn(world, browser_of):
    world.ask_human(ZHOU)
    session = world.last_session(ZHOU, SHOP).session_id
    evil = "<script>alert(1)</script>"
    bodies = [text(evil), custom("{"), custom({"src": "15", "customerServicePlugin": 0})]
    bodies += [plugin(src, content=evil) for src in (9, 15, 21, 22, 30)]
    bodies += [plugin(src, content={"items": evil, "header": evil}) for src in (15, 21, 22)]
    bodies += [plugin(9, menuContent={"menu": [evil], "head": evil})]
    bodies += [plugin(22, content={"url": url, "header": "x"}) for url in ("javascript:x", 5)]
    for body in bodies:
        world.agent_say(session, body=[body])
    page = await browser_of.get("", params=CHAT)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "javascript:" not in page.text


def test_every_element_has_a_template():
    from django.template.loader import get_template

    for kind in {*SHAPES, "rating", "branch", "form", "card", "other"} - {"TIMCustomElem"}:
        get_template(f"simulator/desk/elements/_{kind}.html")


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_can_be_ordered_and_mended(world, browser_of, name):
    await do(browser_of, "fault", fault=name)
    assert [fault.kind for fault in world.faults.active] == [FAULTS[name][1]["kind"]]
    await do(browser_of, "fault", fault="none")
    assert not world.faults.active


async def test_the_clock_moves_on_and_the_session_ends(world, browser_of):
    world.say(ZHOU, "你好")
    await do(browser_of, "clock", minutes="60")
    assert world.events[-2]["Event"] == "SessionUserTimeoutEnd"


async def test_without_a_user_nothing_can_be_done(world, browser_of):
    for deed in ("say", "verb", "click", "fill", "workbench"):
        answer = await browser_of.post(deed, data={"text": "hi", "verb": "human"})
        assert answer.status_code == 409
    assert (await browser_of.get("", params={"client": "x", "service": "y"})).status_code == 200
    assert not world.events


async def test_a_post_from_a_foreign_origin_is_refused(world, browser_of):
    headers = {"Origin": "https://evil.example"}
    answer = await browser_of.post("say", params=CHAT, data={"text": "hi"}, headers=headers)
    assert answer.status_code == 403
    assert not world.events


async def test_nothing_inline_gets_past_the_policy(browser_of):
    page = await browser_of.get("", params=CHAT)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", page.text)


async def test_users_chat_by_themselves_and_rate(world):
    playing = asyncio.create_task(play(world, pace=0.0005, rng=Random(1)))
    async with asyncio.timeout(10):
        while sum(e["Event"] == "SatisfactionSelected" for e in world.events) < 2:
            for session in list(world.sessions.values()):
                if session.stage == "Agent" and session.spoke_last == 1:
                    world.agent_say(session.session_id, "好的")
                    if sum(line.is_mine for line in session.lines) > 4:
                        world.agent_end(session.session_id)
                elif session.stage == "Agent" and len(session.lines) > 5:
                    world.agent_end(session.session_id)
            await asyncio.sleep(0.001)
    playing.cancel()
    assert json.dumps(list(world.events))
