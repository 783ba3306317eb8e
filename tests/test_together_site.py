"""Two web processes on PostgreSQL and Redis: each agent's page hears of the other's."""

import json

import pytest

from tests.site import SHOP, Desk, many, wait_until
from tests.websockets import RawWebsocket


@pytest.fixture
def site(tmp_path, postgres_database, redis):
    with many(tmp_path, postgres_database, redis) as site:
        site.connect(customers=1)
        yield site


class Page:
    """An agent's page, as far as its socket goes: what it has been told of who is where."""

    def __init__(self, desk: Desk, session: int) -> None:
        origin = f"Origin: {str(desk.http.base_url).rstrip('/')}\r\n"
        cookie = f"Cookie: sessionid={desk.http.cookies['sessionid']}\r\n"
        self.socket = RawWebsocket(desk.http.base_url.port, "/live/", origin + cookie)
        self.here: dict = {}
        self.session = session
        self.say(watch={"list": None, "session": session})

    def say(self, **words) -> None:
        self.socket.send(json.dumps(words))

    def writes(self, act: str) -> None:
        self.say(writing={"session": self.session, "mode": "reply", "act": act})

    def until(self, truth) -> None:
        """Listen until it is told so; a socket that hears nothing more fails by its timeout."""
        while not truth(self.here.get(str(self.session), {"people": [], "turn": None})):
            for facts in json.loads(self.socket.receive()).get("data", []):
                told = facts.get("here", {})
                self.here = told if facts.get("whole") else self.here | told


def names(facts) -> list[str]:
    return [name for _, name, _, _ in facts["people"]]


def test_agents_on_two_processes_see_each_other_until_one_process_dies(site):
    site.simulator.say(SHOP, "wm0", "text", content="Hello")
    desks = site.agent("lin", web="web1"), site.agent("wang", web="web2")
    wait_until(lambda: desks[0].sessions())
    [session] = desks[0].sessions().values()
    lin, wang = (Page(desk, session) for desk in desks)
    with lin.socket, wang.socket:
        lin.until(lambda facts: names(facts) == ["lin", "wang"])
        wang.until(lambda facts: names(facts) == ["lin", "wang"])
        lin.writes("type")
        wang.until(lambda facts: facts["turn"] and facts["people"][0][3] == "reply")

        answer = desks[1].reply(session, "Gladly")
        assert answer.status_code == 422
        assert "lin is answering" in answer.text
        wang.writes("take")
        lin.until(lambda facts: facts["turn"] == facts["people"][1][0])
        assert desks[1].reply(session, "Gladly").status_code == 200
        assert "wang is answering" in desks[0].reply(session, "So do I").text

        site.kill("web1")
        wang.until(lambda facts: names(facts) == ["wang"])
