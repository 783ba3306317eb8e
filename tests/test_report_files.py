"""What is taken out of reports: tables, lists behind numbers, raw rows."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from sessions.models import SessionFact
from sessions.reports import raw
from sessions.reports.listing import Listing
from sessions.reports.narrowing import Narrowing
from sessions.reports.pages import REPORTS
from tests.report_site import COUNT, YEAR, page_of, reading
from tests.test_report_tables import csv_rows, xlsx_rows

pytest_plugins = ["tests.report_site"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("name", REPORTS)
def test_files_say_what_the_page_says(client, lead, name, monkeypatch):
    now = timezone.now()  # who waits has waited longer when the file is made
    monkeypatch.setattr(timezone, "now", lambda: now)
    drawn = REPORTS[name].draw(reading(lead))
    for part in drawn.parts:
        address = f"/reports/{name}/{part.name}"
        plain = csv_rows(client.get(f"{address}.csv?{YEAR}").content.decode())
        sheet = xlsx_rows(client.get(f"{address}.xlsx?{YEAR}").content, part.table.columns)
        assert sheet == plain
        assert len(plain) == 1 + len(part.table.all_rows)
        shown = {one.written for row in part.table.drawn for field in row for one in [field.head]}
        assert shown <= {cell for row in plain for cell in row}


def test_a_list_is_taken_out_whole(client, lead):
    count = COUNT.search(page_of(client, "/reports/rows/replies/"))[1]
    answer = client.get(f"/reports/rows/replies.csv?{YEAR}")
    assert "replies-2026-01-01-2026-12-31.csv" in answer["Content-Disposition"]
    plain = csv_rows(answer.getvalue().decode())
    assert len(plain) == 1 + int(count)
    answer = client.get(f"/reports/rows/replies.xlsx?{YEAR}")
    columns = Listing(reading(lead), "replies", Narrowing.parse(QueryDict())).columns
    assert xlsx_rows(answer.getvalue(), columns) == plain


def test_a_lead_takes_out_a_row_for_each_session_and_for_each_message(client, lead):
    session = SessionFact.objects.latest("opened_at").session
    session.customer.record("text", {}, session=session, direction="in", text="=1+1", sent_at=NOW)
    session.customer.record("note", {}, session=session, direction="note", text="hm", sent_at=NOW)
    plain = csv_rows(client.get(f"/reports/raw/sessions.csv?{YEAR}").getvalue().decode())
    assert len(plain) == 1 + reading(lead).figures("sessions")["sessions"].value
    sheet = client.get(f"/reports/raw/sessions.xlsx?{YEAR}").getvalue()
    assert xlsx_rows(sheet, raw.columns_of("sessions")) == plain
    (_head, row) = csv_rows(client.get(f"/reports/raw/messages.csv?{YEAR}").getvalue().decode())
    assert row[1] == str(session.pk)
    assert row[-1] == "'=1+1"


def test_a_lead_takes_out_what_they_may_see_and_an_agent_nothing(client, lead, store):
    lead.serves_all = False
    lead.save()
    lead.accounts.set([store])
    text = client.get(f"/reports/raw/sessions.csv?{YEAR}").getvalue().decode()
    assert "Shop" in text
    assert "Other" not in text
    client.force_login(type(lead).objects.get(username="lin"))
    assert client.get(f"/reports/raw/sessions.csv?{YEAR}").url == "/reports/"
    assert "/reports/raw/" not in page_of(client, "/reports/")


def test_a_file_is_in_the_language_and_the_zone_of_who_takes_it(client, lead):
    lead.language, lead.time_zone = "zh-hans", "America/New_York"
    lead.save()
    answer = client.get(f"/reports/raw/sessions.csv?{YEAR}")
    with translation.override("en"), timezone.override("UTC"):
        head, first = csv_rows(answer.getvalue().decode())[:2]
    assert "客服账号" in head
    opened = SessionFact.objects.get(pk=first[0]).opened_at
    there = opened.astimezone(ZoneInfo("America/New_York"))
    assert f"{there:%Y-%m-%d %H:%M:%S}" in first


def test_a_long_file_is_read_in_pieces(client, lead, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(raw, "CHUNK", 10)
    with django_assert_max_num_queries(20):
        text = client.get(f"/reports/raw/sessions.csv?{YEAR}").getvalue().decode()
    pks = [row[0] for row in csv_rows(text)[1:]]
    assert len(set(pks)) == len(pks) == SessionFact.objects.count()
