"""Workers are killed in the middle of a file: another makes it anew, whole, and it is there once."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

from tests.site import Desk, Site, embedded, many, wait_until

SESSIONS, EACH = 100, 100
FILL = f"""
from django.utils import timezone
from messaging.models import Message
from sessions.models import SessionFact
from tests.factories import make_account, make_connection, make_customer, make_ended_session

customer = make_customer(make_account(connection=make_connection(is_enabled=False)))
now = timezone.now()
own = {{"account_id": customer.account_id, "customer": customer}}
said = own | {{"kind": "text", "direction": "in", "origin": "customer", "text": "Hello"}}
sessions = [make_ended_session(customer) for _ in range({SESSIONS})]
SessionFact.objects.bulk_create(
    SessionFact(session=one, opened_at=now, messages_in={EACH}, **own) for one in sessions
)
for one in sessions:
    Message.objects.bulk_create(
        Message(msgid=f"{{one.pk}}-{{n}}", session=one, sent_at=now, created_at=now, **said)
        for n in range({EACH})
    )
"""


@pytest.fixture(params=["embedded", "many"])
def site(request, tmp_path):
    few = {"KF_EXPORT_ROWS": "100"}
    if request.param == "embedded":
        with embedded(tmp_path, **few) as site:
            yield site
    else:
        database = request.getfixturevalue("postgres_database")
        with many(tmp_path, database, request.getfixturevalue("redis"), **few) as site:
            yield site


def page_of(boss: Desk) -> str:
    return boss.http.get("/reports/exports/").text


def kill_and_restart(site: Site) -> None:
    names = [name for name in ("worker1", "worker2") if name in site.processes] or ["web1"]
    for name in names:
        site.kill(name)
    for name in names:
        site.restart(name)


def test_a_file_survives_kills(site: Site, tmp_path: Path):
    site.manage("shell", "-c", FILL)
    boss = site.agent("boss", "lead")
    for form in ("csv", "xlsx"):
        boss.post(f"/reports/raw/messages.{form}?period=today")
    wait_until(lambda: "<progress" in page_of(boss), 60, f"rows are written\n{site.words()}")
    kill_and_restart(site)
    ready = r'href="(/reports/exports/\d+/file/)"[^>]*aria-label="Download (messages[^"]*)"'
    found = wait_until(
        lambda: len(links := re.findall(ready, page_of(boss))) == 2 and dict(links),
        120,
        f"both files\n{page_of(boss)}\n{site.words()}",
    )
    for address, name in found.items():
        content = boss.http.get(address).content
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert packed.testzip() is None
            if name.endswith(".csv.zip"):
                rows = list(csv.reader(io.TextIOWrapper(packed.open(name[:-4]), "utf-8-sig")))
    assert len({row[0] for row in rows}) == len(rows) == 1 + SESSIONS * EACH
    assert len(list((tmp_path / "media" / "exports").iterdir())) == 2
    wait_until(lambda: not list((tmp_path / "making").iterdir()))
