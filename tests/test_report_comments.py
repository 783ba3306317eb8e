"""Comments of customers in the report on satisfaction."""

import pytest

from sessions.models import SessionFact, Survey
from sessions.reports import comments
from sessions.reports.pages import REPORTS
from tests.report_site import YEAR, page_of, reading
from tests.test_report_tables import csv_rows, xlsx_rows

pytest_plugins = ["tests.report_site"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAGE = "/reports/satisfaction/"


@pytest.fixture
def rated(lead):
    """All ratings, the newest first, each with a comment."""
    facts = list(SessionFact.objects.filter(rated_at__isnull=False).order_by("-rated_at", "-pk"))
    for number, fact in enumerate(facts):
        Survey.objects.create(
            session_id=fact.session_id, rating=fact.score, comment=f"Said {number}"
        )
    return facts


def drawn(reader, query: str = YEAR):
    page = REPORTS["satisfaction"].draw(reading(reader, query))
    return next(part for part in page.parts if part.name == "comments")


def said(reader, query: str = YEAR) -> list[str]:
    return [row[2].value for row in drawn(reader, query).table.rows]


def test_comments_stand_newest_first_and_lead_to_their_sessions(client, lead, rated):
    assert len(rated) > 1
    assert said(lead) == [f"Said {number}" for number in range(len(rated))]
    first = drawn(lead).table.rows[0]
    assert first[1].value.count("★") == rated[0].score
    assert first[-1].href == f"/sessions/{rated[0].session_id}/"
    assert f'href="{first[-1].href}"' in page_of(client, PAGE)


def test_who_said_nothing_and_who_was_rated_elsewhen_is_left_out(lead, rated):
    Survey.objects.filter(comment="Said 0").update(comment="")
    SessionFact.objects.filter(pk=rated[1].pk).update(rated_at="2025-12-01T00:00Z")
    assert not {"Said 0", "Said 1"} & set(said(lead))


def test_agents_see_comments_on_sessions_that_they_ended(lead, rated):
    lin = type(lead).objects.get(username="lin")
    SessionFact.objects.filter(pk=rated[0].pk).update(closer=lead)
    found = said(lin)
    assert "Said 0" not in found
    accounts = lin.visible_accounts().values("pk")
    own = SessionFact.objects.filter(rated_at__isnull=False, closer=lin, account__in=accounts)
    assert len(found) == own.count() > 0
    assert said(lead, f"{YEAR}&agent={lead.pk}")[0] == "Said 0"


def test_a_comment_is_text_and_nothing_else(client, lead, rated):
    Survey.objects.filter(comment="Said 0").update(comment="=1+<b>1</b>")
    assert "=1+&lt;b&gt;1&lt;/b&gt;" in page_of(client, PAGE)
    plain = csv_rows(client.get(f"{PAGE}comments.csv?{YEAR}").content.decode())
    sheet = client.get(f"{PAGE}comments.xlsx?{YEAR}").content
    assert plain[1][2] == "'=1+<b>1</b>"
    assert xlsx_rows(sheet, drawn(lead).table.columns)[1][2] == "=1+<b>1</b>"
    assert len(plain) == 1 + len(rated)


def test_the_newest_are_shown_and_how_many_there_are(client, lead, rated, monkeypatch):
    assert f"{len(rated)} comments." in page_of(client, PAGE)
    monkeypatch.setattr(comments, "MOST", 1)
    assert said(lead) == ["Said 0"]
    assert f"The newest 1 of {len(rated)}." in page_of(client, PAGE)
    plain = client.get(f"{PAGE}comments.csv?{YEAR}").content.decode()
    assert [row[2] for row in csv_rows(plain)[1:]] == [f"Said {n}" for n in range(len(rated))]
