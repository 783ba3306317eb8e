"""The demo as `manage.py serve` puts it together: two systems, each with a page for its customers."""

import httpx
import pytest

from kfconsole.demo import Demo, seed
from messaging import sharing
from messaging.models import Account, Connection
from sessions.models import Agent, Phrase, Tag

ADDRESS = "http://127.0.0.1:8123"
pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.fixture
def demo(settings, tmp_path):
    settings.KF_DEMO, settings.KF_DATA_DIR, settings.KF_PUBLIC_URL = True, tmp_path, ADDRESS
    seed(ADDRESS)
    return Demo(ADDRESS)


async def console(scope, receive, send):
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_its_team_finds_phrases_and_tags(demo):
    sam = Agent.objects.get(username="sam")
    assert {phrase.title for phrase in Phrase.objects.visible_to(sam)} >= {"Hello in English"}
    assert Tag.of_sessions().exists()
    known = Phrase.objects.count()
    seed(ADDRESS)
    assert Phrase.objects.count() == known


def test_it_can_be_started_again(demo):
    seed(ADDRESS)
    slugs = set(Connection.objects.values_list("slug", flat=True))
    assert slugs == {"demo", "webchat", "demo-desk"}
    # WeCom's accounts are asked for by the worker.
    accounts = Account.objects.exclude(connection__slug="demo-desk")
    assert accounts.get().name == "Web chat"
    assert Account.objects.filter(connection__slug="demo-desk").exists()
    assert sharing.is_offered()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/simulator/phone/", 200),
        ("/simulator/staffservice/webchat/", 200),
        ("/simulator/desk/", 200),
        ("/simulator/faces/wm1.png", 200),
        ("/simulator/staffservice/nowhere/", 404),
        ("/", 418),
    ],
)
async def test_everything_is_where_it_is_looked_for(demo, path, status):
    transport = httpx.ASGITransport(app=demo.beside(console))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        assert (await client.get(path)).status_code == status
