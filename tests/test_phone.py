"""The customer's phone: what a visitor taps reaches the world, and what agents send shows up."""

import asyncio
import re
from html import unescape

import httpx
import pytest

from messaging.simulator.app import simulator_app
from messaging.simulator.demo import SUPPORT, demo_world
from messaging.simulator.model import ENDED, POOL, SERVICER
from messaging.simulator.phone_app import phone_app
from messaging.simulator.phone_desk import FAULTS, PLUS

KIM = "wmDEMOxiaoming000000000000000001"
HERE = {"Origin": "http://testserver", "X-Requested-With": "phone"}
CHAT = {"account": SUPPORT, "customer": KIM}
MENU = {
    "head_content": "需要什么帮助？",
    "list": [{"type": "click", "click": {"id": "refund", "content": "退款"}}],
}


@pytest.fixture
def world():
    return demo_world()


@pytest.fixture
async def browser_of(world):
    """An HTTP client that acts like the phone's own page."""
    transport = httpx.ASGITransport(app=simulator_app(world, pages={"/phone/": phone_app(world)}))
    base = "http://testserver/simulator/phone/"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=HERE) as client:
        yield client


def send(world, msgtype="text", **body):
    content = body or {"content": "您好"}
    return world.send(world.account(SUPPORT), {"touser": KIM, "msgtype": msgtype, msgtype: content})


def last(world):
    return world.transcript(SUPPORT, KIM)[-1]


def logged(world):
    return world.account(SUPPORT).log.rows[-1]


async def test_a_visitor_comes_in_as_a_new_customer_through_a_link(world, browser_of):
    data = {"account": SUPPORT, "nickname": "Kim", "door": "link", "scene": "shop"}
    answer = await browser_of.post("enter", data=data, headers={"X-Requested-With": ""})
    assert answer.status_code == 303
    page = await browser_of.get(answer.headers["location"])
    assert "Kim" in page.text
    assert logged(world)["event"]["event_type"] == "enter_session"
    assert logged(world)["event"]["scene"] == "shop"


async def test_a_visitor_comes_from_channels(world, browser_of):
    await browser_of.post("enter", data={"account": SUPPORT, "customer": KIM, "door": "5"})
    assert logged(world)["event"]["wechat_channels"] == {"shop_nickname": "售后服务", "scene": 5}


async def test_words_reach_the_log(world, browser_of):
    answer = await browser_of.post("say", params=CHAT, data={"text": "在吗"})
    assert answer.status_code == 204
    assert logged(world)["text"] == {"content": "在吗"}


@pytest.mark.parametrize("sample", PLUS)
async def test_every_sample_can_be_sent_and_is_drawn(world, browser_of, sample):
    assert (await browser_of.post("say", params=CHAT, data={"sample": sample})).status_code == 204
    page = await browser_of.get("", params=CHAT)
    assert page.status_code == 200
    assert f"bubble--{last(world).msgtype}" in page.text


