"""Processes are killed in the middle of a burst: nothing is lost, nothing comes twice.

300 messages in, 60 out, on one process with SQLite and on many with PostgreSQL and Redis.
"""

import threading
import time
import uuid
from collections import Counter

import httpx
import pytest

from tests.site import SHOP, Desk, Site, embedded, many, wait_until

CUSTOMERS, EACH, REPLIES = 20, 15, 3
IN, OUT = CUSTOMERS * EACH, CUSTOMERS * REPLIES


@pytest.fixture(params=["embedded", "many"])
def site(request, tmp_path):
    if request.param == "embedded":
        with embedded(tmp_path) as site:
            yield site
    else:
        database = request.getfixturevalue("postgres_database")
        with many(tmp_path, database, request.getfixturevalue("redis")) as site:
            yield site


def write_all(site: Site) -> None:
    for turn in range(EACH):
        for number in range(CUSTOMERS):
            site.simulator.say(SHOP, f"wm{number}", "text", content=f"in {number}-{turn}")


def reply_all(site: Site, lin: Desk, sessions: dict[str, int]) -> None:
    """Lin's browser repeats what got no answer, under the same id, wherever a web process lives."""
    for turn in range(REPLIES):
        for number in range(CUSTOMERS):
            words, msgid = f"out {number}-{turn}", uuid.uuid4().hex
            wait_until(lambda: answered(site, lin, sessions[f"Customer {number}"], words, msgid))  # noqa: B023


def answered(site: Site, lin: Desk, session: int, words: str, msgid: str) -> bool:
    for url in site.urls.values():
        lin.http.base_url = url
        try:
            if lin.reply(session, words, msgid).status_code == 200:
                return True
        except httpx.HTTPError:
            continue
    return False


def on_phones(site: Site) -> list[str]:
    return [
        bubble["content"]["content"]
        for number in range(CUSTOMERS)
        for bubble in site.simulator.transcript(SHOP, f"wm{number}")
        if bubble["side"] == "agent"
    ]


def in_thread(lin: Desk, session: int, words: list[str]) -> list[str]:
    """These words in the order in which the page shows them, as often as it shows them."""
    page = lin.http.get(f"/sessions/{session}/").text
    log = page[page.index('id="messages"') : page.index('id="composer"')]
    found = sorted((log.index(f">{word}<"), word) for word in words if f">{word}<" in log)
    assert all(log.count(f">{word}<") == 1 for _, word in found)
    return [word for _, word in found]


def test_a_burst_survives_kills(site):
    site.connect(CUSTOMERS)
    lin = site.agent("lin")
    for number in range(CUSTOMERS):
        site.simulator.say(SHOP, f"wm{number}", "text", content="hello")
    sessions = wait_until(lambda: all_of(lin), what=f"{CUSTOMERS} sessions\n{site.words()}")
    threads = [
        threading.Thread(target=write_all, args=[site]),
        threading.Thread(target=reply_all, args=[site, lin, sessions]),
    ]
    for thread in threads:
        thread.start()
    kill_and_restart(site)
    for thread in threads:
        thread.join(90)
    expected = Counter(f"out {n}-{turn}" for n in range(CUSTOMERS) for turn in range(REPLIES))
    wait_until(lambda: len(on_phones(site)) >= OUT, 60, f"all on the phones\n{site.words()}")
    assert Counter(on_phones(site)) == expected
    for number in range(CUSTOMERS):
        check_thread(site, lin, number, sessions[f"Customer {number}"])


def all_of(lin: Desk) -> dict[str, int] | None:
    sessions = lin.sessions()
    names = {f"Customer {number}" for number in range(CUSTOMERS)}
    return sessions if names <= set(sessions) else None


def kill_and_restart(site: Site) -> None:
    time.sleep(0.7)
    for name in ("worker1", "web1") if "worker1" in site.processes else ("web1",):
        site.kill(name)
        time.sleep(0.5)
        site.restart(name)
        time.sleep(0.5)


def check_thread(site: Site, lin: Desk, number: int, session: int) -> None:
    out = [f"out {number}-{turn}" for turn in range(REPLIES)]
    said = [f"in {number}-{turn}" for turn in range(EACH)]
    wait_until(
        lambda: len(in_thread(lin, session, said)) == EACH, 30, f"all of {number}\n{site.words()}"
    )
    assert in_thread(lin, session, said) == said
    assert in_thread(lin, session, out) == out
    phone = [
        bubble["content"]["content"]
        for bubble in site.simulator.transcript(SHOP, f"wm{number}")
        if bubble["side"] == "agent"
    ]
    assert phone == out
