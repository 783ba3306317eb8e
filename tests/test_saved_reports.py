"""Reports kept under a name: whose they are, and that only the question is shared."""

import pytest

from sessions.models import Agent, SavedReport
from sessions.views import saved_reports
from tests.factories import make_agent

pytestmark = [pytest.mark.django_db, pytest.mark.both]
QUERY = "period=week&account=1"


@pytest.fixture
def lead(client):
    lead = make_agent("wang", role=Agent.Role.LEAD)
    client.force_login(lead)
    return lead


def save(client, **fields):
    told = {"name": "Mine", "report": "agents", "query": QUERY}
    return client.post("/reports/saved/", told | fields)


def test_what_was_asked_is_kept_and_opened(client, lead):
    assert save(client, query=f"{QUERY}&step=&nonsense=1").url == f"/reports/agents/?{QUERY}"
    saved = SavedReport.objects.get()
    assert (saved.owner, saved.query, saved.is_shared) == (lead, QUERY, False)
    page = client.get("/reports/").content.decode()
    assert 'href="/reports/agents/?period=week&amp;account=1"' in page


def test_a_name_is_needed_and_what_was_typed_is_kept(client, lead):
    answer = save(client, name=" ")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Give it a name." in text
    assert 'value="period=week&amp;account=1"' in text
    assert save(client, report="nothing").status_code == 422
    assert not SavedReport.objects.exists()


def test_a_lead_shares_with_all_and_an_agent_does_not(client, lead):
    save(client, is_shared="on")
    lin = make_agent("lin")
    client.force_login(lin)
    assert "Mine" in client.get("/reports/").content.decode()
    save(client, name="Own", is_shared="on")
    assert not SavedReport.objects.get(owner=lin).is_shared
    client.force_login(make_agent("sam"))
    assert "Own" not in client.get("/reports/saved/").content.decode()


def test_whose_a_shared_one_is_stands_beside_it(client, lead):
    save(client, is_shared="on")
    whose = '<span class="part__note">Wang</span>'
    assert whose not in client.get("/reports/saved/").content.decode()
    client.force_login(make_agent("lin"))
    assert whose in client.get("/reports/saved/").content.decode()


def test_only_ones_own_are_deleted_and_shared_ones_by_leads(client, lead):
    save(client, is_shared="on")
    saved = SavedReport.objects.get()
    client.force_login(make_agent("lin"))
    assert client.post(f"/reports/saved/{saved.pk}/delete/").status_code == 404
    client.force_login(make_agent("boss", role=Agent.Role.LEAD))
    assert client.post(f"/reports/saved/{saved.pk}/delete/").url == "/reports/saved/"
    assert not SavedReport.objects.exists()


def test_there_is_an_end_to_what_is_kept(client, lead, monkeypatch):
    monkeypatch.setattr(saved_reports, "MOST", 1)
    save(client)
    assert "delete some first" in save(client, name="Second").content.decode()
