"""The demo's web chat: what a visitor does reaches the console, and what agents send shows up."""

import asyncio
import json
from random import Random

import httpx
import pytest

from messaging.simulator.phone_app import page_app
from messaging.simulator.staffservice import page, personas
from messaging.simulator.staffservice.app import StaffApp
from messaging.simulator.staffservice.world import World

HERE = {"Origin": "http://testserver", "X-Requested-With": "phone"}
KIM = {"customer": "kim"}
SURVEY = "How satisfied are you?\n5 Very\n4 Rather\n1 Not at all"


@pytest.fixture
async def app():
    """An app whose console takes everything, unless `refuses` says why not."""
    app = StaffApp(World("1001", "secret"))
    app.parts[page.PREFIX] = page_app(app, page, page.PREFIX)
    app.world.add_customer("Kim", "kim")
    app.told, app.refuses = [], {}

    def console(request):
        app.told.append(json.loads(request.content))
        return httpx.Response(200, json={"errcode": 0, "errmsg": "ok"} | app.refuses)

    app.calls._http = httpx.AsyncClient(transport=httpx.MockTransport(console))
    app.world.door = "http://console"
    yield app
    await app.close()


@pytest.fixture
async def visitor(app):
    transport = httpx.ASGITransport(app=app)
    base = "http://testserver/simulator/staffservice/webchat/"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=HERE) as client:
        yield client


def answered(app, words="Hello", **content):
    app.world.show("kim", "agent", "text", {"content": words, **content})


async def test_a_visitor_comes_in_and_writes(app, visitor):
    came = await visitor.post("enter", data={"nickname": "Lee"}, headers={"X-Requested-With": ""})
    assert (await visitor.get(came.headers["location"])).text.count("Lee") == 1
    answer = await visitor.post("say", params=KIM, data={"text": "Hello?"})
    assert answer.status_code == 204
    assert [(told["MsgType"], told["Content"]) for told in app.told] == [("text", "Hello?")]


@pytest.mark.parametrize("by_path", [{}, {"by_path": "on"}])
async def test_a_file_is_told_by_address_or_by_path(app, visitor, by_path):
    app.world.own_url = "http://here"
    files = {"upload": ("a.pdf", b"%PDF-1.4 x")}
    await visitor.post("say", params=KIM, data=by_path, files=files)
    said = app.told[0]["Content"]
    assert app.told[0]["MsgType"] == "file"
    assert said.startswith("/files/" if by_path else "http://here/files/")
    fetched = await visitor.get(
        f"http://testserver/simulator/staffservice{said.replace('http://here', '')}"
    )
    assert fetched.content == b"%PDF-1.4 x"


async def test_asking_for_a_human_has_no_content(app, visitor):
    await visitor.post("ask", params=KIM)
    assert app.told[0]["MsgType"] == "event.CLICK.RG"
    assert "Content" not in app.told[0]


async def test_what_the_console_refuses_is_said_and_marked(app, visitor):
    app.refuses = {"errcode": 30003, "errmsg": "Signature验证失败。"}
    answer = await visitor.post("say", params=KIM, data={"text": "Hello?"})
    assert answer.status_code == 409
    assert "Signature验证失败。" in answer.text
    assert "Not sent" in (await visitor.get("", params=KIM)).text


async def test_an_answer_shows_up_with_its_name_and_the_page_hears_of_it(app, visitor):
    first = await visitor.get("", params=KIM)
    seen = first.text.partition('data-signature="')[2].partition('"')[0]
    waiting = asyncio.create_task(visitor.get("live", params=KIM | {"seen": seen}))
    answered(app, "On its way", by="Lin")
    live = await waiting
    assert live.status_code == 200
    assert "On its way" in live.text
    assert "Lin" in live.text


async def test_a_survey_has_its_numbers_to_press_until_it_is_answered(app, visitor):
    answered(app, SURVEY)
    assert (await visitor.get("", params=KIM)).text.count('class="choices__one"') == 3
    await visitor.post("say", params=KIM, data={"text": "5"})
    assert app.told[-1]["Content"] == "5"
    assert "choices__one" not in (await visitor.get("", params=KIM)).text


@pytest.mark.parametrize("fault", page.FAULTS)
async def test_every_fault_can_be_ordered(app, visitor, fault):
    assert (await visitor.post("fault", params=KIM, data={"fault": fault})).status_code == 204
    assert app.world.faults.active


async def test_another_page_cannot_do_anything(visitor):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        answer = await visitor.post("say", params=KIM, data={"text": "x"}, headers=headers)
        assert answer.status_code == 403


async def test_a_persona_asks_answers_and_rates(app):
    persona = personas.CAST[0]
    chat = app.world.add_customer(persona.nickname, persona.user_id)
    visit = personas.Visit(persona, chat, app.calls, Random(1), 0.001)
    playing = asyncio.create_task(visit.run())
    for told, words in ((3, "Hello"), (4, "One moment"), (5, SURVEY)):
        while len(app.told) < told:
            await asyncio.sleep(0.001)
        app.world.show(chat.user_id, "agent", "text", {"content": words})
    await asyncio.wait_for(playing, 5)
    said = [told.get("Content", told["MsgType"]) for told in app.told]
    assert said[0] == "event.CLICK.RG"
    assert persona.then[0] in said
    assert said[-1] == persona.rating