async def test_an_uploaded_picture_goes_out_as_a_picture(world, browser_of):
    upload = {"upload": ("me.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "application/x")}
    await browser_of.post("say", params=CHAT, files=upload)
    assert last(world).msgtype == "image"


async def test_voice_is_played_as_wav(world, browser_of):
    await browser_of.post("say", params=CHAT, data={"sample": "voice"})
    answer = await browser_of.get(f"media/{last(world).content['media_id']}")
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.content.startswith(b"RIFF")
    assert len(answer.content) > 100_000


async def test_a_page_that_somebody_uploads_is_only_a_download(world, browser_of):
    upload = {"upload": ("x.html", b"<script>alert(1)</script>", "text/html")}
    await browser_of.post("say", params=CHAT, files=upload)
    answer = await browser_of.get(f"media/{last(world).content['media_id']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_menu_click_reaches_the_log_with_its_menu_id(world, browser_of):
    world.say(SUPPORT, KIM, content="你好")
    msgid = send(world, "msgmenu", **MENU)
    await browser_of.post("click", params=CHAT, data={"msgid": msgid, "item": "refund"})
    assert logged(world)["text"] == {"content": "退款", "menu_id": "refund"}


async def test_a_recalled_message_leaves_a_tombstone(world, browser_of):
    msgid = world.say(SUPPORT, KIM, content="一句错话")
    await browser_of.post("recall", params=CHAT, data={"msgid": msgid})
    page = await browser_of.get("", params=CHAT)
    assert "You recalled a message" in page.text
    assert "一句错话" not in page.text


async def test_a_customer_who_refuses_the_account_gets_nothing(world, browser_of):
    world.say(SUPPORT, KIM, content="你好")
    await browser_of.post("block", params=CHAT)
    send(world)
    assert logged(world)["event"]["fail_type"] == 10
    await browser_of.post("block", params=CHAT)
    assert not world.conversation(SUPPORT, KIM).blocked


async def test_the_page_shows_the_budget(world, browser_of):
    world.say(SUPPORT, KIM, content="你好")
    send(world)
    send(world)
    page = await browser_of.get("", params=CHAT)
    assert "3 messages left" in page.text
    assert page.text.count("budget__dot--spent") == 2


async def test_news_come_by_long_poll(world, browser_of):
    world.say(SUPPORT, KIM, content="你好")
    page = await browser_of.get("", params=CHAT)
    seen = re.search(r'data-signature="([^"]+)"', page.text)[1]
    waiting = asyncio.create_task(browser_of.get("live", params={**CHAT, "seen": seen}))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    send(world, content="马上为您处理")
    answer = await waiting
    assert "马上为您处理" in answer.text
    assert answer.headers["x-signature"] != seen


async def test_what_customers_write_is_never_markup(world, browser_of):
    world.say(SUPPORT, KIM, content="<script>alert(1)</script>")
    world.customers[KIM].nickname = "<b>Kim"
    page = await browser_of.get("", params=CHAT)
    assert "<script>alert" not in page.text
    assert "<b>Kim" not in page.text
    assert "<b>Kim" in unescape(page.text)


async def test_a_strange_chat_is_no_error(browser_of):
    page = await browser_of.get("", params={"account": "wkX", "customer": "nobody"})
    assert page.status_code == 200
    assert "Choose a customer" in page.text


async def test_the_visitor_plays_the_servicer(world, browser_of):
    world.say(SUPPORT, KIM, content="你好")
    world.change_state(world.account(SUPPORT), KIM, POOL)
    act = {"servicer": "zhangwei"}
    await browser_of.post("servicer", params=CHAT, data={**act, "verb": "pick_up"})
    assert world.conversation(SUPPORT, KIM).state == SERVICER
    await browser_of.post("servicer", params=CHAT, data={**act, "verb": "write", "text": "我来"})
    assert logged(world)["origin"] == 5
    await browser_of.post(
        "servicer", params=CHAT, data={"servicer": "chenjing", "verb": "transfer"}
    )
    assert world.conversation(SUPPORT, KIM).servicer_userid == "chenjing"
    await browser_of.post("servicer", params=CHAT, data={"verb": "end"})
    assert world.conversation(SUPPORT, KIM).state == ENDED


async def test_what_is_not_possible_says_why(world, browser_of):
    world.say(SUPPORT, KIM, content="你好")
    act = {"servicer": "zhangwei", "verb": "pick_up"}
    answer = await browser_of.post("servicer", params=CHAT, data=act)
    assert answer.status_code == 409
    assert "state 0" in answer.text


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_can_be_ordered_and_mended(world, browser_of, name):
    await browser_of.post("fault", data={"fault": name})
    assert [fault.kind for fault in world.faults.active] == [FAULTS[name][1]["kind"]]
    await browser_of.post("fault", data={"fault": "none"})
    assert not world.faults.active


async def test_the_clock_moves_on_and_the_window_closes(world, browser_of):
    world.say(SUPPORT, KIM, content="你好")
    await browser_of.post("clock", data={"hours": "49"})
    page = await browser_of.get("", params=CHAT)
    assert "The window is closed" in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
    ],
)
async def test_a_post_from_a_foreign_origin_is_refused(world, browser_of, headers):
    answer = await browser_of.post("say", params=CHAT, data={"text": "hi"}, headers=headers)
    assert answer.status_code == 403
    assert not world.conversations


async def test_a_foreign_host_name_is_refused(browser_of):
    answer = await browser_of.get("", headers={"Host": "evil.example"})
    assert answer.status_code == 400


async def test_nothing_inline_gets_past_the_policy(browser_of):
    page = await browser_of.get("", params=CHAT)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", page.text)


async def test_the_language_asked_for_is_remembered(browser_of):
    page = await browser_of.get("", params={"lang": "zh"})
    assert '<html lang="zh-hans">' in page.text
    again = await browser_of.get("")
    assert '<html lang="zh-hans">' in again.text
